// The files of a function: a list, and a plain text editor.

import { button, el, show } from "./dom.js";
import { edit } from "./api.js";
import { asked, notice } from "./dialog.js";
import { translated } from "./errors.js";
import { t } from "./texts.js";

const SAFE_PATH = /^(?!\/)(?!.*(^|\/)\.{1,2}(\/|$))[^\\\0]*[^\\\0/]$/;

/** Returns {node, dirty}. `changed(answer)` is called after a save. */
export function codeEditor(place, names, loaded, changed) {
  const files = (loaded.value.files ?? []).map(fileOf);
  let current = entryFile(files, loaded.value.function.handler);
  const said = notice();
  const list = el("ul", { class: "files" });
  const editor = textField((text) => { current.text = text; drawList(); });
  const pane = el("div", { class: "pane" });
  const count = el("span", { class: "faint" });
  const save = button(t("saveCode"), submit, "primary");

  function drawList() {
    files.sort(inFolders);
    show(list, ...files.flatMap((file, index) => [folderOf(file, files[index - 1]), entry(file)]));
    const pending = files.filter(isChanged).length;
    count.textContent = pending ? t("changedFiles", pending) : "";
  }

  function entry(file) {
    const marks = [isChanged(file) && "changed", file.gone && "gone", file === current && "current", !file.editable && "fixed"];
    const depth = file.path.split("/").length - 1;
    const link = button(file.path.split("/").at(-1), () => open(file), `file depth-${Math.min(depth, 6)} ${marks.filter(Boolean).join(" ")}`);
    link.title = file.path;
    return el("li", {}, link);
  }

  function open(file) {
    current = file;
    drawList();
    if (!file) return show(pane, el("p", { class: "faint" }, loaded.value.unreadable ? translated(loaded.value.unreadable) : t("noFiles")));
    const again = button(t("undo"), () => { file.gone = false; open(file); });
    const remove = button(t("deleteFile"), () => drop(file), "quiet");
    show(pane,
      el("div", { class: "paneHead" }, el("code", {}, file.path), file.gone ? again : remove),
      file.gone ? el("p", { class: "faint" }, t("fileGone"))
        : file.editable ? editor.node : el("p", { class: "faint" }, t("notEditable", file.size)));
    if (file.editable && !file.gone) editor.load(file.text);
  }

  function drop(file) {
    if (!file.isNew) file.gone = true;
    else files.splice(files.indexOf(file), 1);
    open(file.isNew ? files[0] ?? null : file);
  }

  async function add() {
    const control = el("input", { type: "text", required: true, spellcheck: "false", placeholder: "src/index.py" });
    const answer = await asked(t("addFile"), { path: [t("path"), control] }, t("addFile"));
    if (!answer) return;
    const path = answer.path.trim();
    if (!SAFE_PATH.test(path)) return said.bad(t("badPath"));
    if (files.some((file) => file.path === path)) return said.bad(t("fileExists", path));
    const file = { path, text: "", stored: "", newline: "\n", editable: true, isNew: true, gone: false };
    files.push(file);
    open(file);
    editor.focus();
  }

  async function submit() {
    const changes = files.filter(isChanged).map((file) => [file.path, file.gone ? null : file.text.replaceAll("\n", file.newline)]);
    if (!changes.length) return said.bad(t("nothingChanged"));
    let answer;
    const body = { files: Object.fromEntries(changes) };
    if (await said.during(save, async () => { answer = await edit("PUT", place, names, body, loaded.etag); })) changed(answer);
  }

  const node = el("section", { class: "code" },
    el("div", { class: "columns" },
      el("aside", {}, list, button(t("addFile"), add)),
      pane),
    el("div", { class: "actions" }, save, count, said.line));
  open(current);
  return { node, dirty: () => files.some(isChanged), said };
}

/** Text is kept with the line end a text field uses; the file's own is put back when it is saved. */
function fileOf({ path, size, text, newline }) {
  const shown = text?.replaceAll("\r\n", "\n") ?? null;
  return { path, size, text: shown, stored: shown, newline, editable: text !== null, isNew: false, gone: false };
}

function isChanged(file) {
  return file.gone || file.isNew || file.text !== file.stored;
}

/** The file a person most likely wants to see: the one with the handler. */
function entryFile(files, handler) {
  const path = `${(handler ?? "").split(".").slice(0, -1).join("/")}.py`;
  return files.find((file) => file.path === path) ?? files.find((file) => file.editable) ?? files[0] ?? null;
}

const folderName = (file) => file?.path.split("/").slice(0, -1).join("/");

/** A folder's own files together, those of the package itself first. */
function inFolders(one, other) {
  const key = (file) => `${folderName(file)}\0${file.path}`;
  return key(one) < key(other) ? -1 : 1;
}

function folderOf(file, before) {
  const folder = folderName(file);
  if (!folder || folder === folderName(before)) return null;
  return el("li", { class: "folder" }, `${folder}/`);
}

/** A text area with line numbers. */
function textField(changed) {
  const numbers = el("div", { class: "numbers", "aria-hidden": "true" });
  const area = el("textarea", { spellcheck: "false", wrap: "off", "aria-label": t("code"), oninput: () => { count(); changed(area.value); } });
  area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey) return; // Shift+Tab leaves the editor
    event.preventDefault();
    area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
  });
  const count = () => { numbers.textContent = area.value.split("\n").map((_, index) => index + 1).join("\n"); };
  return {
    node: el("div", { class: "editor" }, numbers, area),
    load: (text) => { area.value = text; area.scrollTop = 0; count(); },
    focus: () => area.focus(),
  };
}
