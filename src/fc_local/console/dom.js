// Builds elements. Text only ever becomes text: nothing in this console parses HTML at run time.

export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && typeof value !== "string") element[name] = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function show(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null));
}

export function button(text, onclick, kind = "") {
  return el("button", { type: "button", class: kind, onclick }, text);
}

let ids = 0;

/** A labelled form control. */
export function field(label, control) {
  control.id ||= `field-${++ids}`;
  return el("div", { class: "field" },
    el("label", { for: control.id }, label),
    control);
}

/** A control that knows whether a person changed it: its value may differ from the stored one in line ends alone. */
export function watched(control, stored) {
  const property = control.type === "checkbox" ? "checked" : "value";
  control[property] = stored;
  const shown = control[property];
  return { control, changed: () => control[property] !== shown, read: () => control[property] };
}
