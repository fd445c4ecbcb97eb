// The page of one service.

import { edit, read } from "./api.js";
import { asked, confirmed, notice } from "./dialog.js";
import { button, el, show } from "./dom.js";
import { serviceSettings } from "./settings.js";
import { t } from "./texts.js";

const CODE = {
  event: 'def handler(event, context):\n    return event\n',
  http: 'def handler(environ, start_response):\n'
    + '    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])\n'
    + '    return ["Hello\\n".encode()]\n',
};

export async function servicePage(main, place, names, { refresh, reload, gone, open }) {
  const loaded = await read(place, ...names);
  const said = notice();
  const panel = el("section");
  let part;
  function fill() {
    part = serviceSettings(place, names, loaded, (answer) => {
      Object.assign(loaded, answer);
      fill();
      part.said.saved();
      refresh();
    });
    show(panel, part.node);
  }
  const create = button(t("newFunction"), async () => {
    const name = el("input", { type: "text", required: true, spellcheck: "false" });
    const kind = el("select", {}, el("option", { value: "http" }, t("httpFunction")), el("option", { value: "event" }, t("eventFunction")));
    const wanted = await asked(t("newFunction"), { name: [t("name"), name], kind: [t("type"), kind] }, t("create"));
    if (!wanted) return;
    const body = { functionName: wanted.name.trim(), runtime: "python3", handler: "index.handler", files: { "index.py": CODE[wanted.kind] } };
    if (await said.during(create, () => edit("POST", place, [...names, null], body))) open(body.functionName);
  });
  const remove = button(t("deleteService"), async () => {
    if (!(await confirmed(t("sureService", names[0]), t("delete")))) return;
    if (await said.during(remove, () => edit("DELETE", place, names, {}, loaded.etag))) gone();
  }, "danger quiet");
  fill();
  show(main,
    el("div", { class: "heading" },
      el("div", {}, el("p", { class: "crumbs" }, t("service")), el("h1", {}, names[0])),
      el("div", { class: "actions" }, said.line, create, button(t("reload"), reload), remove)),
    panel);
  return () => part.dirty();
}
