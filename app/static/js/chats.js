// The chats beside the work: one's own and nobody's, the longest waiting first. New words make a sound and a title.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { isAudible, ring, setAudible } from "./chime.js";
import { alsoWaiting } from "./counts.js";
import { tellOfChat } from "./desktop.js";
import { flash } from "./flash.js";
import { isLeading } from "./live.js";
import { announce, byId, openNumber, t } from "./page.js";
import { morph } from "./swap.js";

const PAUSE = 250;
const READ_AFTER = 2000;
const TICK = 1000;
const MINUTE = 60_000;
const LATE = 5;
let known = new Map();
let timer = null;
let isReading = false;
let open = () => {};
let whenChanged = () => {};
const asked = new Set();

const lines = () => [...document.querySelectorAll("#chat-lines [data-chat]")];
const channels = () => byId("chats").dataset.channels.split(" ").filter(Boolean).map(Number);
const numberOf = (line) => Number(line.dataset.chat);
const isLookedAt = (number) => openNumber() === number && document.visibilityState === "visible";

// `open` shows a ticket; `changed` is called when the chats are others, or in another order, than before.
export function startChats({ opener, changed = () => {} }) {
  open = opener;
  whenChanged = changed;
  known = new Map(lines().map((line) => [numberOf(line), line.dataset.message]));
  showSound();
  dress();
  setInterval(tick, TICK);
}

// By an event of the live stream.
export function chatMoved({ number, channel_ids: ids = [] }) {
  if (known.has(number) || channels().some((id) => ids.includes(id))) soon();
}

export function refreshChats() {
  soon();
}

// What is open is read in a moment: then it is no news any more.
export function chatOpened() {
  dress();
  if (known.has(openNumber())) soon(READ_AFTER);
}

function soon(pause = PAUSE) {
  timer ??= setTimeout(read, pause);
}

async function read() {
  timer = null;
  if (isReading) return soon();
  isReading = true;
  try {
    const hadFocus = byId("chats").contains(document.activeElement);
    await morph(byId("chats"), await fragment("/chats", "chats"), "outerMorph");
    if (hadFocus && !byId("chats").contains(document.activeElement)) byId("chats").querySelector("a").focus({ preventScroll: true });
    showSound();
    tellNews();
    dress();
    whenChanged();
  } catch {
    // The next event asks again.
  } finally {
    isReading = false;
  }
}

function tellNews() {
  const before = known;
  known = new Map(lines().map((line) => [numberOf(line), line.dataset.message]));
  const fresh = lines().filter((line) => isNews(line, before.get(numberOf(line))));
  if (!fresh.length || !isLeading()) return;
  ring();
  for (const line of fresh) {
    const name = line.querySelector(".chat-line__name").firstChild.textContent.trim();
    announce(t("chat_waits", { name }));
    if (!line.dataset.mine) tellOfChat(numberOf(line), name, line.querySelector(".chat-line__words").textContent, open);
  }
}

// Words that came since the list was read before; not what one is looking at.
const isNews = (line, before) =>
  Boolean(line.dataset.waits) && (!before || before < line.dataset.message) && !(isLookedAt(numberOf(line)) && document.hasFocus());

function dress() {
  for (const line of lines()) {
    line.toggleAttribute("data-my-news", line.classList.contains("chat-line--news") && !isLookedAt(numberOf(line)));
    line.toggleAttribute("data-my-open", openNumber() === numberOf(line));
    showWait(line);
    showHere(line);
  }
  // New tickets are in the title already.
  alsoWaiting(lines().filter((line) => line.hasAttribute("data-my-news") && line.dataset.phase !== "new").length);
}

function showWait(line) {
  const { waits } = line.dataset;
  const minutes = waits ? Math.max(0, Math.floor((Date.now() - Date.parse(waits)) / MINUTE)) : 0;
  const words = waits ? (minutes ? t("chat_minutes", { count: minutes }) : t("chat_now")) : t("chat_answered");
  const place = line.querySelector("[data-wait]");
  if (place.textContent !== words) place.textContent = words;
  place.toggleAttribute("data-my-late", minutes >= LATE);
  place.toggleAttribute("data-my-waits", Boolean(waits));
}

function showHere(line) {
  const isHere = Date.parse(line.dataset.onlineUntil ?? "") > Date.now();
  line.querySelector("[data-dot]").classList.toggle("online-dot--off", !isHere);
  line.querySelector("[data-here]").hidden = !isHere;
}

// Whoever stays is not told of each time: where the time is over, the server is asked once whether they have left.
function tick() {
  for (const line of lines()) {
    showWait(line);
    const { onlineUntil: until } = line.dataset;
    if (until && Date.parse(until) < Date.now() && !asked.has(until)) {
      asked.add(until);
      soon();
    }
  }
}

function showSound() {
  byId("chats-sound").setAttribute("aria-pressed", isAudible());
}

on("chat-sound", () => {
  setAudible(!isAudible());
  showSound();
  flash(t(isAudible() ? "chat_audible" : "chat_silent"));
  ring();
});

// The one after that which is open, where that is a waiting one too.
on("next-chat", () => {
  const waiting = lines().filter((line) => line.dataset.waits).map(numberOf);
  const next = waiting.find((number) => number !== openNumber()) ?? waiting[0];
  if (next) open(next);
  else flash(t("chat_none"));
});
