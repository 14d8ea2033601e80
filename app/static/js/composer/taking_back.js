// What was sent comes back into the composer as it was: text, files, status, and the lock with it.

import { flash } from "../flash.js";
import { forgetHeldLine, refreshHolding } from "../holding.js";
import { openNumber, t } from "../page.js";
import { openTicket } from "../routing.js";
import { refreshTicket } from "../ticket.js";
import { cancelSending, startWaiting } from "../waiting.js";
import { forgetLocally } from "./drafts.js";

// `close` ends what is being written now: its draft is kept; `open` begins the reply on the open ticket.
export function startTakingBack({ close, open }) {
  startWaiting({
    after: () => refreshTicket().catch(() => {}),
    reopen: async (entry, number) => {
      await close();
      if (!(await cancelSending(entry))) return refreshAgain();
      forgetHeldLine(entry);
      forgetLocally(number);
      await openTicket(number);
      if (openNumber() !== number) return;
      await open();
      flash(t("taken_back"));
    },
  });
}

const refreshAgain = () => Promise.all([refreshHolding(), refreshTicket()]).catch(() => {});
