// What this person looked for before, kept in this browser alone.

import { desk } from "./page.js";

const KEPT = 8;
const key = `searches of ${desk.agent.id}`;

export function earlierSearches() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "[]").filter((text) => typeof text === "string");
  } catch {
    return [];
  }
}

export function keepSearch(text) {
  const kept = [text, ...earlierSearches().filter((each) => each !== text)].slice(0, KEPT);
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing can search all the same.
  }
}
