// Questions in the middle of the page, and the line beside a button that says how a save went.

import { ApiError } from "./api.js";
import { button, el, field, show } from "./dom.js";
import { clock, t } from "./texts.js";

/** Resolves to true when the person goes on. */
export function confirmed(text, action) {
  return open([el("p", {}, text)], action, "danger", () => true);
}

/** Resolves to the values of the given controls ({name: [label, control]}), or null. */
export function asked(title, controls, action) {
  const fields = Object.values(controls).map(([label, control]) => field(label, control));
  const read = () => Object.fromEntries(Object.entries(controls).map(([name, [, control]]) => [name, control.value]));
  return open([el("h2", {}, title), ...fields], action, "primary", read);
}

function open(content, action, kind, read) {
  return new Promise((resolve) => {
    const box = el("dialog", { onclose: () => { box.remove(); resolve(box.returnValue ? read() : null); } });
    const submit = (event) => { event.preventDefault(); box.close("yes"); };
    box.append(el("form", { onsubmit: submit },
      ...content,
      el("div", { class: "actions" },
        button(t("cancel"), () => box.close("")),
        el("button", { type: "submit", class: kind }, action))));
    document.body.append(box);
    box.showModal();
  });
}

export function notice() {
  const line = el("span", { class: "notice", role: "status" });
  const say = (kind, text) => { line.className = `notice ${kind}`; show(line, text); };
  return {
    line,
    saved: () => say("good", t("saved", clock())),
    bad: (text) => say("bad", text),
    /** Runs one save or call, its button disabled meanwhile, and says how it went. Returns whether it went well. */
    async during(pressed, work, { busy, done } = { busy: t("saving"), done: () => t("saved", clock()) }) {
      pressed.disabled = true;
      say("", busy);
      try {
        await work();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        say("bad", error.status === 412 ? t("changedMeanwhile") : error.message);
        return false;
      } finally {
        pressed.disabled = false;
      }
      say("good", done());
      return true;
    },
  };
}
