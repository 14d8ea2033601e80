// An answer in a talk: whether it leaves free or counts, whom it reaches, and how many messages it becomes.

import { act, on } from "../actions.js";
import { api } from "../api.js";
import { isComposing } from "../composing.js";
import { byId, make, openNumber, t } from "../page.js";
import { onTicketChange } from "../ticket.js";
import { onFilesChange, uploaded } from "./attachments.js";
import { pageData } from "./bar.js";
import { addChoice, besideNow, chooseQuote, chooseSticker, isTalk, removeChoice, showChoices } from "./beside.js";
import { form, isOpenFor, showWhetherToSend, state, textField } from "./elements.js";
import { openStickers } from "./stickers.js";

const PAUSE = 500;
const section = byId("composer-talk");
const way = byId("composer-way");
const why = byId("composer-unreachable");
const meter = byId("composer-meter");
const counter = byId("composer-count");
const preview = byId("composer-parts");
const choiceInput = byId("composer-choice");
let timer = null;
let asked = 0;

// For every frame, a mail's too: then all of it is hidden.
export function showTalk() {
  const talk = state.frame.talk ?? null;
  for (const part of document.querySelectorAll("[data-talk-only]")) {
    const { ability } = part.dataset;
    part.hidden = !talk || Boolean(ability && !talk.abilities[ability]);
  }
  section.hidden = !talk;
  state.isUnreachable = Boolean(talk) && ["blocked", "left"].includes(talk.state);
  showWhetherToSend();
  if (!talk) return;
  byId("composer-talk-with").textContent = t(`talk_${talk.kind}`, { name: talk.name, channel: talk.channel_name });
  why.hidden = !state.isUnreachable;
  why.textContent = state.isUnreachable ? t(`talk_${talk.state}`) : "";
  way.hidden = state.isUnreachable || !(talk.abilities.has_rights || talk.visitor);
  showMeter(state.isUnreachable ? null : talk.quota);
  showWay();
  count();
}

function showMeter(quota) {
  const level = quota?.level ?? 0;
  meter.hidden = !quota || quota.allowance === null;
  if (meter.hidden) return;
  const { used, allowance, left, forecast } = quota;
  byId("composer-meter-words").textContent = t(level >= 80 ? "quota_warning" : "quota_used", { used, allowance, left, forecast });
  const bar = byId("composer-meter-bar");
  Object.assign(bar, { max: allowance || 1, value: used });
  meter.dataset.level = level;
}

// The seconds that are left run down by themselves.
function showWay() {
  const { talk } = state.frame;
  if (!talk) return;
  if (talk.visitor) return void showVisitor(talk.visitor);
  const seconds = talk.free_until ? Math.floor((Date.parse(talk.free_until) - Date.now()) / 1000) : 0;
  const kind = seconds > 0 ? "way_reply" : talk.quota?.is_exhausted ? "way_none" : "way_push";
  const words = t(kind, { seconds });
  if (way.textContent !== words) way.textContent = words;
  way.dataset.way = kind;
}

// Whether whoever is written to is at the site now, and how it comes to them otherwise.
function showVisitor(visitor) {
  const kind = wayTo(visitor);
  const words = [visitor.has_ended && !visitor.is_blocked ? t("way_ended") : "", t(kind, { count: visitor.mail_minutes })];
  const line = words.filter(Boolean).join(" · ");
  if (way.textContent !== line) way.textContent = line;
  way.dataset.way = kind;
}

function wayTo({ is_blocked: isBlocked, is_online: isOnline, has_mail: hasMail, has_mailbox: hasMailbox, mail_minutes: minutes }) {
  if (isBlocked) return "way_shut_out";
  if (isOnline) return "way_here";
  if (!hasMail) return "way_no_address";
  if (!hasMailbox || minutes === null) return "way_no_mailbox";
  return minutes ? "way_mail_later" : "way_mail_now";
}

setInterval(() => {
  if (state.mode && isTalk()) showWay();
}, 1000);

// UTF-16 units, as LINE counts and as browsers do. What needs several messages is cut by the server.
function count() {
  if (!isTalk()) return;
  const { max_units: limit, most } = state.frame.talk.abilities;
  const units = textField.value.trim().length;
  counter.textContent = t(units > limit && most === 1 ? "units_over" : "units", { units, most: limit });
  counter.toggleAttribute("data-my-over", units > limit);
  clearTimeout(timer);
  const beside = uploaded().length + (besideNow().sticker ? 1 : 0);
  if (most > 1 && (units > limit || (units && beside >= most))) timer = setTimeout(askParts, PAUSE);
  else hideParts();
}

async function askParts() {
  const request = (asked += 1);
  const { sticker } = besideNow();
  const { channel_id, abilities } = state.frame.talk;
  const json = { channel_id, text: textField.value, attachment_ids: uploaded().map(({ id }) => id), has_sticker: Boolean(sticker) };
  const found = await api("POST", "/messages/parts", { json }).catch(() => null);
  if (!found || request !== asked || !isTalk()) return;
  const words = found.fits ? (found.parts.length > 1 ? "units_parts" : "units") : found.most ? "units_over" : "units_none";
  const most = words === "units" ? abilities.max_units : found.most;
  counter.textContent = t(words, { units: found.units, count: found.parts.length, most });
  counter.toggleAttribute("data-my-over", !found.fits);
  preview.hidden = words !== "units_parts";
  byId("composer-parts-list").replaceChildren(...found.parts.map((part) => make("li", { class: "talk__part" }, part)));
}

function hideParts() {
  asked += 1;
  preview.hidden = true;
}

function takeChoice() {
  addChoice(choiceInput.value);
  choiceInput.value = "";
  choiceInput.focus();
}

// What became known while one writes: that they blocked us, that there is a new right to reply, what is left.
onTicketChange(() => {
  if (!isOpenFor(openNumber())) return;
  state.frame.talk = pageData().reply.talk;
  showTalk();
});
onFilesChange(count);
document.addEventListener("talk-content", count);
form.addEventListener("input", (event) => event.target === textField && count());
choiceInput.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  takeChoice();
});
on("quote", async ({ dataset }) => {
  if (!isOpenFor(openNumber())) await act("reply");
  if (!isOpenFor(openNumber()) || !isTalk()) return;
  chooseQuote(Number(dataset.message));
  textField.focus();
});
on("add-choice", takeChoice);
on("choices", () => {
  showChoices(true);
  choiceInput.focus();
});
on("remove-choice", ({ dataset }) => {
  removeChoice(dataset.words);
  choiceInput.focus();
});
on("stickers", openStickers);
on("remove-sticker", () => {
  chooseSticker(null);
  textField.focus();
});
on("remove-quote", () => {
  chooseQuote(null);
  textField.focus();
});
