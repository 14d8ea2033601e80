// The talk as it is seen: days, messages, suggestions. A change touches what changed and nothing else.

import { button, icon, ICONS, listen, make } from "./dom.js";
import { loadOlder } from "./earlier.js";
import { Row } from "./rows.js";
import { Suggestions } from "./suggestions.js";
import { dayOf, nameOfDay, say, words } from "./texts.js";

const NEAR = 60;

export class Log {
  isAtEnd = true;
  #rows = new Map();
  #newest = null;

  constructor(chat) {
    this.chat = chat;
    this.older = button("link.older", words.OLDER, () => this.#showOlder());
    const greeting = chat.config.texts.greeting || words.GREETING;
    this.greeting = make("article.row.row--desk", {}, make("div.bubble", {}, make("p.text", {}, greeting)));
    this.list = make("div.rows", { role: "log", "aria-live": "polite", "aria-label": words.LOG });
    this.typing = make(
      "p.typing.quiet",
      { hidden: true },
      make("span.dots", { "aria-hidden": "true" }, make("i"), make("i"), make("i")),
      make("span"),
    );
    this.scroll = make(
      "div.scroll",
      { tabindex: 0, role: "region", "aria-label": words.LOG },
      this.older,
      this.list,
      this.typing,
    );
    this.newer = button("button.newer", words.NEWER, () => this.toBottom(), words.NEWER, icon(ICONS.DOWN));
    this.element = make("div.log", {}, this.scroll, this.newer);
    listen(this.scroll, "scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.isAtEnd && this.toBottom()).observe(this.scroll);
    listen(this.list, "load", () => this.isAtEnd && this.toBottom(), { capture: true });
  }

  toBottom() {
    this.isAtEnd = true;
    this.newer.hidden = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  render() {
    const { messages, talk } = this.chat;
    this.older.hidden = !talk.hasMore;
    this.#place(talk.hasMore ? [] : [this.greeting], messages);
    this.#showTyping();
    const newest = keyOf(messages.at(-1));
    if (this.isAtEnd) this.toBottom();
    else if (newest !== this.#newest) this.newer.hidden = false;
    this.#newest = newest;
  }

  #place(first, messages) {
    const elements = [...first];
    const used = new Set();
    let last = null;
    for (const message of messages) {
      const day = dayOf(message.at);
      if (!last || dayOf(last.at) !== day) elements.push(this.#day(day, message.at, used));
      elements.push(...this.#message(message, last, used));
      last = message;
    }
    for (const key of this.#rows.keys()) if (!used.has(key)) this.#rows.delete(key);
    arrange(this.list, elements);
  }

  #message(message, last, used) {
    const key = keyOf(message);
    const row = this.#kept(key, used, () => new Row(this.chat));
    row.show(message, Boolean(last) && last.from === message.from && last.name === message.name);
    const found = this.chat.suggestions.get(message.client_id);
    if (!found) return [row.element];
    const suggestions = this.#kept(`suggestions ${key}`, used, () => new Suggestions(this.chat, found));
    suggestions.show(found);
    return [row.element, suggestions.element];
  }

  #day(day, instant, used) {
    const kept = this.#kept(`day ${day}`, used, () => ({
      element: make("p.day.quiet", {}, make("span", {}, nameOfDay(instant))),
    }));
    return kept.element;
  }

  #kept(key, used, build) {
    used.add(key);
    if (!this.#rows.has(key)) this.#rows.set(key, build());
    return this.#rows.get(key);
  }

  #showTyping() {
    const { typing } = this.chat.talk.state;
    const left = typing ? Date.parse(typing.until) - Date.now() : 0;
    this.typing.hidden = left <= 0;
    if (left <= 0) return;
    this.typing.lastChild.textContent = say(typing.name ? words.TYPING : words.DESK_TYPING, typing);
    setTimeout(() => this.#showTyping(), left + 50);
  }

  // What is read stays where it is while older entries come in above it.
  async #showOlder() {
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    await loadOlder(this.chat);
    this.render();
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
    this.scroll.focus();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (!this.isAtEnd) return;
    this.newer.hidden = true;
    this.chat.changed();
  }
}

const keyOf = (message) => message?.client_id ?? `id ${message?.id}`;

function arrange(parent, elements) {
  const wanted = new Set(elements);
  for (const element of [...parent.children]) if (!wanted.has(element)) element.remove();
  elements.forEach((element, index) => {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index]);
  });
}
