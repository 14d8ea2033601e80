// Who one is to the desk. A visit is begun when the widget is first opened, and noted at later pages.

import { isPassing, Pauses } from "./api.js";
import { later } from "./dom.js";
import { alone } from "./tabs.js";

const TYPING_EVERY = 4000;
const PAGE_NOTED_AFTER = 800;

export class Visitor {
  name = "";
  mail = "";
  isBlocked = false;
  // A visit that was begun before somebody signed in, or out, knows nothing of it.
  visiting = null;
  #typedAt = 0;
  #pauses = new Pauses();

  // {api, store, site, language, onSync, onDown}: `onSync(sync, isAnother)`, another visitor than before has another talk;
  // `onDown(isDown)`.
  constructor(parts) {
    Object.assign(this, parts);
  }

  // Tries until the desk answers; several callers share one attempt.
  visit() {
    return (this.visiting ??= this.#visit().finally(() => (this.visiting = null)));
  }

  async #visit() {
    for (;;) {
      const problem = await alone(`${this.store.name}.visit`, () => this.#introduce()).catch((error) => error);
      const isDown = problem && isPassing(problem);
      this.onDown(isDown);
      if (!isDown) return this.settle(problem);
      await this.#pauses.next(problem.pause);
    }
  }

  async #introduce() {
    const { identity = null, attributes = {} } = this.site;
    const page = { ...here(), referrer: document.referrer };
    const { token, visitor, sync } = await this.api.call("POST", "visits", {
      token: this.store.token,
      identity,
      language: this.language,
      page,
      attributes,
    });
    const isAnother = token !== this.store.token;
    this.store.token = token;
    Object.assign(this, { name: visitor.name ?? "", mail: visitor.mail ?? "" });
    this.onSync(sync, isAnother);
  }

  async settle(problem) {
    this.#pauses.reset();
    if (!problem) return;
    console.warn("madoguchi:", problem.message);
    if (problem.code === "visitor_blocked") this.isBlocked = true;
    if (problem.status === 422 && this.site.identity) {
      this.site.identity = null;
      await this.#visit();
    }
  }

  typing() {
    if (!this.store.token || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.api.call("POST", "typing").catch(() => null);
  }

  noteLater = later(PAGE_NOTED_AFTER, () => this.store.token && this.visit());

  // The desk does not know this browser any more.
  async beginAnew() {
    this.store.token = null;
    await this.visit();
  }
}

export const here = () => ({ url: location.href, title: document.title });
