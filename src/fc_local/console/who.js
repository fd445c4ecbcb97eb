// The name every edit is made under.

import { t } from "./texts.js";

const KEY = "fc-local.who";
const NOBODY = "somebody else"; // as the server notes an edit without a name

export function who() {
  return localStorage.getItem(KEY)?.trim() ?? "";
}

export function be(name) {
  localStorage.setItem(KEY, name);
}

/** A noted name, for a person to read. */
export function shownName(name) {
  return name === NOBODY ? t("nobody") : name;
}
