// The triggers of a function, each a small form.

import { button, el, field, show, watched } from "./dom.js";
import { edit } from "./api.js";
import { confirmed, notice } from "./dialog.js";
import { t } from "./texts.js";

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
const FRESH = {
  http: { authType: "anonymous", methods: ["GET", "POST"] },
  timer: { cronExpression: "@every 5m", enable: true, payload: "" },
};

/** Returns {node, dirty, said}. `changed()` is called when the list of triggers is not what it was. */
export function triggerList(place, names, loaded, changed) {
  const cards = loaded.value.triggers.map(({ value, etag }) => triggerCard(place, names, value, etag, changed));
  const fresh = el("div");
  const said = notice();
  let creating = null;
  const create = button(t("newTrigger"), () => {
    creating = newTrigger(place, names, changed, () => { creating = null; show(fresh); create.hidden = false; });
    show(fresh, creating);
    create.hidden = true;
  });
  const node = el("section", { class: "triggers" },
    cards.length ? null : el("p", { class: "faint" }, t("noTriggers")),
    ...cards.map((card) => card.node), fresh, el("div", { class: "actions" }, create, said.line));
  return { node, said, dirty: () => creating !== null || cards.some((card) => card.dirty()) };
}

function triggerCard(place, names, trigger, etag, changed) {
  const path = [...names, trigger.triggerName];
  const node = el("article", { class: "card trigger", "data-trigger": trigger.triggerName });
  let dirty;

  function fill(stored, seen) {
    const config = configOf(stored);
    const description = watched(el("input", { type: "text", name: "description" }), stored.description ?? "");
    const form = configForm(stored.triggerType, config);
    const said = notice();
    const save = button(t("save"), submit, "primary");
    const remove = button(t("delete"), async () => {
      if (!(await confirmed(t("sureTrigger", stored.triggerName), t("delete")))) return;
      if (await said.during(remove, () => edit("DELETE", place, path, {}, seen))) changed();
    }, "danger quiet");

    async function submit() {
      if (!dirty()) return said.bad(t("nothingChanged"));
      const body = {};
      if (description.changed()) body.description = description.read();
      if (form.changed()) body.triggerConfig = JSON.stringify({ ...config, ...form.read() });
      let answer;
      if (!(await said.during(save, async () => { answer = await edit("PUT", place, path, body, seen); }))) return;
      fill(answer.value, answer.etag).saved();
    }

    dirty = () => description.changed() || form.changed();
    show(node,
      el("header", {}, el("h3", {}, stored.triggerName), el("span", { class: "tag" }, stored.triggerType)),
      addressOf(stored), field(t("description"), description.control), ...form.nodes,
      el("div", { class: "actions" }, save, remove, said.line));
    return said;
  }

  fill(trigger, etag);
  return { node, dirty: () => dirty() };
}

function addressOf({ urlInternet }) {
  if (!/^https?:/.test(urlInternet ?? "")) return null;
  const link = el("a", { href: urlInternet, target: "_blank", rel: "noopener" }, urlInternet);
  return el("p", { class: "address" }, `${t("url")}: `, link);
}

function newTrigger(place, names, changed, cancel) {
  const name = el("input", { type: "text", name: "triggerName", required: true, spellcheck: "false" });
  const kind = el("select", { name: "triggerType", onchange: () => choose() }, ...Object.keys(FRESH).map((type) => el("option", {}, type)));
  const slot = el("div");
  const said = notice();
  let form = null;
  const choose = () => { form = configForm(kind.value, FRESH[kind.value]); show(slot, ...form.nodes); };
  const create = button(t("create"), async () => {
    const triggerConfig = JSON.stringify({ ...FRESH[kind.value], ...form.read() });
    const body = { triggerName: name.value.trim(), triggerType: kind.value, triggerConfig };
    if (await said.during(create, () => edit("POST", place, [...names, null], body))) changed();
  }, "primary");
  choose();
  return el("article", { class: "card trigger new" }, el("header", {}, el("h3", {}, t("newTrigger"))),
    field(t("name"), name), field(t("type"), kind), slot,
    el("div", { class: "actions" }, create, button(t("cancel"), cancel), said.line));
}

/** 2021-04-06 gives the configuration as JSON text. */
function configOf(trigger) {
  const config = trigger.triggerConfig;
  return (typeof config === "string" ? JSON.parse(config || "{}") : config) ?? {};
}

/** {nodes, changed, read} for a type; `read` returns the fields that were changed. */
function configForm(type, config) {
  if (type === "http") return httpForm(config);
  if (type === "timer") return timerForm(config);
  return { nodes: [el("pre", { class: "json" }, JSON.stringify(config, null, 2))], changed: () => false, read: () => ({}) };
}

function httpForm(config) {
  const boxes = METHODS.map((method) => [method, watched(el("input", { type: "checkbox", value: method }), (config.methods ?? []).includes(method))]);
  const types = [["anonymous", t("anonymous")], ["function", t("signed")]];
  if (config.authType && !types.some(([type]) => type === config.authType)) types.push([config.authType, config.authType]);
  if (!config.authType) types.unshift(["", "–"]);
  const auth = watched(
    el("select", { name: "authType" }, ...types.map(([value, text]) => el("option", { value }, text))), config.authType ?? "");
  const methodsChanged = () => boxes.some(([, box]) => box.changed());
  const nodes = [
    el("fieldset", { class: "methods" }, el("legend", {}, t("methods")),
      ...boxes.map(([method, box]) => el("label", {}, box.control, method))),
    field(t("authType"), auth.control),
  ];
  return {
    nodes,
    changed: () => methodsChanged() || auth.changed(),
    read: () => ({
      ...(methodsChanged() ? { methods: kept(config.methods ?? [], boxes) } : {}),
      ...(auth.changed() ? { authType: auth.read() } : {}),
    }),
  };
}

/** The methods in the order they had, new ones after them. */
function kept(before, boxes) {
  const wanted = boxes.filter(([, box]) => box.read()).map(([method]) => method);
  return [...before.filter((method) => wanted.includes(method)), ...wanted.filter((method) => !before.includes(method))];
}

function timerForm(config) {
  const parts = {
    cronExpression: watched(el("input", { type: "text", name: "cronExpression", spellcheck: "false" }), config.cronExpression ?? ""),
    enable: watched(el("input", { type: "checkbox", name: "enable" }), config.enable ?? false),
    payload: watched(el("textarea", { name: "payload", rows: "3", spellcheck: "false" }), config.payload ?? ""),
  };
  const changed = () => Object.values(parts).filter((part) => part.changed());
  return {
    nodes: [
      field(t("cron"), parts.cronExpression.control), field(t("enable"), parts.enable.control), field(t("payload"), parts.payload.control),
    ],
    changed: () => changed().length > 0,
    read: () => Object.fromEntries(Object.entries(parts).filter(([, part]) => part.changed()).map(([name, part]) => [name, part.read()])),
  };
}
