// The page of one function: its configuration, its code, its triggers, and a call to try it.

import { edit, read } from "./api.js";
import { codeEditor } from "./code.js";
import { confirmed, notice } from "./dialog.js";
import { button, el, show } from "./dom.js";
import { functionSettings } from "./settings.js";
import { t, time } from "./texts.js";
import { trialPanel } from "./trial.js";
import { triggerList } from "./triggers.js";

export const TABS = ["configuration", "code", "triggers", "test"];

/** Draws the page and returns how to ask whether something on it is unsaved. */
export async function functionPage(main, place, names, tab, { moved, reload, refresh, gone }) {
  const loaded = await read(place, ...names);
  const said = notice();
  const heads = {};
  const panels = {};
  const facts = el("dl", { class: "facts" });
  const draft = {}; // of the call
  const parts = {};

  const draw = {
    configuration: () => functionSettings(place, names, loaded, (answer) => after("configuration", answer)),
    code: () => codeEditor(place, names, loaded, () => again("code")),
    triggers: () => triggerList(place, names, loaded, () => again("triggers")),
    test: () => trialPanel(place, names, loaded, draft, unsaved),
  };

  const unsaved = () => TABS.some((name) => parts[name].dirty());

  /** A save answers with the function as it is now: the other tabs keep what is being written in them. */
  function after(name, answer) {
    loaded.value.function = answer.value;
    loaded.etag = answer.etag;
    fill(name);
    parts[name].said.saved();
    showFacts();
    refresh();
  }

  /** What was saved has to be read anew: a file's text, a new trigger. */
  async function again(name) {
    const untouched = TABS.filter((other) => other === name || !parts[other].dirty());
    Object.assign(loaded, await read(place, ...names));
    for (const other of untouched) fill(other);
    parts[name].said.saved();
    showFacts();
    refresh();
  }

  function fill(name) {
    parts[name] = draw[name]();
    show(panels[name], parts[name].node);
  }

  function choose(name) {
    for (const other of TABS) {
      heads[other].setAttribute("aria-selected", String(other === name));
      panels[other].hidden = other !== name;
    }
  }

  function showFacts() {
    const stored = loaded.value.function;
    const pairs = [[t("modified"), time(stored.lastModifiedTime)], [t("size"), `${stored.codeSize} B`], [t("checksum"), stored.codeChecksum]];
    show(facts, ...pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }

  for (const name of TABS) {
    heads[name] = el("button", { type: "button", role: "tab", "data-tab": name, onclick: () => { choose(name); moved(name); } }, t(name));
    panels[name] = el("section", { role: "tabpanel", "data-panel": name });
    fill(name);
  }
  const remove = button(t("deleteFunction"), async () => {
    if (!(await confirmed(t("sureFunction", names[1]), t("delete")))) return;
    if (await said.during(remove, () => edit("DELETE", place, names, {}, loaded.etag))) gone();
  }, "danger quiet");
  showFacts();
  const failures = loaded.value.failures.map((call) => el("details", { class: "failure" },
    el("summary", {}, `${time(new Date(call.at * 1000).toISOString())} · ${call.message.split("\n")[0]}`),
    el("pre", {}, call.log || t("nothingPrinted"))));
  show(main,
    el("div", { class: "heading" },
      el("div", {}, el("p", { class: "crumbs" }, `${t("service")} ${names[0]}`), el("h1", {}, names[1])),
      el("div", { class: "actions" }, said.line, button(t("reload"), reload), remove)),
    facts,
    ...(failures.length ? [el("section", { class: "failures" }, el("h2", {}, t("failures")), ...failures)] : []),
    el("div", { class: "tabs", role: "tablist" }, ...TABS.map((name) => heads[name])),
    ...TABS.map((name) => panels[name]));
  choose(tab);

  return unsaved;
}
