// Why a send did not happen: said on top of the text, which stays as it is.

import { byId, clockTime, desk, make, t } from "../page.js";
import { complain as complainAboutFiles } from "./attachments.js";
import { recipients } from "./recipients.js";

const stop = byId("composer-stop");
const stale = byId("composer-stale");
const lines = { text: byId("text-error"), subject: byId("subject-error") };

export function clearStops() {
  stop.hidden = true;
  stale.hidden = true;
  for (const line of Object.values(lines)) line.hidden = true;
  for (const one of Object.values(recipients)) one.complain("");
  complainAboutFiles("");
}

export function showStop(title, detail = "", acts = []) {
  const buttons = acts.map(([action, words]) => make("button", { type: "button", class: "button", "data-action": action }, words));
  stop.replaceChildren(make("p", { class: "stop__title" }, title));
  if (detail && detail !== title) stop.append(make("p", {}, detail));
  if (buttons.length) stop.append(make("div", { class: "stop__acts" }, ...buttons));
  stop.hidden = false;
  stop.scrollIntoView({ block: "nearest" });
}

export function showLost({ body }) {
  const name = body.holder?.name ?? t("somebody");
  const since = body.taken_at ? clockTime(new Date(body.taken_at)) : "";
  const acts = [["lock-again", t("try_again")]];
  if (desk.leads) acts.push(["take-over", t("take_over")]);
  showStop(t("lock_lost", { name, time: since }), t("lock_lost_detail"), acts);
}

export function showNewer(newer) {
  byId("composer-newer").replaceChildren(...newer.map(entry));
  stale.hidden = false;
  stale.focus();
  stale.scrollIntoView({ block: "nearest" });
}

function entry({ author, from, kind, text, created_at: at }) {
  const name = author?.name || from?.name || from?.address || t("customer");
  const head = make("p", { class: "newer__head" }, `${name} · ${t(`kind_${kind}`)} · ${clockTime(new Date(at))}`);
  return make("li", { class: `newer newer--${kind}` }, head, text);
}

// Errors of single fields beside these fields; what belongs to none on top.
export function showErrors(problem) {
  const rest = problem.errors.filter(({ field, message }) => !place(field.split(".")[0], message));
  if (rest.length || !problem.errors.length) showStop(problem.title, rest.map(({ message }) => message).join(" ") || problem.detail);
}

function place(field, message) {
  if (recipients[field]) recipients[field].complain(message);
  else if (field === "attachment_ids") complainAboutFiles(message);
  else if (lines[field]) Object.assign(lines[field], { textContent: message, hidden: false });
  else return false;
  return true;
}

export function isSureToDiscard() {
  const dialog = byId("discard-dialog");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "discard"), { once: true });
  });
}
