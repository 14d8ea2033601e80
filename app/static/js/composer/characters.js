// What a mailbox that writes ISO-2022-JP would lose: looked for by the server while one writes, and named here with
// what looks alike. Nothing leaves with it, unless this one letter goes out as UTF-8.

import { on } from "../actions.js";
import { api } from "../api.js";
import { byId, make, t } from "../page.js";
import { uploaded } from "./attachments.js";
import { isTypingKana } from "./blanks.js";
import { showQuote, withQuote } from "./content.js";
import { state, subjectField, textField } from "./elements.js";
import { recipients } from "./recipients.js";
import { sender } from "./senders.js";

const OLD = "iso-2022-jp";
const PAUSE = 500;
const section = byId("composer-lost");
const shelf = byId("lost-list");
const asUtf8 = byId("composer-utf8");
let timer = null;
let asked = 0;
let lost = [];

const isOld = () => Boolean(state.mode) && state.frame.charset === OLD;

export function checkSoon() {
  clearTimeout(timer);
  if (isOld()) timer = setTimeout(check, PAUSE);
  else show([]);
}

async function check() {
  const request = (asked += 1);
  const found = await api("POST", "/messages/characters", { json: letter() }).catch(() => null);
  if (found && request === asked && isOld()) show(found.lost);
}

function letter() {
  const { to, cc } = recipients;
  const names = uploaded().map(({ name }) => name);
  const content = { text: withQuote(textField.value), subject: subjectField.value, to: to.people, cc: cc.people, file_names: names };
  return { ...content, from: senderName(), channel_id: state.frame.channel_id };
}

function senderName() {
  const { senders = [] } = state.frame;
  return senders.find(({ address }) => address === sender()) ?? null;
}

export function show(found) {
  lost = found;
  section.hidden = !lost.length && !asUtf8.checked;
  section.toggleAttribute("data-my-utf8", asUtf8.checked);
  const told = JSON.stringify(lost);
  if (shelf.dataset.shown === told) return;
  shelf.dataset.shown = told;
  shelf.replaceChildren(...lost.map(line));
  byId("replace-lost").hidden = !lost.some(({ instead }) => instead);
}

function line({ character, instead }, index) {
  if (!instead) return make("li", { class: "blank blank--still" }, character);
  const words = `${character} → ${instead}`;
  return make("li", {}, make("button", { type: "button", class: "blank", "data-action": "replace-lost", "data-index": index, "aria-label": t("replace_lost", { character, instead }) }, words));
}

function replace(chosen) {
  if (isTypingKana()) return;
  const inAll = (text) => chosen.reduce((done, { character, instead }) => done.replaceAll(character, instead), text);
  for (const field of [textField, subjectField]) if (inAll(field.value) !== field.value) field.value = inAll(field.value);
  for (const one of Object.values(recipients)) one.people = one.people.map((person) => ({ ...person, name: inAll(person.name) }));
  showQuote(inAll(state.quote));
  textField.dispatchEvent(new Event("input", { bubbles: true }));
  textField.focus();
}

// Named by the server when it refused to send: the same list, at once.
export function stopAtLost(found) {
  show(found);
  section.querySelector("button, input")?.focus();
}

on("replace-lost", ({ dataset }) => replace([lost[Number(dataset.index)]]));
on("replace-all-lost", () => replace(lost.filter(({ instead }) => instead)));
