/** The page: what one does, and what one is told of. */
import * as api from "./api.js";
import { summary } from "./bubbles.js";
import { drawEntries, drawLoading, drawQuick, followAgain, watchScrolling } from "./entries.js";
import { drawDesk, drawFrame, nextStep } from "./frame.js";
import { $, go, readPlace, state, where } from "./state.js";
import { say, useLanguage, write } from "./texts.js";

const MAX_BYTES = 50 * 1024 * 1024;

async function attempt(work) {
  $("trouble").hidden = true;
  try {
    return await work();
  } catch (error) {
    $("trouble").textContent = error.message;
    $("trouble").hidden = false;
    return undefined;
  }
}

async function refresh() {
  const { me, chat } = state;
  const found = await attempt(() => api.talk(chat, me));
  if (!found || me !== state.me || chat !== state.chat) return;
  state.bubbles = found.bubbles;
  drawEntries({ unsend, quote });
  drawQuick(choose);
  drawLoading(found.loading_seconds);
}

async function refreshWorld() {
  const found = await attempt(api.state);
  if (!found) return;
  state.world = found;
  readPlace();
  drawFrame(sendSticker);
  await refresh();
}

const refreshDesk = () => attempt(async () => drawDesk(await api.lastDelivery()));

async function tell(message) {
  const quoted = state.quoted ? { quote: state.quoted.id } : {};
  const done = await attempt(() => api.act({ type: "message", ...where(), message, ...quoted }));
  if (done) endQuote();
  followAgain();
  return done;
}

async function send(event) {
  event.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  const done = await tell({ type: "text", text });
  if (!done && !$("text").value) $("text").value = text;
  $("text").focus();
}

function sendSticker(sticker) {
  openStickers(false);
  tell({ type: "sticker", stickerId: sticker.id });
}

async function sendPictures() {
  const files = [...$("image").files];
  $("image").value = "";
  await attempt(() => {
    if (files.some((file) => file.size > MAX_BYTES)) throw new Error(say("too_large"));
    return api.sendPictures(files, where());
  });
  $("text").focus();
}

async function choose(action) {
  if (action.type === "postback") {
    await attempt(() => api.act({ type: "postback", ...where(), fields: { postback: { data: action.data } } }));
  }
  const text = action.type === "message" ? action.text : action.displayText;
  if (text) await tell({ type: "text", text });
  $("text").focus();
}

async function unsend(bubble) {
  await attempt(() => api.act({ type: "unsend", ...where(), message_id: bubble.id }));
  $("text").focus();
}

function quote(bubble) {
  state.quoted = bubble;
  $("quoting-text").textContent = say("quoting", { text: summary(bubble) });
  $("quoting").hidden = false;
  $("text").focus();
}

function endQuote() {
  state.quoted = undefined;
  $("quoting").hidden = true;
}

function openStickers(isOpen) {
  $("stickers").hidden = !isOpen;
  $("open-stickers").setAttribute("aria-expanded", String(isOpen));
  (isOpen ? $("stickers").firstElementChild : $("text")).focus();
}

async function turnAccount() {
  await attempt(() => api.act({ type: nextStep(), ...where() }));
  await refreshWorld();
}

function move(user, talk) {
  go(user, talk);
  followAgain();
}

function speak(language) {
  useLanguage(language);
  drawFrame(sendSticker);
  drawEntries({ unsend, quote });
  refreshDesk();
}

function listen() {
  const stream = new EventSource("/simulator/stream");
  const tellers = { deliveries: refreshDesk, people: refreshWorld };
  stream.addEventListener("open", () => refreshWorld().then(refreshDesk));
  stream.addEventListener("error", () => attempt(() => { throw new Error(say("lost")); }));
  stream.addEventListener("message", ({ data }) => (tellers[data] ?? (data === state.chat ? refresh : () => {}))());
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) send(event);
}

function escaped(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  if ($("stickers").hidden) endQuote();
  else openStickers(false);
}

$("composer").addEventListener("submit", send);
$("text").addEventListener("keydown", pressed);
document.addEventListener("keydown", escaped);
$("open-stickers").addEventListener("click", () => openStickers($("stickers").hidden));
$("choose-image").addEventListener("click", () => $("image").click());
$("image").addEventListener("change", sendPictures);
$("quoting-end").addEventListener("click", () => { endQuote(); $("text").focus(); });
$("block").addEventListener("click", turnAccount);
$("who").addEventListener("change", ({ target }) => move(target.value, target.value));
$("talk").addEventListener("change", ({ target }) => move(state.me, target.value));
$("language").addEventListener("change", ({ target }) => speak(target.value));
addEventListener("hashchange", () => { endQuote(); refreshWorld(); });

write(document);
watchScrolling();
await refreshWorld();
await refreshDesk();
listen();
