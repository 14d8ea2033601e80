// One connection to /live. It resumes by itself; after a break it says so, and after a sleep it begins again.

import { api } from "./api.js";

const NAMES = ["ticket", "gone", "counts", "notices", "desk", "reset"];
const RETRY = 4000;
const CHECK = 5000;
const SLEPT = 120_000;

export class Stream {
  constructor({ position, onEvent, onState }) {
    Object.assign(this, { position, onEvent, onState, wasDown: false, checkedAt: Date.now() });
    setInterval(() => this.#noticeSleep(), CHECK);
    addEventListener("online", () => this.restart());
  }

  open() {
    this.source = new EventSource(`/live?after=${encodeURIComponent(this.position)}`);
    this.source.onopen = () => this.#up();
    this.source.onerror = () => this.#down();
    for (const name of NAMES) this.source.addEventListener(name, (message) => this.#take(name, message));
  }

  restart() {
    this.source?.close();
    this.wasDown = true;
    this.open();
  }

  #take(name, { data, lastEventId }) {
    if (lastEventId) this.position = lastEventId;
    this.onEvent({ name, data: JSON.parse(data || "{}"), position: this.position });
  }

  #up() {
    this.onState(true);
    if (this.wasDown) this.onEvent({ name: "reset", data: {}, position: this.position });
    this.wasDown = false;
  }

  #down() {
    this.wasDown = true;
    this.onState(false);
    if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.#retry(), RETRY);
  }

  // A refusal ends an EventSource for good: ask why (a lost session shows its dialog), then open again.
  async #retry() {
    await api("GET", "/me").catch(() => null);
    this.open();
  }

  #noticeSleep() {
    const slept = Date.now() - this.checkedAt > SLEPT;
    this.checkedAt = Date.now();
    if (slept) this.restart();
  }
}
