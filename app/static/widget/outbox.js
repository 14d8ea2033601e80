// What the visitor wrote and the desk has not taken yet: kept in the browser, sent in order, each under an id of its own
// so that the desk takes it once however often it is sent.

import { isPassing, Pauses } from "./api.js";
import { quietly } from "./dom.js";
import { alone } from "./tabs.js";

const START = "out.";

export class Outbox {
  isFailing = false;
  #pauses = new Pauses(1000, 30_000);
  #isBusy = false;

  // {store, send, onChange, onTaken, onRefused}: `send(entry)` posts one; `onChange` after each step.
  constructor(parts) {
    Object.assign(this, parts);
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

  // -> what went wrong in passing. Another tab may have sent it meanwhile.
  async #attempt(id) {
    const entry = this.store.get(START + id);
    if (!entry || entry.refusal) return;
    try {
      this.onTaken(entry, await this.send(entry));
      this.remove(id);
    } catch (problem) {
      if (isPassing(problem)) return problem;
      this.store.set(START + id, { ...entry, refusal: problem.message });
      this.onRefused(entry, problem);
    }
  }
}

// A UUID of version 4: `crypto.randomUUID` is there on https only.
export const makeId = () => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, digit);

const digit = () => (crypto.getRandomValues(new Uint8Array(1))[0] % 16).toString(16);
