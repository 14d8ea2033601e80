// Elements without markup: nothing here parses HTML, so a strict CSP and Trusted Types have nothing to refuse.

const SVG = "http://www.w3.org/2000/svg";

// As paths in a square of 24.
export const ICONS = {
  CHAT: "M4 5h16v11H9l-5 4z",
  CLOSE: "M6 6l12 12M18 6L6 18",
  DOWN: "M5 9l7 7 7-7",
  SEND: "M4 12l16-8-5 16-3-6zM12 14l8-10",
  FILE: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.5 3.5 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l7-7",
  SMILE: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 14.500c2 2.500 5 2.500 7 0M9 9.500v.01M15 9.500v.01",
  SOUND: "M4 9h4l5-4v14l-5-4H4zM17 9a4 4 0 0 1 0 6",
  MUTE: "M4 9h4l5-4v14l-5-4H4zM17 10l4 4M21 10l-4 4",
  END: "M14 4h5v16h-5M3 12h11M10 8l4 4-4 4",
};

// `make("p.note", {role: "status", onclick: f}, "words", child)`; false and null leave an attribute out.
export function make(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) give(element, key, value);
  return fill(element, ...children);
}

// What is empty or false is left out.
export function fill(element, ...children) {
  element.replaceChildren(...children.filter(Boolean));
  return element;
}

// Where people hear what changes: the same again is not news.
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function give(element, key, value) {
  if (typeof value === "function") listen(element, key.slice(2), value);
  else if (value != null && value !== false) element.setAttribute(key, value === true ? "" : value);
}

export function button(name, label, onclick, ...children) {
  if (!children.length) return make(`button.${name}`, { type: "button", onclick }, label);
  return make(`button.${name}`, { type: "button", "aria-label": label, title: label, onclick }, ...children);
}

export function icon(lines) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.ariaHidden = true;
  path.setAttribute("d", lines);
  svg.append(path);
  return svg;
}

// What goes wrong in the widget is the widget's own matter: the page around it hears of no error.
export async function quietly(act, ...values) {
  try {
    return await act(...values);
  } catch (error) {
    console.warn("madoguchi:", error);
  }
}

export function listen(target, kind, act, options) {
  target.addEventListener(kind, (event) => void quietly(act, event), options);
}

// The IME's own Enter ends a conversion; Safari tells so by the key code alone.
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

export function later(milliseconds, act) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => void quietly(act, ...values), milliseconds);
  };
}
