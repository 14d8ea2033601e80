// What was typed of a phone note stays in this browser until it is saved: a reload loses nothing, and whoever saves
// the same note twice makes one ticket.

import { desk } from "../page.js";

const PREFIX = `madoguchi-call-${desk.agent.id}-`;
const LIFE = 12 * 3_600_000;
const key = `${PREFIX}${location.search}`;

for (const name of Object.keys(localStorage)) {
  if (name.startsWith(PREFIX) && Date.now() - (read(name)?.at ?? 0) > LIFE) localStorage.removeItem(name);
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

export const readDraft = () => read(key);

export function keepDraft(values) {
  localStorage.setItem(key, JSON.stringify({ ...read(key), ...values, at: Date.now() }));
}

export function dropDraft() {
  localStorage.removeItem(key);
}

// One key as long as it is the same note.
export function idempotencyKey(body) {
  const known = readDraft()?.sent;
  if (known?.body === body) return known.key;
  const made = { key: [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""), body };
  keepDraft({ sent: made });
  return made.key;
}
