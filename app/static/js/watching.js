// Following a ticket that is not one's own: its news are told like those of one's own.

import { on } from "./actions.js";
import { api } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { byId, openNumber, t } from "./page.js";
import { refreshTicket } from "./ticket.js";

on("watch", async () => {
  const number = openNumber();
  if (!number) return;
  const isWatching = byId("ticket-watchers").getAttribute("aria-pressed") === "true";
  try {
    await api(isWatching ? "DELETE" : "PUT", `/tickets/${number}/watch`);
    flash(t(isWatching ? "not_watching" : "watching"));
    await refreshTicket();
  } catch (problem) {
    flashProblem(problem);
  }
});
