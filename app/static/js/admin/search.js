// Finds any page of the settings, and whatever has a name in them. Nothing happens while an IME composes.

import { byId } from "../page.js";

const WAIT = 120;
const field = byId("settings-query");
const found = byId("settings-found");
let timer;
let asked = 0;

const options = () => [...found.querySelectorAll("[role=option]")];
const isComposing = (event) => event.isComposing || event.keyCode === 229;

field.addEventListener("input", (event) => !event.isComposing && later());
field.addEventListener("compositionend", later);
field.addEventListener("keydown", press);
field.addEventListener("focus", () => field.value.trim() && found.hasChildNodes() && show(true));
document.addEventListener("click", ({ target }) => !target.closest?.("#settings-search") && show(false));

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
  event.preventDefault();
  field.select();
});

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

async function ask() {
  const query = field.value.trim();
  const number = ++asked;
  if (!query) return show(false);
  const response = await fetch(`/admin/search?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || number !== asked) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  found.replaceChildren(...page.getElementById("settings-results").children);
  choose(options()[0]);
  show(true);
}

function show(isOpen) {
  found.hidden = !isOpen;
  field.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) field.removeAttribute("aria-activedescendant");
}

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function press(event) {
  if (isComposing(event) || found.hidden) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1 };
  if (event.key in moves) {
    event.preventDefault();
    choose(all[(moves[event.key] + all.length) % all.length]);
  } else if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    location.assign(all[at].dataset.path);
  } else if (event.key === "Escape") {
    event.preventDefault();
    show(false);
  }
}

found.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option || event.button !== 0) return;
  event.preventDefault();
  location.assign(option.dataset.path);
});
