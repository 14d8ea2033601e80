// A list under its button, narrowed by typing: the focus stays in the field, arrows move what is active.
// What was chosen is told by the event "menu-choose" on the panel: its id, the values, and what was added or removed.

import { isComposing } from "./composing.js";
import { byId } from "./page.js";

const GAP = 4;
const CENTRED = "palette"; // it belongs to no place on the page
const KATAKANA = /[\u30a1-\u30f6]/g;

document.addEventListener("toggle", (event) => event.target.matches?.("[data-menu]") && toggled(event.target, event.newState), true);
document.addEventListener("input", (event) => event.target.matches("[data-menu-filter]") && narrow(panelOf(event.target)));
document.addEventListener("keydown", (event) => {
  const panel = panelOf(event.target);
  if (panel && !isComposing(event)) press(panel, event);
});
document.addEventListener("click", ({ target }) => {
  const chosen = target.closest?.(".menu__option");
  if (chosen) choose(panelOf(chosen), chosen);
});
document.addEventListener("pointermove", ({ target }) => {
  const under = target.closest?.(".menu__option");
  if (under) activate(panelOf(under), under, { scroll: false });
});

const opened = new WeakMap(); // panels that are open, with what was ticked then

// At once, so that what is typed right after the key is not lost.
export function openMenu(id) {
  const panel = byId(id);
  if (!panel) return;
  panel.showPopover();
  open(panel);
}

export const isMenuOpen = () => document.querySelector("[data-menu]:popover-open") !== null;

// As typed and as written: width, case and the two kana do not matter.
export function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase();
  return plain.replace(KATAKANA, (character) => String.fromCharCode(character.charCodeAt(0) - 0x60));
}

const panelOf = (element) => element.closest?.("[data-menu]");
const filterOf = (panel) => panel.querySelector("[data-menu-filter]");
const all = (panel) => [...panel.querySelectorAll(".menu__option")];
const shown = (panel) => all(panel).filter((option) => !option.hasAttribute("data-my-hidden"));
const active = (panel) => panel.querySelector(".menu__option[data-my-active]");
const ticked = (panel) => all(panel).filter((option) => option.getAttribute("aria-selected") === "true").map(({ dataset }) => dataset.value);

function toggled(panel, state) {
  if (state === "open") open(panel);
  else close(panel);
}

function open(panel) {
  if (opened.has(panel)) return;
  opened.set(panel, ticked(panel));
  if (panel.id !== CENTRED) stand(panel, byId(`${panel.id}-button`).getBoundingClientRect());
  filterOf(panel).value = "";
  narrow(panel);
  filterOf(panel).focus();
}

function stand(panel, { left, bottom }) {
  panel.style.left = `${Math.max(GAP, Math.min(left, innerWidth - panel.offsetWidth - GAP))}px`;
  panel.style.top = `${Math.max(GAP, Math.min(bottom + GAP, innerHeight - panel.offsetHeight - GAP))}px`;
}

function narrow(panel) {
  const words = fold(filterOf(panel).value).split(/\s+/).filter(Boolean);
  for (const option of all(panel)) {
    const text = fold(option.textContent);
    option.toggleAttribute("data-my-hidden", !words.every((word) => text.includes(word)));
  }
  for (const group of panel.querySelectorAll(".menu__group")) {
    group.toggleAttribute("data-my-hidden", !group.querySelector(".menu__option:not([data-my-hidden])"));
  }
  const left = shown(panel);
  panel.querySelector("[data-menu-none]").hidden = left.length > 0;
  const current = words.length ? null : left.find((option) => option.getAttribute("aria-selected") === "true");
  activate(panel, current ?? left[0] ?? null);
}

function activate(panel, option, { scroll = true } = {}) {
  active(panel)?.removeAttribute("data-my-active");
  option?.setAttribute("data-my-active", "");
  const filter = filterOf(panel);
  if (option) filter.setAttribute("aria-activedescendant", option.id);
  else filter.removeAttribute("aria-activedescendant");
  if (scroll) option?.scrollIntoView({ block: "nearest" });
}

function press(panel, event) {
  if (event.key === "Enter") {
    event.preventDefault();
    if (active(panel)) choose(panel, active(panel));
    return;
  }
  const left = shown(panel);
  const at = left.indexOf(active(panel));
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
  if (!(event.key in moves) || !left.length) return;
  event.preventDefault();
  activate(panel, left[Math.min(Math.max(moves[event.key], 0), left.length - 1)]);
}

function choose(panel, option) {
  if (panel.hasAttribute("data-multiple")) {
    option.setAttribute("aria-selected", option.getAttribute("aria-selected") !== "true");
    activate(panel, option);
    return;
  }
  panel.hidePopover();
  byId(`${panel.id}-button`).focus({ preventScroll: true });
  tell(panel, { values: [option.dataset.value], option });
}

// Many are told once, when the list closes: what was added and what was taken away.
function close(panel) {
  const before = opened.get(panel) ?? [];
  opened.delete(panel);
  if (!panel.hasAttribute("data-multiple")) return;
  const now = ticked(panel);
  const added = now.filter((value) => !before.includes(value));
  const removed = before.filter((value) => !now.includes(value));
  if (added.length || removed.length) tell(panel, { values: now, added, removed });
}

function tell(panel, choice) {
  panel.dispatchEvent(new CustomEvent("menu-choose", { bubbles: true, detail: { id: panel.id, ...choice } }));
}
