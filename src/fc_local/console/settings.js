// Forms for the settings of a function and of a service. Only what a person changed is sent.

import { button, el, field, watched } from "./dom.js";
import { edit } from "./api.js";
import { notice } from "./dialog.js";
import { t } from "./texts.js";

const line = (properties = {}) => el("input", { type: "text", spellcheck: "false", autocomplete: "off", ...properties });

export function functionSettings(place, names, loaded, changed) {
  const { function: stored } = loaded.value;
  const controls = {
    description: [t("description"), line()],
    handler: [t("handler"), line()],
    memorySize: [t("memorySize"), line({ type: "number", min: "128", step: "64" })],
    timeout: [t("timeout"), line({ type: "number", min: "1", step: "1" })],
  };
  const runtime = field(t("runtime"), line({ name: "runtime", value: stored.runtime, readOnly: true, title: t("fixed") }));
  const variables = environmentRows(stored.environmentVariables ?? {});
  const own = ["functionName", "runtime", "environmentVariables"];
  const send = (body) => edit("PUT", place, names, body, loaded.etag);
  return settings({ stored, controls, own, extra: runtime, after: [variables], send, changed });
}

export function serviceSettings(place, names, loaded, changed) {
  const stored = loaded.value;
  const controls = {
    description: [t("description"), line()],
    role: [t("role"), line()],
    internetAccess: [t("internetAccess"), el("input", { type: "checkbox" })],
  };
  const send = (body) => edit("PUT", place, names, body, loaded.etag);
  return settings({ stored, controls, own: ["serviceName"], extra: null, after: [], send, changed });
}

/** Returns {node, dirty}. `changed(answer)` is called after a save, with what the API answered. */
function settings({ stored, controls, own, extra, after, send, changed }) {
  const watches = Object.entries(controls).map(([name, [label, control]]) => {
    control.name = name;
    return { name, label, ...watched(control, stored[name] ?? (control.type === "checkbox" ? false : "")) };
  });
  const said = notice();
  const save = button(t("save"), () => submit(), "primary");
  const dirty = () => watches.some((watch) => watch.changed()) || after.some((part) => part.changed());

  async function submit() {
    const body = {};
    try {
      for (const watch of watches.filter((each) => each.changed())) body[watch.name] = valueOf(watch);
      for (const part of after.filter((each) => each.changed())) body[part.name] = part.read();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return said.bad(problem.message);
    }
    if (!Object.keys(body).length) return said.bad(t("nothingChanged"));
    let answer;
    if (await said.during(save, async () => { answer = await send(body); })) changed(answer);
  }

  const rest = Object.entries(stored).filter(([name]) => !(name in controls) && !own.includes(name));
  const node = el("form", { class: "settings", onsubmit: (event) => { event.preventDefault(); submit(); } },
    el("div", { class: "grid" }, ...watches.map((watch) => field(watch.label, watch.control)), extra),
    ...after.map((part) => part.node),
    el("div", { class: "actions" }, save, said.line),
    el("details", {}, el("summary", {}, t("otherFields")),
      el("pre", { class: "json" }, JSON.stringify(Object.fromEntries(rest), null, 2))));
  return { node, dirty, said };
}

class Problem extends Error {}

function valueOf({ label, control, read }) {
  if (control.type !== "number") return read();
  const number = Number(read());
  if (read() === "" || !Number.isInteger(number)) throw new Problem(t("wholeNumber", label));
  return number;
}

/** Rows of names and values. A value nobody touched is sent back as it was stored. */
function environmentRows(stored) {
  const rows = [];
  const body = el("tbody");
  const none = el("p", { class: "faint" }, t("noVariables"));
  let removed = false;

  function add(name = "", value = "", isNew = true) {
    const key = watched(line({ class: "key", "aria-label": t("variableName") }), name);
    const content = watched(line({ class: "value", "aria-label": t("variableValue") }), value);
    const row = { key, content, isNew, stored: value };
    row.node = el("tr", {}, el("td", {}, key.control), el("td", {}, content.control),
      el("td", {}, button(t("remove"), () => drop(row), "quiet")));
    rows.push(row);
    body.append(row.node);
    none.hidden = true;
    return row;
  }

  function drop(row) {
    rows.splice(rows.indexOf(row), 1);
    removed ||= !row.isNew;
    row.node.remove();
    none.hidden = rows.length > 0;
  }

  for (const [name, value] of Object.entries(stored)) add(name, value, false);
  const node = el("section", { class: "variables" },
    el("h3", {}, t("environment")), none, el("table", {}, body),
    button(t("addVariable"), () => add().key.control.focus()));
  const given = (row) => row.key.read() !== "" || row.content.read() !== "";
  const changed = () => removed || rows.some((row) => row.isNew ? given(row) : row.key.changed() || row.content.changed());

  function read() {
    const found = {};
    for (const row of rows.filter(given)) {
      const name = row.key.read();
      if (name === "") throw new Problem(t("unnamedVariable"));
      if (Object.hasOwn(found, name)) throw new Problem(t("twiceVariable", name));
      Object.defineProperty(found, name, { value: row.content.changed() ? row.content.read() : row.stored, enumerable: true });
    }
    return found;
  }

  return { name: "environmentVariables", node, changed, read };
}

