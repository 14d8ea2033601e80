// What the server wrote into the page: who reads, and every text that scripts show.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");

export const desk = read("desk-data");
const texts = read("texts") ?? {};

export const byId = (id) => document.getElementById(id);

export function t(key, params = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => params[name] ?? "");
}

export const list = () => byId("list");
export const ticket = () => byId("ticket");
export const isSearch = () => list().dataset.tab === "search";
export const isFiltered = () => list().dataset.tab === "filtered";
export const openNumber = () => Number(ticket()?.dataset.number) || null;

// While the pane is drawn anew no ticket is there for a moment; its address stays.
export const hasTicket = () => Boolean(openNumber()) || /^\/tickets\/\d/.test(location.pathname);

// That moment is no reason to give up what was begun on a ticket.
export async function numberOnceDrawn() {
  for (let looks = 0; looks < 20 && !openNumber(); looks += 1) await new Promise((done) => setTimeout(done, 50));
  return openNumber();
}

export const isNarrow = () => matchMedia("(max-width: 799px)").matches;

export function clockTime(date = new Date()) {
  return new Intl.DateTimeFormat(desk.locale, { hour: "numeric", minute: "2-digit", hourCycle: "h23" }).format(date);
}

export function announce(text) {
  byId("announcer").textContent = text;
}

// An element with text and attributes; text never becomes markup.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

// A copy of an icon that the server drew somewhere: pictures have one source.
export function icon(name) {
  return byId("icon-shelf").content.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
}
