// The name every edit is made under.

const KEY = "fc-local.who";
export const NOBODY = "somebody else";

export function who() {
  return localStorage.getItem(KEY)?.trim() || NOBODY;
}

export function be(name) {
  localStorage.setItem(KEY, name);
}
