// Whether a ticket that changed belongs to a tab of one's own: by the conditions that the server lists it by.

import { desk } from "../page.js";

const rules = {
  phase: (wanted, event) => !wanted.length || wanted.includes(event.phase),
  status: (wanted, { facts }) => facts.status === wanted,
  assignee: (wanted, { assignee_id: assignee }) => assignee === whoIs(wanted),
  team: (wanted, { facts }) => facts.team === wanted,
  channel: (wanted, { channel_ids: channels }) => channels.includes(wanted),
  category: (wanted, { facts }) => facts.category === wanted,
  label: (wanted, { facts }) => facts.labels.includes(wanted),
  priority: (wanted, { facts }) => facts.priority === wanted,
  complaint: (wanted, { facts }) => facts.complaint === wanted,
  waiting: (wanted, { facts }) => facts.waiting === wanted,
  escalated: (wanted, { facts }) => facts.escalated === wanted,
  overdue: (wanted, { facts }) => facts.overdue === wanted,
};

function whoIs(word) {
  if (word === "me") return desk.agent.id;
  return word === "none" ? null : word;
}

export const isOwn = (key) => /^t\d+$/.test(key);

export function conditionsOf(key) {
  const entry = document.querySelector(`#own-tab-list [data-key="${key}"]`);
  return entry ? JSON.parse(entry.dataset.conditions) : null;
}

export function belongs(key, event) {
  const conditions = conditionsOf(key);
  return conditions !== null && Object.entries(conditions).every(([name, wanted]) => rules[name]?.(wanted, event));
}
