// What the visitor has heard and read: told to the desk, and to the other tabs.

import { later } from "./dom.js";
import { newestOf } from "./talk.js";

export class Marks {
  #told = "";

  // {api, store, talk}
  constructor(parts) {
    Object.assign(this, parts);
  }

  get unread() {
    const read = Math.max(this.store.get("read") ?? 0, this.talk.answered);
    return this.talk.theirs.filter((each) => each.id > read);
  }

  // -> whether that is news
  read() {
    const newest = this.#newest;
    if (newest <= (this.store.get("read") ?? 0)) return false;
    this.store.set("read", newest);
    this.tell();
    return true;
  }

  tell = later(300, () => this.#tell());

  get #newest() {
    return newestOf(this.talk.theirs);
  }

  async #tell() {
    const marks = { heard: this.#newest || null, read: this.store.get("read") };
    const told = JSON.stringify(marks);
    if (!this.store.token || !(marks.heard || marks.read) || told === this.#told) return;
    this.#told = told;
    await this.api.call("POST", "marks", marks).catch(() => (this.#told = ""));
  }
}
