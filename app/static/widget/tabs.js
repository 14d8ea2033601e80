// Several tabs of one site share one stream: the tab that was looked at last holds it, and tells the others.
// Without locks (plain http) each tab that is seen has a stream of its own.

import { quietly } from "./dom.js";

const SILENCE = 40_000;
const HIDDEN = 60_000;

// One tab after another; where there are no locks, at once.
export const alone = (name, act) => (navigator.locks ? navigator.locks.request(name, act) : act());

export class Tabs {
  #bus = null;
  #isWanted = false;
  #leading = null;
  #queued = null;
  #heardAt = Date.now();

  constructor(name, stream, receive) {
    Object.assign(this, { name: `${name}.stream`, stream, receive });
    this.#listen(name);
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.#isWanted && this.#take(true));
    setInterval(() => this.#noticeSilence(), 5000);
  }

  get isLeading() {
    return this.#leading !== null;
  }

  // What happened in this tab and concerns the others.
  tell(name, data) {
    this.#bus.postMessage({ name, data });
  }

  // What came down the stream is for every tab.
  relay(name, data) {
    this.tell(name, data);
    this.receive(name, data);
  }

  want(isWanted) {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) this.#take(!document.hidden);
    else this.#leave();
  }

  #listen(name) {
    this.#bus = new BroadcastChannel(name);
    this.#bus.onmessage = ({ data }) => {
      this.#heardAt = Date.now();
      if (data.name !== "alive") void quietly(() => this.receive(data.name, data.data));
    };
  }

  #take(hasToSteal) {
    this.#queued?.abort();
    if (this.#leading) return;
    if (!navigator.locks) return this.#lead();
    const queued = (this.#queued = hasToSteal ? null : new AbortController());
    const options = hasToSteal ? { steal: true } : { signal: queued.signal };
    navigator.locks.request(this.name, options, () => this.#lead()).catch(() => queued?.signal.aborted || this.#lost());
  }

  // Taken by the tab that is looked at now: wait in line.
  #lost() {
    this.#leading?.abort();
    this.#leading = null;
    if (this.#isWanted) this.#take(false);
  }

  async #lead() {
    this.#queued = null;
    if (!this.#isWanted) return;
    const leading = (this.#leading = new AbortController());
    await this.stream.run(leading.signal);
    if (this.#leading === leading) this.#leading = null;
  }

  #leave() {
    this.#queued?.abort();
    this.#leading?.abort();
    this.#queued = this.#leading = null;
  }

  #look() {
    if (!this.#isWanted) return;
    if (!document.hidden) this.#take(true);
    else if (!navigator.locks) setTimeout(() => document.hidden && this.#leave(), HIDDEN);
  }

  // The tab that leads may have been frozen.
  #noticeSilence() {
    const isSilent = Date.now() - this.#heardAt > SILENCE;
    if (isSilent && this.#isWanted && !this.#leading && !document.hidden) this.#take(true);
  }
}
