/** The entries of the open talk: only what changed is drawn anew, so that focus stays where it is. */
import { element, entry } from "./bubbles.js";
import { $, nameOf, state } from "./state.js";
import { currentLanguage } from "./texts.js";

const NEAR_THE_END = 60;
const drawn = new Map();
let isFollowing = true;
let loadingTimer;

export function drawEntries(acts) {
  const view = { me: state.me, nameOf, acts, find: (id) => state.bubbles.find((each) => each.id === id) };
  const wanted = new Set(state.bubbles.map((bubble) => bubble.id));
  for (const [id, old] of drawn) {
    if (!wanted.has(id)) { old.made.remove(); drawn.delete(id); }
  }
  for (const bubble of state.bubbles) drawOne(bubble, view);
  follow();
}

function drawOne(bubble, view) {
  const key = JSON.stringify([bubble, state.me, currentLanguage()]);
  const old = drawn.get(bubble.id);
  if (old?.key === key) return;
  const made = entry(bubble, view);
  if (old) old.made.replaceWith(made);
  else $("bubbles").append(made);
  drawn.set(bubble.id, { key, made });
}

/** Buttons of the newest message, as long as it is the newest. */
export function drawQuick(choose) {
  const newest = state.bubbles.at(-1);
  const items = newest?.author === "account" ? newest.message.quickReply?.items ?? [] : [];
  $("quick").replaceChildren(...items.map(({ action }) => {
    const made = element("button", "button", action.label ?? action.type);
    made.type = "button";
    made.addEventListener("click", () => choose(action));
    return made;
  }));
  $("quick").hidden = !items.length;
}

export function drawLoading(seconds) {
  clearTimeout(loadingTimer);
  $("loading").hidden = seconds === 0;
  if (seconds) loadingTimer = setTimeout(() => { $("loading").hidden = true; }, seconds * 1000);
}

/** Stays at the newest entry, unless somebody reads further up. */
export function follow() {
  if (isFollowing) $("log").scrollTop = $("log").scrollHeight;
}

export function followAgain() {
  isFollowing = true;
  follow();
}

export function watchScrolling() {
  const log = $("log");
  log.addEventListener("scroll", () => { isFollowing = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END; });
  log.addEventListener("load", follow, true);
  new ResizeObserver(follow).observe(log);
}
