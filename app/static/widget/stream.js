// Server-sent events read with fetch, because an EventSource cannot say who one is.

import { isPassing, Pauses } from "./api.js";

const SILENCE = 40_000;

export class Stream {
  #pauses = new Pauses();
  #again = null;
  #heardAt = 0;

  // `onEvent(name, data)`; also "alive" for each sign of life, "down" and "refused" (with the problem).
  constructor(api, onEvent) {
    Object.assign(this, { api, onEvent });
    addEventListener("online", () => this.#again?.());
    document.addEventListener("visibilitychange", () => document.hidden || this.#checkSilence());
  }


  async run(signal) {
    while (!signal.aborted) {
      const problem = await this.#once(signal).catch((error) => error);
      if (signal.aborted) return;
      this.onEvent("down", {});
      if (problem && !isPassing(problem)) return this.onEvent("refused", problem);
      await this.#pauses.next(problem?.pause);
    }
  }

  async #once(signal) {
    const attempt = new AbortController();
    this.#again = () => attempt.abort();
    signal.addEventListener("abort", this.#again, { once: true });
    this.#heardAt = Date.now();
    const watch = setInterval(() => this.#checkSilence(), 5000);
    try {
      const { headers } = this.api;
      const answer = await this.api.ask("stream", { headers, cache: "no-store", signal: attempt.signal });
      await this.#read(answer.body.getReader());
    } finally {
      clearInterval(watch);
      signal.removeEventListener("abort", this.#again);
      this.#again = null;
    }
  }

  // After a sleep the line may be dead without a word.
  #checkSilence() {
    if (Date.now() - this.#heardAt > SILENCE) this.#again?.();
  }

  async #read(reader) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#heardAt = Date.now();
      this.#pauses.reset();
      const blocks = (rest + decoder.decode(value, { stream: true }).replaceAll("\r", "")).split("\n\n");
      rest = blocks.pop();
      this.onEvent("alive", {});
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block) {
    let name = "message";
    const data = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
    }
    if (data.length) this.onEvent(name, JSON.parse(data.join("\n")));
  }
}
