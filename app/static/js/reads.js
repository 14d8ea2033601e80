// How far one has read each ticket that is listed here: its newest entry is news, or it is not.

import { desk } from "./page.js";

const versions = new Map();

// What the server wrote beside a list of rows: `number:version`, for those that were ever looked at.
export function learnReads(list) {
  for (const pair of list.dataset.reads.split(" ").filter(Boolean)) {
    const [number, version] = pair.split(":").map(Number);
    versions.set(number, version);
  }
}

export const readVersion = (number) => versions.get(number);

export function setRead(number, version) {
  versions.set(number, version);
}

// What one never looked at is news while nobody has begun with it, or when it is one's own.
export function hasNews({ dataset }) {
  const version = versions.get(Number(dataset.number));
  if (version !== undefined) return Number(dataset.version) > version;
  return dataset.phase === "new" || (dataset.phase !== "done" && Number(dataset.assignee) === desk.agent.id);
}
