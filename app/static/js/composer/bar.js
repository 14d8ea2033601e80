// The bar under the timeline: what one may do now, and why not.

import { byId, desk, openNumber, t, ticket } from "../page.js";
import { localDraft, newerOf } from "./drafts.js";
import { state } from "./elements.js";

export const pageData = () => JSON.parse(byId("reply-defaults").textContent);
export const savedDraft = (number, server) => newerOf(localDraft(number), server);

export function showBar() {
  const number = openNumber();
  byId("dock-bar").hidden = !number || state.mode !== "";
  if (!number) return;
  const why = whyNot(ticket().dataset);
  const hasDraft = savedDraft(number, pageData().draft);
  document.querySelector('#dock-bar [data-action="reply"]').setAttribute("aria-disabled", Boolean(why));
  byId("reply-label").textContent = t(hasDraft ? "continue_draft" : "reply");
  byId("dock-why").textContent = why;
  byId("dock-reply-all").hidden = hasDraft || !pageData().reply.cc.length;
  byId("dock-forward").hidden = hasDraft || ticket().dataset.channelKind !== "email";
  for (const id of ["dock-reply-all", "dock-forward"]) byId(id).setAttribute("aria-disabled", Boolean(why));
}

export function whyUnanswerable() {
  if (pageData().reply.is_answerable) return "";
  return t(ticket().dataset.channelKind === "phone" ? "no_reply_to_calls" : "no_mailbox_answers");
}

function whyNot({ lockHolder, lockName }) {
  const why = whyUnanswerable();
  if (why) return why;
  if (lockHolder && Number(lockHolder) !== desk.agent.id) return t("is_replying", { name: lockName });
  return "";
}
