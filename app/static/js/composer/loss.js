// Who lost the reply is told at once by whom and why. The text stays, and can be copied elsewhere.

import { on } from "../actions.js";
import { flash } from "../flash.js";
import { clockTime, desk, t } from "../page.js";
import { textField } from "./elements.js";
import { showStop } from "./stops.js";

export function showLost({ title, body: { holder, lost, taken_at: since } }) {
  const acts = [["copy-text", t("copy_text")], ["lock-again", t("try_again")]];
  if (desk.leads && holder) acts.push(["take-over", t("take_over")]);
  const reason = lost?.reason && t("lock_reason", { reason: lost.reason });
  showStop(happened(lost, holder, since) ?? title, [reason, t("lock_lost_detail")], acts);
}

function happened(lost, holder, since) {
  if (lost) return t(lost.kind, { name: lost.by.name, time: at(lost.at) });
  return holder && t("lock_lost", { name: holder.name, time: at(since) });
}

const at = (instant) => clockTime(new Date(instant));

// Pages that are not served by HTTPS have no clipboard: what is selected is copied the old way.
async function copyText() {
  try {
    await navigator.clipboard.writeText(textField.value);
    flash(t("copied"));
  } catch {
    textField.focus();
    textField.select();
    const isCopied = document.execCommand("copy");
    flash(t(isCopied ? "copied" : "not_copied"), { isWrong: !isCopied });
  }
}

on("copy-text", copyText);
