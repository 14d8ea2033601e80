// What was sent a moment ago and can still be taken back: a countdown for each, by the server's seconds.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { announce, byId, t } from "./page.js";
import { morph } from "./swap.js";

const EVERY = 250;
const PAUSE = 2000;
const ends = new Map();
let timer;
let soon = null;

const lines = () => [...byId("holding").querySelectorAll("[data-held]")];

// Reads again what can be taken back; answers how much it is.
export async function refreshHolding() {
  await morph(byId("holding"), await fragment("/sending/holding", "holding"), "outerMorph");
  ends.clear();
  count();
  return lines().length;
}

// Soon after something happened anywhere; what happens at once is read once.
export function holdingSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    refreshHolding().catch(() => {});
  }, PAUSE);
}

export const isHeld = (number) => lines().some(({ dataset }) => Number(dataset.number) === number);

export function announceHeld() {
  const newest = lines().at(-1);
  if (newest) announce(t("held_announced", { count: secondsLeft(newest) }));
}

export function forgetHeldLine(entry) {
  byId(`holding-${entry}`)?.remove();
}

function count() {
  clearInterval(timer);
  if (!lines().length) return;
  timer = setInterval(tick, EVERY);
  tick();
}

function tick() {
  for (const line of lines()) {
    const left = secondsLeft(line);
    if (left > 0) say(line, left);
    else leave(line);
  }
  if (!lines().length) clearInterval(timer);
}

function say(line, left) {
  const words = line.querySelector("[data-left-words]");
  const text = t("leaves_in", { count: left });
  if (words.textContent !== text) words.textContent = text;
}

// Whoever stood on its button goes on from the page.
function leave(line) {
  const hadFocus = line.contains(document.activeElement);
  line.remove();
  if (hadFocus) (byId("ticket-title") ?? byId("main")).focus();
}

function secondsLeft({ dataset }) {
  const { held, left } = dataset;
  if (!ends.has(held)) ends.set(held, performance.now() + Number(left) * 1000);
  return Math.ceil((ends.get(held) - performance.now()) / 1000);
}

// The key takes back what was sent last.
export function takeBackNewest() {
  lines().at(-1)?.querySelector("button").click();
}

on("take-back-newest", takeBackNewest);
count();
