// A word to the visitor before one asks, and guides: a small card over the launcher, each once in the life of a browser.

import { button, icon, ICONS, make, quietly } from "./dom.js";
import { words } from "./texts.js";

const VISIT = 1_800_000;

export class Prompts {
  #timers = [];
  #card = null;

  constructor(widget) {
    this.widget = widget;
    if (widget.config.prompts.length) this.#remember();
    this.begin();
  }

  // "Visited before" is not the page before this one.
  #remember() {
    const first = this.widget.store.get("first") ?? Date.now();
    this.widget.store.set("first", first);
    this.wasHere = Date.now() - first > VISIT;
  }

  // At every page anew: seconds count from here.
  begin() {
    this.#timers.forEach(clearTimeout);
    const fitting = this.widget.config.prompts.filter((each) => this.#fits(each));
    this.#timers = fitting.map((each) => setTimeout(() => this.#show(each), each.when.seconds * 1000));
  }

  hide() {
    this.#card?.remove();
    this.#card = null;
  }

  #fits({ id, when }) {
    const { attributes = {} } = this.widget.site;
    const hasAttributes = Object.entries(when.attributes ?? {}).every(
      ([name, value]) => String(attributes[name] ?? "") === String(value),
    );
    const hasVisited = when.visited_before == null || when.visited_before === this.wasHere;
    return !this.#seen.includes(id) && matches(when.page) && hasVisited && hasAttributes;
  }

  get #seen() {
    return this.widget.store.get("prompts") ?? [];
  }

  #show(prompt) {
    if (this.#card || this.widget.isOpen || this.#seen.includes(prompt.id)) return;
    this.widget.store.set("prompts", [...this.#seen, prompt.id]);
    this.#count(prompt, "shown");
    const close = button("icon", words.CLOSE, () => this.hide(), icon(ICONS.CLOSE));
    this.#card = make(
      "aside.card",
      { "aria-label": prompt.title || words.TITLE },
      close,
      prompt.title && make("p.card__title", {}, prompt.title),
      make("p.card__text", {}, prompt.text),
      this.#act(prompt),
    );
    this.widget.frame.prepend(this.#card);
  }

  #act(prompt) {
    const address = addressOf(prompt.url);
    const label = prompt.button || words.LAUNCHER;
    if (address) return make("a.button.button--main", { href: address, onclick: () => this.#clicked(prompt) }, label);
    return button("button.button--main", label, () => this.#talk(prompt));
  }

  #clicked(prompt) {
    this.hide();
    this.#count(prompt, "clicked");
  }

  async #talk(prompt) {
    this.#clicked(prompt);
    const chat = await this.widget.chat();
    chat.prompt = prompt.id;
    await this.widget.open();
  }

  // It outlives the page: a guide's button leads away from it.
  #count(prompt, what) {
    const { api } = this.widget;
    void quietly(() => api.ask(`prompts/${prompt.id}`, { method: "POST", body: { what }, keepalive: true }));
  }
}

// `/price*` is a path of this site, `https://…` a whole address; `*` stands for anything, nothing for every page.
function matches(pattern) {
  if (!pattern) return true;
  const place = pattern.includes("://") ? location.href : location.pathname + (pattern.includes("?") ? location.search : "");
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(place);
}

function addressOf(url) {
  if (!url || !URL.canParse(url, location.href)) return null;
  const { href } = new URL(url, location.href);
  return /^https?:/.test(href) ? href : null;
}
