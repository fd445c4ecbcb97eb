// Calls a function from its page, with an event or a request, and shows what came of it.

import { call } from "./api.js";
import { notice } from "./dialog.js";
import { button, el, field, show } from "./dom.js";
import { t } from "./texts.js";

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/** Returns {node, dirty, said}. `draft` keeps what was typed while the page is drawn anew; `unsaved` says whether other
 * tabs hold what is not saved, and is not what is called. */
export function trialPanel(place, names, loaded, draft, unsaved) {
  const { function: stored, triggers } = loaded.value;
  const said = notice();
  const node = el("section", { class: "card trial" });
  const part = { node, said, dirty: () => false };
  if (!/^python3(\.\d+)?$/.test(stored.runtime)) {
    show(node, el("p", { class: "faint" }, t("notRunHere", stored.runtime)));
    return part;
  }
  const ways = [...triggers.map(({ value }) => value).filter((one) => one.triggerType === "http").map(requestForm), eventForm()];
  const way = el("select", { name: "way", onchange: () => choose() }, ...ways.map(({ title }, at) => el("option", { value: String(at) }, title)));
  const slot = el("div");
  const result = el("section", { class: "result", "aria-live": "polite" });
  const run = button(t("runTest"), submit, "primary");
  const choose = () => show(slot, ...ways[way.value].nodes);

  function kept(name, control, fallback) {
    control.name = name;
    control.value = draft[name] ?? fallback;
    control.addEventListener("input", () => { draft[name] = control.value; });
    return control;
  }

  function eventForm() {
    const event = kept("event", area({ rows: "6" }), "{}");
    return { title: t("event"), nodes: [field(t("event"), event)], read: () => ({ event: event.value }) };
  }

  function requestForm(trigger) {
    const [taken] = JSON.parse(trigger.triggerConfig || "{}").methods ?? [];
    const method = kept("method", el("select", {}, ...METHODS.map((name) => el("option", {}, name))), taken ?? METHODS[0]);
    const path = kept("path", el("input", { type: "text", spellcheck: "false", placeholder: t("pathExample") }), "/");
    const headers = kept("headers", area({ rows: "2", placeholder: t("headersExample") }), "");
    const body = kept("body", area({ rows: "4" }), "");
    const at = trigger.qualifier ? `@${trigger.qualifier}` : "";
    return {
      title: t("requestThrough", `${trigger.triggerName}${at}`),
      nodes: [
        el("div", { class: "line" }, field(t("method"), method), field(t("pathAndQuery"), path)),
        field(t("headers"), headers), field(t("body"), body),
      ],
      read: () => ({
        request: {
          method: method.value, target: targetOf(path.value), headers: headersOf(headers.value), body: body.value, qualifier: trigger.qualifier ?? "",
        },
      }),
    };
  }

  async function submit() {
    let answer;
    show(result);
    const asked = ways[way.value].read();
    const work = async () => { answer = await call(place, names, asked); };
    if (!(await said.during(run, work, { busy: t("calling"), done: () => t(unsaved() ? "calledSaved" : "called") }))) return;
    show(result, ...outcome(answer.value, "request" in asked));
  }

  show(node, ways.length > 1 ? field(t("callWith"), way) : null, slot, el("div", { class: "actions" }, run, said.line), result);
  choose();
  return part;
}

const area = (properties) => el("textarea", { spellcheck: "false", class: "mono", ...properties });

/** The path as a browser would send it. */
function targetOf(typed) {
  const { pathname, search } = new URL(`${location.origin}/${typed.trim().replace(/^\//, "")}`);
  return pathname + search;
}

/** [[name, value]] of lines; a line without a colon is for the server to refuse. */
function headersOf(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

function outcome(called, isRequest) {
  const failed = called.error !== null;
  const facts = [
    [t("status"), isRequest ? String(called.status) : null],
    [t("error"), called.error],
    [t("duration"), `${called.durationMs} ms`],
    [t("requestId"), called.requestId],
  ].filter(([, value]) => value !== null);
  const answer = called.text ?? t("notText", called.size);
  return [
    el("header", {},
      el("span", { class: `tag ${failed ? "failed" : "passed"}` }, t(failed ? "callFailed" : "callPassed"))),
    el("dl", { class: "facts" }, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    ...(isRequest ? part("answerHeaders", called.headers.map(([name, value]) => `${name}: ${value}`).join("\n")) : []),
    ...part("answer", answer),
    ...part("logTail", called.log || t("nothingPrinted")),
  ];
}

function part(name, text) {
  return [el("h3", {}, t(name)), el("pre", { class: "json", "data-part": name }, text)];
}
