// The composer's parts and what it currently is about.

import { byId } from "../page.js";

export const form = byId("composer");
export const textField = byId("composer-text");
export const subjectField = byId("composer-subject");
export const statusField = byId("composer-status");
export const quoteSwitch = byId("composer-quote-on");

// mode: "" (closed), "reply" or "new". `initial` is what was there before anybody wrote, greeting and signature too;
// `frame` are these two and the merge fields that are known.
export const state = {
  mode: "",
  number: null,
  token: "",
  lost: null, // why the lock is gone, as the server said it
  baseVersion: 0,
  quote: "",
  forwardOf: null, // the mail that is passed on
  frame: { greeting: "", signature: "", values: {}, later: [], senders: [], sender: "", charset: "", talk: null },
  initial: "",
  initialText: "",
  isSending: false,
  isUnreachable: false, // nobody would hear it
  attempt: null,
  details: {}, // what closing or holding asked for
};

// Whoever stands on a button that can be pressed no more goes on in the text.
export function showWhetherToSend() {
  const foot = form.querySelector(".composer__foot");
  const at = document.activeElement;
  const isLeft = Boolean(state.lost) && (foot.contains(at) || (state.isSending && at === document.body));
  for (const button of foot.querySelectorAll('.button:not([data-action="discard"])')) button.disabled = state.isSending || state.isUnreachable || Boolean(state.lost);
  if (isLeft) textField.focus();
}

export const isOpenFor = (number) => state.mode === "reply" && state.number === number;

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
