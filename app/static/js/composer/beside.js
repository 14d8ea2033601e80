// What an answer in a talk has beside words: a sticker, a quoted message, answers to choose from. Mails have none of it.

import { byId, icon, make, t } from "../page.js";
import { changed } from "./drafts.js";
import { state } from "./elements.js";

const EMPTY = { sticker: null, quote_of: null, quick_replies: [] };
export const MAX_CHOICES = 13;

let content = { ...EMPTY };
const sign = byId("composer-sticker");
const quoted = byId("composer-quoting");
const choices = byId("composer-choices");
const choicesField = byId("composer-choices-field");

export const isTalk = () => Boolean(state.frame.talk);

// Nothing where there is no talk, so that a mail's draft says nothing of it.
export const besideNow = () => (isTalk() ? { ...content } : {});

export const hasBeside = () => isTalk() && Boolean(content.sticker);

export function writeBeside(saved) {
  const { sticker, quote_of: quote, quick_replies: replies } = { ...EMPTY, ...saved };
  content = { sticker, quote_of: quote, quick_replies: [...replies] };
  draw();
  showChoices(content.quick_replies.length > 0);
}

export function chooseSticker(sticker) {
  put({ sticker });
}

export function chooseQuote(id) {
  put({ quote_of: id });
}

export function addChoice(text) {
  const words = text.trim();
  if (!words || content.quick_replies.includes(words) || content.quick_replies.length >= MAX_CHOICES) return;
  put({ quick_replies: [...content.quick_replies, words] });
}

export function removeChoice(words) {
  put({ quick_replies: content.quick_replies.filter((each) => each !== words) });
}

export function showChoices(isShown) {
  choicesField.hidden = !isShown || !isTalk();
}

function put(part) {
  content = { ...content, ...part };
  draw();
  changed();
  document.dispatchEvent(new CustomEvent("talk-content"));
}

function draw() {
  sign.hidden = !content.sticker;
  sign.replaceChildren(...(content.sticker ? [stickerPicture(content.sticker), remove("remove-sticker", t("remove_sticker"))] : []));
  quoted.hidden = !content.quote_of;
  quoted.replaceChildren(...(content.quote_of ? [make("q", { class: "talk__quoted" }, wordsOf(content.quote_of)), remove("remove-quote", t("remove_quote"))] : []));
  choices.replaceChildren(...content.quick_replies.map(choice));
}

// Its picture, or its number where there is none.
export function stickerPicture({ sticker_id: id }) {
  const words = t("sticker_number", { number: id });
  const picture = make("img", { class: "sticker__picture", src: `/pictures/line/sticker/${id}`, alt: words, loading: "lazy", width: 72, height: 62 });
  picture.addEventListener("error", () => picture.replaceWith(make("span", { class: "sticker__words" }, words)), { once: true });
  return picture;
}

function wordsOf(id) {
  const glance = document.querySelector(`#message-${id} .entry__glance`)?.textContent.trim();
  return glance || t("quoted_message");
}

const choice = (words) => make("li", { class: "chip" }, words, make("button", { type: "button", class: "chip__remove", "data-action": "remove-choice", "data-words": words, "aria-label": t("remove_choice", { words }) }, icon("close")));

const remove = (action, label) => make("button", { type: "button", class: "button button--quiet button--icon", "data-action": action, "aria-label": label }, icon("close"));
