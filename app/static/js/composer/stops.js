// Why a send did not happen: said on top of the text, which stays as it is.

import { byId, clockTime, make, t } from "../page.js";
import { complain as complainAboutFiles } from "./attachments.js";
import { recipients } from "./recipients.js";

const stop = byId("composer-stop");
const stale = byId("composer-stale");
const fieldLines = { text: byId("text-error"), subject: byId("subject-error"), from: byId("from-error"), quote_of: byId("quote_of-error"), quick_replies: byId("quick_replies-error") };

export function clearStops() {
  stop.hidden = true;
  stale.hidden = true;
  for (const line of Object.values(fieldLines)) line.hidden = true;
  for (const one of Object.values(recipients)) one.complain("");
  complainAboutFiles("");
}

// `details` is a line or several.
export function showStop(title, details = "", acts = []) {
  const buttons = acts.map(([action, words]) => make("button", { type: "button", class: "button", "data-action": action }, words));
  stop.replaceChildren(make("p", { class: "stop__title" }, title));
  const lines = [details].flat().filter((line) => line && line !== title);
  stop.append(...lines.map((line) => make("p", {}, line)));
  if (buttons.length) stop.append(make("div", { class: "stop__acts" }, ...buttons));
  stop.hidden = false;
  stop.scrollIntoView({ block: "nearest" });
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
  else if (fieldLines[field]) Object.assign(fieldLines[field], { textContent: message, hidden: false });
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
