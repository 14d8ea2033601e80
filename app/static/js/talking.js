// What is said in a talk: pictures that cannot be had leave their words, quoted messages are gone to, files fetched.

import { on } from "./actions.js";
import { api } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { byId, t } from "./page.js";
import { refreshTicket } from "./ticket.js";

document.addEventListener("error", ({ target }) => leaveWords(target), true);
for (const picture of document.querySelectorAll("[data-stands-for-words]")) {
  if (picture.complete && !picture.naturalWidth) leaveWords(picture);
}

function leaveWords(picture) {
  if (picture.matches?.("img[data-stands-for-words]")) picture.parentElement.dataset.myBroken = "";
}

document.addEventListener("click", (event) => {
  const quote = event.target.closest?.("a[data-quoted]");
  const quoted = quote && byId(quote.dataset.quoted);
  if (!quoted || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  show(quoted);
});

// It may be folded itself, and stand among those that are.
function show(entry) {
  for (let at = entry; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  const card = entry.querySelector("details");
  if (card) card.open = true;
  entry.scrollIntoView({ block: "center" });
  entry.querySelector("summary")?.focus({ preventScroll: true });
}

on("fetch-file", async (button) => {
  try {
    await api("POST", button.dataset.path);
    await refreshTicket();
    flash(t("done"));
  } catch (problem) {
    flashProblem(problem);
  }
});
