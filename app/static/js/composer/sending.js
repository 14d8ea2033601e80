// Sending: one attempt has one key, so that a lost answer never sends twice.

import { api } from "../api.js";
import { askDetails, isAboutDetails } from "../details.js";
import { t } from "../page.js";
import { isUploading } from "./attachments.js";
import { jumpToBlank } from "./blanks.js";
import { stopAtLost } from "./characters.js";
import { hasWords, mailBody, replyBody } from "./content.js";
import { save } from "./drafts.js";
import { form, showWhetherToSend, state, textField, uuid } from "./elements.js";
import { lost } from "./lock.js";
import { showLost } from "./loss.js";
import { recipients } from "./recipients.js";
import { clearStops, showErrors, showNewer, showStop } from "./stops.js";

let lastWay = {};

export const wayOfLastAttempt = () => lastWay;

// Sends and answers what was made; null when it was stopped, with the reason shown and the text kept.
export async function send(way) {
  if (state.isSending || !isReady()) return null;
  lastWay = way;
  setSending(true);
  try {
    return await attempt(way);
  } catch (problem) {
    if (way.sendAt && isAboutTime(problem)) throw problem;
    explain(problem);
    return null;
  } finally {
    setSending(false);
  }
}

function attempt(way) {
  const isReply = state.mode === "reply";
  const json = isReply ? replyBody(way) : mailBody(way);
  const path = isReply ? `/tickets/${state.number}/replies` : "/messages";
  return api("POST", path, { json, headers: { "Idempotency-Key": keyFor(path, json) } });
}

// The same content after an unclear failure is the same attempt; anything changed is a new one.
function keyFor(path, json) {
  const content = JSON.stringify([path, json]);
  if (state.attempt?.content !== content) state.attempt = { content, key: uuid() };
  return state.attempt.key;
}

function isReady() {
  clearStops();
  if (state.lost) {
    showLost(state.lost);
    return false;
  }
  if (Object.values(recipients).map((one) => one.take()).includes(false)) return false;
  const needsTo = !recipients.to.field.hidden && !recipients.to.people.length;
  if (needsTo) recipients.to.complain(t("recipient_needed"));
  if (!hasWords()) showErrors({ errors: [{ field: "text", message: t("text_needed") }] });
  if (isUploading()) showErrors({ errors: [{ field: "attachment_ids", message: t("still_uploading") }] });
  return !needsTo && hasWords() && !isUploading();
}

const isAboutTime = ({ errors = [] }) => errors.some(({ field }) => field === "send_at");

function explain(problem) {
  if (problem.status !== 0) state.attempt = null;
  if (problem.code === "ticket_changed") {
    state.currentVersion = problem.body.current_version;
    showNewer(problem.body.newer ?? []);
  } else if (problem.status === 423) lost(problem);
  else if (problem.code === "characters_lost") stopAtLost(problem.body.lost);
  else if (problem.status === 422 && state.mode === "reply" && isAboutDetails(problem)) askFor(problem);
  else if (problem.status === 422) showWrong(problem);
  else if (problem.status === 0) showStop(t("offline"), t("offline_detail"));
  else showStop(problem.title, problem.detail);
  if (state.mode === "reply") save();
}

// What closing or holding needs is asked for right here; the answers go with the words.
function askFor({ errors }) {
  const act = async (answers) => {
    state.details = answers;
    await attempt(lastWay).then(wentOut);
  };
  const purpose = errors.some(({ field }) => field === "hold_reason") ? "hold" : "send";
  askDetails(state.number, { purpose, errors, act }).then((isSent) => {
    state.details = {};
    if (!isSent) textField.focus();
  });
}

function wentOut(made) {
  document.dispatchEvent(new CustomEvent("reply-sent", { detail: { made, way: lastWay } }));
}

function showWrong(problem) {
  showErrors(problem);
  if (problem.errors.some(({ field }) => field === "text")) jumpToBlank();
}

function setSending(isSending) {
  state.isSending = isSending;
  form.setAttribute("aria-busy", isSending);
  showWhetherToSend();
}
