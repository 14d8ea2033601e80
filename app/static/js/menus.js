// Choices in the ticket's head: placed under their button, moved through with arrows, narrowed by typing.

import { byId, desk } from "./page.js";

const GAP = 4;

document.addEventListener("toggle", (event) => event.target.matches?.("[data-menu]") && event.newState === "open" && open(event.target), true);
document.addEventListener("submit", (event) => event.target.matches("[data-menu]") && event.target.hidePopover());
document.addEventListener("input", (event) => event.target.matches("[data-menu-filter]") && filter(event.target));
document.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.("[data-menu]");
  if (panel && !event.isComposing && event.keyCode !== 229) press(panel, event);
});

function open(panel) {
  const box = byId(`${panel.id}-button`).getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - panel.offsetWidth - GAP);
  panel.style.left = `${Math.max(GAP, left)}px`;
  panel.style.top = `${box.bottom + GAP}px`;
  (panel.querySelector("[data-menu-filter]") ?? panel.querySelector("[data-current]") ?? options(panel)[0])?.focus();
}

const options = (panel) => [...panel.querySelectorAll(".menu__option")].filter((option) => !option.hasAttribute("data-my-hidden"));

function filter(input) {
  const wanted = input.value.normalize("NFKC").toLowerCase();
  for (const option of input.form.querySelectorAll(".menu__option")) {
    option.toggleAttribute("data-my-hidden", !option.textContent.normalize("NFKC").toLowerCase().includes(wanted));
  }
}

function press(panel, event) {
  const all = options(panel);
  const at = all.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  if (event.key in moves) {
    event.preventDefault();
    all[Math.min(Math.max(moves[event.key], 0), all.length - 1)]?.focus();
  } else if (event.key === "Enter" && event.target.matches("[data-menu-filter]")) {
    event.preventDefault();
    if (event.target.value) all[0]?.click();
  }
}

export function openMenu(id) {
  byId(id)?.showPopover();
}

export function assignToMe() {
  byId("assignment")?.querySelector(`[data-option="${desk.agent.id}"]`)?.click();
}
