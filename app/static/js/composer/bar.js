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
}

function whyNot({ channelKind, lockHolder, lockName }) {
  if (channelKind === "phone") return t("no_reply_to_calls");
  if (lockHolder && Number(lockHolder) !== desk.agent.id) return t("is_replying", { name: lockName });
  return "";
}
