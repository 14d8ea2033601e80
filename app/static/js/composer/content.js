// What is written, as one value: read from the fields, put into them, and made into the body of a request.

import { byId } from "../page.js";
import { setFiles, uploaded } from "./attachments.js";
import { besideNow, hasBeside, isTalk, writeBeside } from "./beside.js";
import { quoteSwitch, state, statusField, subjectField, textField } from "./elements.js";
import { recipients } from "./recipients.js";
import { chooseSender, sender } from "./senders.js";

export function written() {
  return {
    text: textField.value,
    to: recipients.to.people,
    cc: recipients.cc.people,
    bcc: recipients.bcc.people,
    subject: subjectField.value,
    from: sender(),
    charset: byId("composer-utf8").checked ? "utf-8" : "mailbox",
    forward_of: state.forwardOf,
    files: uploaded(),
    next_status: statusField.value,
    has_quote: quoteSwitch.checked,
    ...besideNow(),
  };
}

export function write(content) {
  textField.value = content.text ?? "";
  for (const role of ["to", "cc", "bcc"]) recipients[role].people = content[role] ?? [];
  subjectField.value = content.subject ?? "";
  chooseSender(content.from?.address ?? content.from ?? state.frame.sender);
  byId("composer-utf8").checked = content.charset === "utf-8";
  setFiles(content.files ?? (content.attachment_ids ?? []).map((id) => ({ id, name: `#${id}` })));
  if (content.next_status && [...statusField.options].some(({ value }) => value === content.next_status)) statusField.value = content.next_status;
  quoteSwitch.checked = content.has_quote ?? true;
  writeBeside(content);
}

export function showQuote(quote) {
  state.quote = quote;
  byId("composer-quote").textContent = quote;
  byId("composer-quote-field").hidden = !quote;
}

// What a letter begins with: the greeting, room to write, the signature.
export function startingContent({ to = [], cc = [], subject = "", greeting = "", signature = "", files = [] }) {
  const text = `${greeting && `${greeting}\n\n`}${signature && `\n\n${signature}`}`;
  return { text, to, cc, bcc: [], subject, files };
}

// The text of what was taken back ends with the quoted mail, which has its own place here.
export function withoutQuote(saved, quote) {
  if (saved?.has_quote !== false || !quote || !saved.text?.endsWith(quote)) return saved;
  return { ...saved, text: saved.text.slice(0, -quote.length).trimEnd(), has_quote: true };
}

export const isUntouched = () => JSON.stringify(written()) === state.initial;

export function rememberInitial() {
  state.initial = JSON.stringify(written());
  state.initialText = textField.value;
}

// Whether there are words in it beside greeting and signature.
export const hasWords = () => isPassedOn() || hasBeside() || (isTalk() && uploaded().length > 0) || (Boolean(textField.value.trim()) && !(state.initialText && textField.value === state.initialText));

// A mail that is passed on may speak for itself.
const isPassedOn = () => Boolean(state.forwardOf && state.quote && quoteSwitch.checked);

// The body of a draft: the reply without token and version.
export function draftBody() {
  const { files, to, cc, bcc, subject, from, forward_of: forwardOf, ...content } = written();
  const envelope = byId("to-field").hidden ? {} : { to, cc, bcc, subject, ...(from && { from }) };
  return { ...content, ...envelope, ...(forwardOf && { forward_of: forwardOf }), attachment_ids: files.map(({ id }) => id) };
}

export function replyBody({ nextStatus, sendAt }) {
  const { has_quote: hasQuote, ...body } = draftBody();
  const held = { lock_token: state.token, base_version: state.baseVersion, next_status: nextStatus };
  return { ...body, ...held, ...state.details, ...departure(sendAt), text: withQuote(body.text) };
}

export function mailBody({ sendAt }) {
  const { next_status: nextStatus, has_quote: hasQuote, ...body } = draftBody();
  return { ...body, ...departure(sendAt), channel_id: Number(byId("composer-channel").value) };
}

// At a time, or as soon as it can no longer be taken back.
const departure = (sendAt) => (sendAt ? { send_at: sendAt.toISOString() } : { hold_seconds: "mailbox" });

export function withQuote(text) {
  return state.quote && quoteSwitch.checked ? `${text.trimEnd()}\n\n${state.quote}` : text;
}
