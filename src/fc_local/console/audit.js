// Who changed what, when, through which client, and the fields before and after. The newest first.

import { audit } from "./api.js";
import { button, el, show } from "./dom.js";
import { t, time } from "./texts.js";
import { shownName } from "./who.js";

const SHOWN = 500;
const AT_A_GLANCE = 4;

export async function auditPage(main, { reload }) {
  const events = (await audit()).value.slice(-SHOWN).reverse();
  const columns = ["when", "who", "what", "resource", "client"];
  const rows = events.map((event) => el("tr", {},
    el("td", {}, time(event.time)),
    el("td", {}, shownName(event.who)),
    el("td", {}, event.what),
    el("td", {}, el("code", {}, event.resource),
      el("small", {}, [event.account, event.region].filter(Boolean).join(" / ")), fields(event.changes ?? [])),
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

function fields(changes) {
  if (!changes.length) return null;
  const list = el("ul", { class: "changes" }, ...changes.map((change) => el("li", {},
    el("code", {}, change.field), " ", side("del", change, "before"), " → ", side("ins", change, "after"))));
  return el("details", { open: changes.length <= AT_A_GLANCE }, el("summary", {}, t("changes", changes.length)), list);
}

function side(tag, change, name) {
  if (!(name in change)) return el("span", { class: "faint" }, "–");
  const value = change[name];
  return el(tag, {}, typeof value === "string" && value ? value : JSON.stringify(value));
}
