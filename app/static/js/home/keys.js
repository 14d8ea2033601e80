// Single keys of my page. None fires in a field, with a dialog open, or while an IME composes.

import { act } from "../actions.js";
import { isComposing } from "../composing.js";
import { takeBackNewest } from "../holding.js";
import { byId } from "../page.js";

const lines = () => [...byId("home").querySelectorAll("[data-line]")].filter((line) => line.checkVisibility());

const keys = {
  j: () => step(1),
  k: () => step(-1),
  o: () => act("next-ticket"),
  e: finish,
  H: () => act("hand-over"),
  Z: takeBackNewest,
  n: () => act("new-mail"),
  G: () => location.assign("/reports"),
  d: () => act("new-call"),
  missed: () => act("missed-call"),
  "/": () => location.assign("/#search"),
  "?": () => act("help"),
};

export function pressKey(key) {
  keys[key]();
}

function step(direction) {
  const all = lines();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + direction, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function finish() {
  document.activeElement.closest(".line")?.querySelector('[data-action="note-done"]')?.click();
}

const isField = (element) => element.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "Escape") escape();
  else if (!isField(event.target) && keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

function escape() {
  const drawer = byId("sidebar");
  if (!byId("notices-panel").hidden) act("close-notices");
  else if (drawer.hasAttribute("data-my-open")) drawer.removeAttribute("data-my-open");
  else location.assign("/");
}
