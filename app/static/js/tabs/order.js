// The order of one's own tabs: by a grip that is dragged with pointer or finger, and by keys, told aloud.

import { api } from "../api.js";
import { flashProblem } from "../flash.js";
import { announce, t } from "../page.js";

const entries = () => [...document.querySelectorAll("#own-tab-list > .own-tab")];
const SAVE_AFTER = 400;
let dragged = null;
let timer = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  grip.focus();
  grip.setPointerCapture(event.pointerId);
  dragged = { entry: grip.closest(".own-tab"), hasMoved: false };
  dragged.entry.setAttribute("data-my-dragged", "");
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const target = entries().find((entry) => isOver(entry, event.clientY));
  if (target && target !== dragged.entry) place(dragged.entry, target);
});

document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);

function isOver(entry, y) {
  const box = entry.getBoundingClientRect();
  return y >= box.top && y < box.bottom;
}

// Moving an element takes its focus away.
function place(entry, target) {
  const focused = document.activeElement;
  const isBelow = entries().indexOf(target) > entries().indexOf(entry);
  target[isBelow ? "after" : "before"](entry);
  if (dragged) dragged.hasMoved = true;
  if (entry.contains(focused)) focused.focus();
}

function drop() {
  if (!dragged) return;
  const { entry, hasMoved } = dragged;
  entry.removeAttribute("data-my-dragged");
  dragged = null;
  if (hasMoved) tellAndSave(entry);
}

document.addEventListener("keydown", (event) => {
  const entry = event.target.closest?.(".own-tab");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!entry || !step || !(event.altKey || event.target.hasAttribute("data-grip"))) return;
  event.preventDefault();
  const target = entries()[entries().indexOf(entry) + step];
  if (!target) return;
  place(entry, target);
  tellAndSave(entry);
});

function tellAndSave(entry) {
  const all = entries();
  announce(t("tab_moved", { name: entry.dataset.name, place: all.indexOf(entry) + 1, count: all.length }));
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER);
}

async function save() {
  const own = timer;
  const keys = entries().map((entry) => entry.dataset.key);
  await api("PUT", "/tabs/order", { json: { keys } }).catch(flashProblem);
  if (timer === own) timer = null;
}

// While somebody drags, and until the order is stored, what is drawn anew waits.
export const isOrdering = () => dragged !== null || timer !== null;

