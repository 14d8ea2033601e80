// The widget's door. A page view costs the desk its settings and nothing else; the talk and the panel come when they are needed.

import base from "./base.css";

import { Api, isPassing, Pauses } from "./api.js";
import { themeOf } from "./colors.js";
import { button, icon, ICONS, listen, make, quietly } from "./dom.js";
import { Host } from "./host.js";
import { PHONE } from "./phone.js";
import { Prompts } from "./prompts.js";
import { attempt, Store } from "./store.js";
import { chooseLanguage, loadWords, say, words } from "./texts.js";

const STARTED = Symbol.for("madoguchi.chat");
const ATTEMPTS = 6;

// `base`: the address of the channel, as in https://desk.example/chat/KEY. A second tag changes nothing.
export async function start(base) {
  if (document[STARTED]) return;
  document[STARTED] = true;
  await quietly(() => new Widget(String(base).replace(/\/$/, "")).begin());
}

class Widget {
  isOpen = false;
  #chat = null;
  #panel = null;
  #isWished = false;

  constructor(base) {
    this.site = window.madoguchi ?? {};
    this.store = new Store(base.split("/").pop());
    this.api = new Api(base, this.store);
    this.language = chooseLanguage(this.site.language);
    window.madoguchi = Object.assign(this.site, {
      open: () => void quietly(() => this.open()),
      close: () => this.close(),
      identify: (token) => void quietly(() => this.identify(token)),
    });
  }

  async begin() {
    const host = new Host();
    [this.config] = await Promise.all([this.#settings(), loadWords(this.language)]);
    host.dress(base + themeOf(this.config.look));
    this.host = host;
    this.#build();
    if (!document.body) await new Promise((resolve) => listen(document, "DOMContentLoaded", resolve));
    this.host.attach();
    this.#notePages();
    if (this.store.token || this.store.names("out.").length) await this.#begun();
    if (this.#isWished || this.#wasOpen) await this.open({ isQuiet: !this.#isWished });
  }

  // The desk may be away for a moment just when the page loads.
  async #settings() {
    const pauses = new Pauses(3000, 60_000);
    for (let left = ATTEMPTS; ; left--) {
      try {
        return await this.api.call("GET", `config?language=${this.language}`);
      } catch (problem) {
        if (left <= 1 || !isPassing(problem)) throw problem;
        await pauses.next(problem.pause);
      }
    }
  }

  #build() {
    const { launcher } = this.config.texts;
    this.badge = make("span.badge", { hidden: true });
    const label = launcher && make("span.launcher__label", {}, launcher);
    this.launcher = button(
      "launcher",
      launcher || words.LAUNCHER,
      () => (this.isOpen ? this.close() : this.open()),
      icon(ICONS.CHAT),
      label,
      this.badge,
    );
    this.launcher.ariaExpanded = false;
    this.launcher.ariaHasPopup = "dialog";
    this.frame = make("div.frame", { lang: this.language }, this.launcher);
    this.host.root.append(this.frame);
    this.prompts = new Prompts(this);
  }

  // A visitor who was here before: the talk goes on, perhaps with something unread.
  async #begun() {
    const chat = await this.chat();
    if (this.store.token) await chat.visitor.visit();
  }

  chat() {
    this.#chat ??= import("./opened.js").then(({ Chat, ringFor }) => {
      const chat = new Chat(this);
      chat.addEventListener("change", () => this.#showUnread(chat));
      ringFor(chat, () => this.isOpen);
      return chat;
    });
    return this.#chat;
  }

  // `isQuiet`: the page was left with the panel open; nobody asked for the focus.
  async open({ isQuiet = false } = {}) {
    const isThere = this.host?.element.isConnected;
    this.#isWished ||= !isThere;
    if (this.isOpen || !isThere) return;
    this.isOpen = true;
    this.prompts.hide();
    const chat = await this.#loadPanel();
    if (!this.isOpen) return;
    chat.isOpen = true;
    if (!this.store.token) void quietly(() => chat.visitor.visit());
    this.#setOpen(true);
    this.#panel.show(isQuiet);
  }

  // -> the chat that it shows
  async #loadPanel() {
    const chat = await this.chat();
    const { Panel, sheets } = await import("./opened.js");
    if (this.#panel) return chat;
    this.host.dress(sheets);
    this.#panel = new Panel(this, chat);
    return chat;
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#setOpen(false);
    const hadFocus = this.#panel?.hide();
    if (hadFocus) this.launcher.focus();
    void quietly(async () => {
      const chat = await this.chat();
      chat.isOpen = false;
      chat.changed();
    });
  }

  async identify(token) {
    this.site.identity = token;
    if (this.store.token || (token && this.#chat)) await (await this.chat()).identify(token);
  }

  #setOpen(isOpen) {
    this.launcher.ariaExpanded = isOpen;
    this.frame.classList.toggle("frame--open", isOpen);
    attempt(() => sessionStorage.setItem(this.store.name, isOpen ? "open" : ""));
  }

  get #wasOpen() {
    return attempt(() => sessionStorage.getItem(this.store.name)) && !matchMedia(PHONE).matches;
  }

  #showUnread(chat) {
    const count = chat.marks.unread.length;
    this.badge.hidden = !count || this.isOpen;
    this.badge.textContent = count > 99 ? "99+" : count || "";
    const unread = count ? `, ${say(words.UNREAD, { n: count })}` : "";
    this.launcher.ariaLabel = (this.config.texts.launcher || words.LAUNCHER) + unread;
  }

  // Single-page sites: where the visitor is now. Their history is only listened to.
  #notePages() {
    let last = location.href;
    const look = () => {
      if (location.href === last) return;
      last = location.href;
      this.prompts.begin();
      if (this.store.token) void this.#chat?.then((chat) => chat.visitor.noteLater());
    };
    if (window.navigation) listen(window.navigation, "navigatesuccess", look);
    else setInterval(look, 1000);
  }
}
