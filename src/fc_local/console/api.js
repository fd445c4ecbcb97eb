// Talks to /__console/api. A place is {account, region}; a path is a list of names.

import { told } from "./errors.js";
import { t } from "./texts.js";
import { who } from "./who.js";

export class ApiError extends Error {
  constructor(status, code, message) {
    super(code === "-" ? message : told(code, message));
    this.status = status;
    this.code = code;
  }
}

export const places = () => send("GET", "places", {});
export const audit = () => send("GET", "audit", {});
export const domains = (place) => send("GET", "domains", place);

export function read(place, ...names) {
  return send("GET", address(names), place);
}

/** An edit: POST, PUT or DELETE. With an etag it is refused when somebody else was faster. */
export function edit(method, place, names, body = {}, etag = null) {
  const headers = { "Content-Type": "application/json", "X-Fc-Local-Admin": "1" };
  if (etag) headers["If-Match"] = etag;
  return send(method, address(names), { ...place, who: who() }, { headers, body: JSON.stringify(body) });
}

/** Calls a function; `asked` is {event} or {request}. */
export function call(place, names, asked) {
  const headers = { "Content-Type": "application/json", "X-Fc-Local-Admin": "1" };
  return send("POST", `${address(names)}/calls`, place, { headers, body: JSON.stringify(asked) });
}

/** ["svc", "fn"] is services/svc/functions/fn; a last null is the collection itself. */
function address(names) {
  const parts = names.flatMap((name, level) => [["services", "functions", "triggers"][level], name]);
  return parts.filter((part) => part !== null).map(encodeURIComponent).join("/");
}

async function send(method, path, query, options = {}) {
  let answer, content;
  try {
    answer = await fetch(`/__console/api/${path}?${new URLSearchParams(query)}`, { method, ...options });
    content = await answer.json();
  } catch {
    throw new ApiError(0, "-", t("unreachable"));
  }
  if (!answer.ok) throw new ApiError(answer.status, content.code ?? String(answer.status), content.message ?? content.error);
  return content;
}
