// The custom domains of a place and where their routes lead. To be looked at only.

import { domains } from "./api.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

/** A table for the overview; null where there is no custom domain. `at` makes the address of a page. */
export async function domainTable(place, services, at) {
  const found = (await domains(place)).value;
  const known = new Set(services.flatMap((one) => one.functions.map(({ functionName }) => `${one.serviceName}/${functionName}`)));
  if (!found.length) return null;
  return el("section", {},
    el("h2", {}, t("customDomains")),
    el("table", { class: "list domains" },
      el("thead", {}, el("tr", {}, ...["domain", "protocol", "routes"].map((name) => el("th", {}, t(name))))),
      el("tbody", {}, ...found.map((domain) => el("tr", {},
        el("td", {}, el("code", {}, domain.domainName)),
        el("td", {}, domain.protocol),
        el("td", {}, ...domain.routeConfig.routes.map((route) => line(route, known, at))))))));
}

function line(route, known, at) {
  const name = `${route.serviceName}/${route.functionName}`;
  const qualifier = route.qualifier ? `@${route.qualifier}` : "";
  return el("div", {},
    el("code", {}, route.path), " → ",
    el("a", { href: at(route.serviceName, route.functionName) }, `${name}${qualifier}`),
    ...(route.methods ?? []).flatMap((method) => [" ", el("small", {}, method)]),
    known.has(name) ? null : el("p", { class: "missing" }, t("missingFunction")));
}
