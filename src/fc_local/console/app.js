// The frame: who you are, where you are, the tree of services, and the page the address names.
// Addresses: #/audit, #/<account>/<region>[/<service>[/<function>[/<tab>]]]

import { ApiError, edit, places, read } from "./api.js";
import { auditPage } from "./audit.js";
import { asked, confirmed, notice } from "./dialog.js";
import { button, el, show } from "./dom.js";
import { domainTable } from "./domains.js";
import { functionPage, TABS } from "./function.js";
import { servicePage } from "./service.js";
import { language, speak, t } from "./texts.js";
import { be, who } from "./who.js";

const [bar, tree, main] = ["top", "tree", "page"].map((id) => document.getElementById(id));
let known = [];
let place = null;
let unsaved = () => false;
let shownAt = location.hash;
let drawing = 0;

const at = (...names) => `#/${[place.account, place.region, ...names].map(encodeURIComponent).join("/")}`;

function parse() {
  const names = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  const audit = names[0] === "audit";
  if (names.length >= 2 && !audit) place = { account: names[0], region: names[1] };
  place ??= known[0] ?? null;
  if (audit) return { audit, names: [] };
  return { audit, names: names.slice(2) };
}

async function draw() {
  const turn = ++drawing; // a slow page must not overwrite the one asked for after it
  const { audit, names } = parse();
  const page = el("div");
  let dirty = () => false;
  document.documentElement.lang = language();
  document.title = [names[1] ?? names[0], t("title")].filter(Boolean).join(" · ");
  drawTop(audit);
  try {
    [dirty] = await Promise.all([audit ? auditPage(page, { reload }) : drawPage(page, names), drawTree(names)]);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    show(page, el("p", { class: "problem", role: "alert" }, error.message), button(t("reload"), start));
  }
  if (turn !== drawing) return;
  unsaved = dirty;
  shownAt = location.hash;
  show(main, page);
}

async function drawPage(page, names) {
  const [service, name, tab] = names;
  const refresh = () => drawTree(names).catch(saysWhy(tree));
  if (name) {
    const moved = (next) => { shownAt = at(service, name, next); history.replaceState(null, "", shownAt); };
    const chosen = TABS.includes(tab) ? tab : TABS[0];
    return functionPage(page, place, [service, name], chosen, { moved, reload, refresh, gone: () => go(at(service)) });
  }
  if (service) {
    const open = (made) => go(at(service, made, "code"));
    return servicePage(page, place, [service], { refresh, reload, gone: () => go(at()), open });
  }
  const heading = el("div", { class: "heading" }, el("h1", {}, t("services")));
  const services = (await read(place, null)).value;
  show(page, heading, overview(services), place && await domainTable(place, services, at));
  return () => false;
}

async function reload() {
  if (await mayLeave()) await draw();
}

/** For a part of the page that is read anew on its own: what the API refused stands in its place. */
const saysWhy = (part) => (error) => {
  if (!(error instanceof ApiError)) throw error;
  show(part, el("p", { class: "problem", role: "alert" }, error.message));
};

function overview(services) {
  if (!services.length) return el("p", { class: "faint" }, t("noServices"));
  return el("table", { class: "list" },
    el("thead", {}, el("tr", {}, ...["service", "functions", "description"].map((name) => el("th", {}, t(name))))),
    el("tbody", {}, ...services.map((service) => el("tr", {},
      el("td", {}, el("a", { href: at(service.serviceName) }, service.serviceName)),
      el("td", {}, ...service.functions.map(({ functionName }) =>
        el("a", { class: "chip", href: at(service.serviceName, functionName) }, functionName))),
      el("td", {}, service.description ?? "")))));
}

function drawTop(audit) {
  const choice = el("select", { id: "place", onchange: () => { location.hash = `#/${choice.value}`; } });
  const options = known.some((one) => same(one, place)) || !place ? known : [...known, place];
  for (const one of options) {
    choice.append(el("option", { value: `${one.account}/${one.region}`, selected: same(one, place) }, `${one.account} / ${one.region}`));
  }
  const name = el("input", { id: "who", type: "text", maxlength: "64", placeholder: t("nobody"), value: who(), oninput: () => be(name.value) });
  const other = language() === "zh" ? ["en", "English"] : ["zh", "中文"];
  show(bar,
    el("a", { class: "brand", href: place ? at() : "#/" }, el("img", { src: "/console/icon.svg", alt: "", width: "24", height: "24" }), t("title")),
    el("nav", {},
      el("a", { href: place ? at() : "#/", class: audit ? "" : "current" }, t("functions")),
      el("a", { href: "#/audit", class: audit ? "current" : "" }, t("auditPage"))),
    el("div", { class: "pair" }, el("label", { for: "place" }, t("place")), choice),
    el("div", { class: "pair" }, el("label", { for: "who" }, t("you")), name),
    button(other[1], async () => {
      if (!(await mayLeave())) return;
      speak(other[0]);
      await draw();
    }, "quiet language"));
}

const same = (one, other) => one.account === other?.account && one.region === other?.region;

async function drawTree(names) {
  if (!place) return show(tree);
  const services = (await read(place, null)).value;
  const link = (path, text, level) => el("a", {
    class: `${level} ${path.join("/") === names.slice(0, 2).join("/") ? "current" : ""}`, href: at(...path), title: text,
  }, text);
  const said = notice();
  const create = button(t("newService"), async () => {
    const name = el("input", { type: "text", required: true, spellcheck: "false" });
    const wanted = await asked(t("newService"), { name: [t("name"), name] }, t("create"));
    if (!wanted) return;
    const body = { serviceName: wanted.name.trim() };
    if (await said.during(create, () => edit("POST", place, [null], body))) go(at(body.serviceName));
  });
  show(tree, el("h2", {}, t("services")),
    el("ul", {}, ...services.map((service) => el("li", {},
      link([service.serviceName], service.serviceName, "service"),
      el("ul", {}, ...service.functions.map((one) =>
        el("li", {}, link([service.serviceName, one.functionName], one.functionName, "function"))))))),
    create, said.line);
}

const mayLeave = async () => !unsaved() || confirmed(t("leave"), t("leaveAction"));

/** Goes to an address without asking: what was on the page is done with. */
function go(address) {
  unsaved = () => false;
  if (location.hash === address) draw();
  else location.hash = address;
}

async function moved() {
  const wanted = location.hash;
  if (wanted === shownAt) return;
  history.replaceState(null, "", shownAt); // until it is decided, the address is that of what is shown
  if (!(await mayLeave())) return drawTop(false);
  history.replaceState(null, "", wanted);
  await draw();
}

async function start() {
  try {
    known = (await places()).value;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return show(main, el("p", { class: "problem", role: "alert" }, error.message), button(t("reload"), start));
  }
  await draw();
}

window.addEventListener("hashchange", moved);
window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
start();
