// Who changed what, when, through which client. The newest first.

import { audit } from "./api.js";
import { button, el, show } from "./dom.js";
import { t, time } from "./texts.js";

const SHOWN = 500;

export async function auditPage(main, { reload }) {
  const events = (await audit()).value.slice(-SHOWN).reverse();
  const columns = ["when", "who", "what", "resource", "client"];
  const rows = events.map((event) => el("tr", {},
    el("td", {}, time(event.time)),
    el("td", {}, event.who),
    el("td", {}, event.what),
    el("td", {}, el("code", {}, event.resource), el("small", {}, [event.account, event.region].filter(Boolean).join(" / "))),
    el("td", {}, el("span", { class: `tag ${event.client === "console" ? "console" : ""}` }, event.client))));
  show(main,
    el("div", { class: "heading" }, el("h1", {}, t("auditPage")), button(t("reload"), reload)),
    events.length
      ? el("table", { class: "list audit" },
        el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", {}, t(name))))),
        el("tbody", {}, ...rows))
      : el("p", { class: "faint" }, t("noEvents")));
  return () => false;
}
