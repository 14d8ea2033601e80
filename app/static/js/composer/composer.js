// The composer: opens with the lock, keeps what is written whatever happens, and lets go of both when it is done.

import { on } from "../actions.js";
import { flash, flashProblem } from "../flash.js";
import { announceHeld, refreshHolding } from "../holding.js";
import { isComposing } from "../composing.js";
import { actedOn, nextNumber } from "../next.js";
import { byId, hasTicket, numberOnceDrawn, openNumber, t, ticket } from "../page.js";
import { stoppedTyping, typed } from "../presence.js";
import { openTicket } from "../routing.js";
import { askTime, whenOf } from "../send_time.js";
import { onTicketChange, refreshTicket, scrollToEnd } from "../ticket.js";
import { mayFinish } from "../unanswered.js";
import { onFilesChange } from "./attachments.js";
import { pageData, savedDraft, showBar, whyUnanswerable } from "./bar.js";
import { isTypingKana, showBlanks } from "./blanks.js";
import { checkSoon } from "./characters.js";
import { isUntouched, rememberInitial, showQuote, startingContent, withoutQuote, write } from "./content.js";
import { changed, forgetDraft, keepLocally, localDraft, save, say, stopSaving } from "./drafts.js";
import { form, isOpenFor, quoteSwitch, showWhetherToSend, state, statusField, textField } from "./elements.js";
import { addEverybody, showWhetherAll } from "./everybody.js";
import { changeFrame, readFrame, reframe, startOfLetter, useFrame } from "./frame.js";
import { noticeLoss, releaseLock, stopRenewing, takeLock } from "./lock.js";
import { showLost } from "./loss.js";
import { newestMail, passedOn, toPassOn } from "./passing.js";
import "./picker.js";
import { recipients, showRecipients } from "./recipients.js";
import { send, wayOfLastAttempt } from "./sending.js";
import { clearStops, isSureToDiscard } from "./stops.js";
import { showTalk } from "./talk.js";
import { startTakingBack } from "./taking_back.js";

const OPEN_KEY = "madoguchi-composer-open";
let closing = Promise.resolve();

async function openReply({ toAll = false, forwards = null } = {}) {
  const number = hasTicket() && (await numberOnceDrawn());
  if (!number) return;
  if (isOpenFor(number)) return goOn({ toAll, forwards });
  const why = whyUnanswerable();
  if (why) return flash(why, { isWrong: true });
  await close();
  try {
    await takeLock(number);
  } catch (problem) {
    flashProblem(problem);
    await refreshTicket().catch(() => {});
    return;
  }
  const draft = savedDraft(number, pageData().draft);
  const passed = draft ? draft.forward_of : forwards;
  const mail = passed ? await toPassOn(number, passed, draft) : null;
  if ((await numberOnceDrawn()) !== number || (passed && !mail)) return releaseLock(number);
  beginReply(number, { draft, mail, toAll });
  if (draft && forwards && draft.forward_of !== forwards) flash(t("draft_first"), { isWrong: true });
  sessionStorage.setItem(OPEN_KEY, number);
}

function beginReply(number, { draft, mail, toAll }) {
  const { reply } = pageData();
  const starting = mail ? passedOn(reply, mail) : { ...reply, cc: toAll ? reply.cc : [] };
  const saved = withoutQuote(draft, starting.quote);
  const { channelName } = ticket().dataset;
  useFrame(starting);
  state.forwardOf = mail?.forward_of ?? null;
  begin("reply", number, startingContent(starting), saved);
  state.baseVersion = saved?.base_version ?? reply.base_version;
  showQuote(starting.quote);
  showRecipients(!starting.talk);
  showTalk();
  byId("composer-via").textContent = (!starting.talk && starting.senders?.[0]?.name) || channelName;
  reveal(mail && !recipients.to.people.length ? recipients.to.input : textField);
}

// The same ticket is being answered already: everybody joins, or one is told what has to be finished.
function goOn({ toAll, forwards }) {
  if (forwards && forwards !== state.forwardOf) flash(t("draft_first"), { isWrong: true });
  if (toAll) addEverybody();
  textField.focus();
}

async function openNewMail() {
  if (state.mode === "new") return recipients.to.input.focus();
  await close();
  useFrame({});
  state.forwardOf = null;
  begin("new", null, startingContent({}), localDraft(null));
  showQuote("");
  showRecipients(true);
  showTalk();
  byId("composer-via").textContent = "";
  reveal(recipients.to.people.length ? textField : recipients.to.input);
  await frameNewMail();
  checkSoon();
}

// A new mail gets its greeting and signature as soon as they are known; a kept one has its own.
async function frameNewMail() {
  const wasUntouched = isUntouched();
  if (wasUntouched) return changeFrame();
  useFrame(await readFrame().catch(() => null));
  showBlanks();
}

function begin(mode, number, starting, saved) {
  Object.assign(state, { mode, number, attempt: null, lost: null });
  showWhetherToSend();
  clearStops();
  say("");
  write(starting);
  rememberInitial();
  if (saved) write(saved);
  showBlanks();
  const isNew = mode === "new";
  byId("composer-title").textContent = t(isNew ? "new_mail" : state.forwardOf ? "forward" : "reply");
  checkSoon();
  showWhetherAll();
  byId("composer-channel-field").hidden = !isNew;
  byId("composer-status-field").hidden = isNew;
  for (const id of ["send-done", "send-next"]) byId(id).hidden = isNew;
}

function reveal(field) {
  form.hidden = false;
  showBar();
  field.focus();
  const start = startOfLetter();
  textField.setSelectionRange(start, start);
  scrollToEnd();
}

// Whoever opens it again waits until the lock of before was given back.
async function close() {
  if (state.mode) closing = closeNow();
  await closing;
}

// Nothing written: lock and draft go. Something written: the draft stays and the ticket is free again.
async function closeNow() {
  const { mode, number } = state;
  const isEmpty = isUntouched();
  hide();
  if (mode === "new") {
    if (isEmpty) await forgetDraft(null);
    return;
  }
  if (isEmpty) await forgetDraft(number);
  else await save();
  await releaseLock(number);
}

function hide() {
  if (state.mode && !isUntouched()) keepLocally();
  state.mode = "";
  form.hidden = true;
  sessionStorage.removeItem(OPEN_KEY);
  stoppedTyping();
  showBar();
}

async function submit(way) {
  if (state.mode === "reply" && !(await mayFinish(way.nextStatus))) return textField.focus();
  const made = await send(way);
  if (made) await sent(made, way);
}

async function sent(made, way) {
  const { mode, number } = state;
  stopRenewing();
  state.token = "";
  rememberInitial();
  hide();
  await forgetDraft(number);
  actedOn(number);
  const next = way.opensNext ? await nextNumber().catch(() => null) : null;
  await tellSent(way, way.opensNext && !next);
  if (mode === "new") await openTicket(made.number);
  else if (next) await openTicket(next);
  else await refreshTicket().catch(() => {});
}

// The countdown says that it was accepted; without one a line does.
async function tellSent({ sendAt }, isNobodyWaiting) {
  const held = sendAt ? 0 : await refreshHolding().catch(() => 0);
  if (held) announceHeld();
  if (sendAt) flash(t("scheduled", { time: whenOf(sendAt) }));
  else if (isNobodyWaiting) flash(t("sent_none_waiting"));
  else if (!held) flash(t("sent"));
}

// Accepted, and the dialog closes; a wrong time is said at its field, anything else at the composer.
function sendLater() {
  const way = { nextStatus: statusNow() };
  askTime({ act: (sendAt) => submit({ ...way, sendAt }) });
}

async function discard() {
  if (!isUntouched() && !(await isSureToDiscard())) return;
  const { number } = state;
  stopSaving();
  state.mode = "";
  hide();
  await forgetDraft(number);
  if (number) await releaseLock(number);
  focusReply();
  refreshTicket().catch(() => {});
}

const focusReply = () => document.querySelector('#dock-bar:not([hidden]) [data-action="reply"]')?.focus();

async function followTicket({ isNew }) {
  if (isNew && state.mode === "reply" && state.number !== openNumber()) await close();
  if (isOpenFor(openNumber())) {
    learn(pageData().reply);
    showWhetherAll();
    noticeLoss(ticket().dataset.lockHolder);
  }
  showBar();
  const wasOpen = Number(sessionStorage.getItem(OPEN_KEY));
  if (isNew && wasOpen && wasOpen === openNumber() && !state.mode) await openReply();
}

// What became known of the customer meanwhile goes into the fields that wait for it.
function learn(reply) {
  if (isTypingKana() || JSON.stringify(reply.values) === JSON.stringify(state.frame.values)) return;
  const before = textField.value;
  reframe(state.forwardOf ? { ...reply, greeting: "" } : reply);
  if (textField.value !== before && !isUntouched()) changed();
}

const statusNow = () => (state.mode === "reply" ? statusField.value : undefined);

onTicketChange(followTicket);
onFilesChange(() => {
  changed();
  checkSoon();
});
for (const one of Object.values(recipients)) {
  one.onChange = () => {
    if (state.mode && !isUntouched()) changed();
    if (state.mode) checkSoon();
    showWhetherAll();
    if (state.mode === "new" && one === recipients.to) changeFrame();
  };
}
byId("composer-channel").addEventListener("change", () => changeFrame().then(checkSoon));
form.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  changed();
  checkSoon();
  typed();
});
quoteSwitch.addEventListener("change", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit({ nextStatus: statusNow() });
});
form.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.key !== "Enter") return;
  const isSend = event.ctrlKey || event.metaKey;
  if (isSend || event.target.matches("input")) event.preventDefault();
  if (isSend) submit({ nextStatus: statusNow() });
});
addEventListener("pagehide", () => {
  if (state.mode === "reply" && isUntouched()) releaseLock(state.number, { keepalive: true });
  else if (state.mode === "reply") save();
});
document.addEventListener("lock-taken", async ({ detail: { number } }) => {
  if (isOpenFor(number)) await lockAgain();
  else await refreshTicket().then(() => openReply());
});

async function lockAgain() {
  try {
    await takeLock(state.number);
    clearStops();
    textField.focus();
  } catch (problem) {
    flashProblem(problem);
  }
}

document.addEventListener("reply-sent", ({ detail: { made, way } }) => sent(made, way));
on("reply", () => openReply());
on("reply-all", () => openReply({ toAll: true }));
on("forward", (button) => openReply({ forwards: Number(button?.dataset.message) || newestMail() }));
on("new-mail", openNewMail);
on("close-composer", () => {
  const isClosed = close();
  focusReply();
  return isClosed;
});
on("discard", discard);
on("lock-again", lockAgain);
on("send-later", sendLater);
startTakingBack({ close, open: () => openReply() });
on("send-done", () => submit({ nextStatus: "done" }));
on("send-next", () => submit({ nextStatus: statusNow(), opensNext: true }));
on("send-anyway", () => {
  state.baseVersion = state.currentVersion;
  submit(wayOfLastAttempt());
});
on("edit-again", () => {
  state.baseVersion = state.currentVersion;
  clearStops();
  if (state.lost) showLost(state.lost);
  changed();
  textField.focus();
});
