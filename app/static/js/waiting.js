// What waits to be sent: another time, now, or not at all.

import { on } from "./actions.js";
import { api } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { t } from "./page.js";
import { askTime, whenOf } from "./send_time.js";

// `after` draws what changed; `reopen` leads to the draft that the text is again.
export function startWaiting({ after, reopen }) {
  on("change-time", ({ dataset: { entry, at } }) => {
    askTime({
      current: at,
      act: async (instant) => {
        await api("POST", `/outbox/${entry}/departure`, { json: { send_at: instant.toISOString() } });
        flash(t("scheduled", { time: whenOf(instant) }));
        await after();
      },
    });
  });
  on("send-now", async ({ dataset: { entry } }) => {
    await api("POST", `/outbox/${entry}/departure`, { json: {} }).then(() => flash(t("sent")), flashProblem);
    await after();
  });
  on("take-back", ({ dataset: { entry, number } }) => reopen(Number(entry), Number(number)));
}

// Takes it back on the server; false when it was too late, which is said.
export async function cancelSending(entry) {
  try {
    await api("POST", `/outbox/${entry}/cancel`, { json: {} });
    return true;
  } catch (problem) {
    flashProblem(problem);
    return false;
  }
}
