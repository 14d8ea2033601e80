// A question that is not answered ends with its ticket: whoever is about to finish the ticket is asked first.

import { byId } from "./page.js";

const isDone = (status) => byId("composer-status")?.querySelector(`[value="${status}"]`)?.dataset.phase === "done";

export function mayFinish(status) {
  const waitsFor = byId("escalations")?.dataset.unfinished;
  if (!waitsFor || !(status === "done" || isDone(status))) return true;
  const dialog = byId("unanswered-dialog");
  byId("unanswered-names").textContent = waitsFor;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "finish"), { once: true });
  });
}
