// What is written, as one value: read from the fields, put into them, and made into the body of a request.

import { byId } from "../page.js";
import { setFiles, uploaded } from "./attachments.js";
import { quoteSwitch, state, statusField, subjectField, textField } from "./elements.js";
import { recipients } from "./recipients.js";

export function written() {
  return {
    text: textField.value,
    to: recipients.to.people,
    cc: recipients.cc.people,
    bcc: recipients.bcc.people,
    subject: subjectField.value,
    files: uploaded(),
    next_status: statusField.value,
    has_quote: quoteSwitch.checked,
  };
}

export function write(content) {
  textField.value = content.text ?? "";
  for (const role of ["to", "cc", "bcc"]) recipients[role].people = content[role] ?? [];
  subjectField.value = content.subject ?? "";
  setFiles(content.files ?? (content.attachment_ids ?? []).map((id) => ({ id, name: `#${id}` })));
  if (content.next_status && [...statusField.options].some(({ value }) => value === content.next_status)) statusField.value = content.next_status;
  quoteSwitch.checked = content.has_quote ?? true;
}

export function showQuote(quote) {
  state.quote = quote;
  byId("composer-quote").textContent = quote;
  byId("composer-quote-field").hidden = !quote;
}

// What a letter begins with: the greeting, room to write, the signature.
export function startingContent({ to = [], cc = [], subject = "", greeting = "", signature = "" }) {
  const text = `${greeting && `${greeting}\n\n`}${signature && `\n\n${signature}`}`;
  return { text, to, cc, bcc: [], subject, files: [] };
}

export const isUntouched = () => JSON.stringify(written()) === state.initial;

export function rememberInitial() {
  state.initial = JSON.stringify(written());
  state.initialText = textField.value;
}

// Whether there are words in it beside greeting and signature.
export const hasWords = () => Boolean(textField.value.trim()) && !(state.initialText && textField.value === state.initialText);

// The body of a draft: the reply without token and version.
export function draftBody() {
  const { files, to, cc, bcc, subject, ...content } = written();
  const envelope = byId("to-field").hidden ? {} : { to, cc, bcc, subject };
  return { ...content, ...envelope, attachment_ids: files.map(({ id }) => id) };
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

function withQuote(text) {
  return state.quote && quoteSwitch.checked ? `${text.trimEnd()}\n\n${state.quote}` : text;
}
