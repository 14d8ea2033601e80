// What the visitor wrote and the desk has not taken yet: kept in the browser, sent in order, each under an id of its own
// so that the desk takes it once however often it is sent.

import { isPassing, Pauses } from "./api.js";
import { quietly } from "./dom.js";
import { alone } from "./tabs.js";

const START = "out.";

export class Outbox {
  #pauses = new Pauses(1000, 30_000);
  #isBusy = false;

  // `send(entry)` posts one; `onChange` after each step.
  constructor(store, { send, onChange, onTaken, onRefused }) {
    Object.assign(this, { store, send, onChange, onTaken, onRefused, isFailing: false });
  }

  get entries() {
    const kept = this.store
      .names(START)
      .map((name) => this.store.get(name))
      .filter(Boolean);
    return kept.sort((one, other) => one.order - other.order);
  }

  add(entry) {
    const last = this.entries.at(-1)?.order ?? 0;
    const whole = { id: makeId(), order: Math.max(Date.now(), last + 1), ...entry };
    this.store.set(START + whole.id, whole);
    this.flush();
    return whole;
  }

  remove(id) {
    this.store.set(START + id, null);
  }

  retry(id) {
    const entry = this.store.get(START + id);
    if (entry) this.store.set(START + id, { ...entry, refusal: null });
    this.#pauses.end();
    this.flush();
  }

  flush() {
    this.onChange();
    if (!this.#isBusy) void quietly(() => this.#work());
  }

  async #work() {
    this.#isBusy = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const problem = await alone(`${this.store.name}.send`, () => this.#attempt(next.id));
        this.isFailing = Boolean(problem);
        this.onChange();
        if (problem) await this.#pauses.next(problem.pause);
        else this.#pauses.reset();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #next() {
    return this.entries.find((entry) => !entry.refusal);
  }

  // Another tab may have sent it meanwhile.
  async #attempt(id) {
    const entry = this.store.get(START + id);
    if (!entry || entry.refusal) return null;
    try {
      this.onTaken(entry, await this.send(entry));
      this.remove(id);
      return null;
    } catch (problem) {
      if (isPassing(problem)) return problem;
      this.#refuse(entry, problem);
      return null;
    }
  }

  #refuse(entry, problem) {
    this.store.set(START + entry.id, { ...entry, refusal: problem.message });
    this.onRefused(entry, problem);
  }
}

// `crypto.randomUUID` is there on https only.
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
