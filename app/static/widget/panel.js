// The open widget: who we are, the talk, and where one writes.

import { Composer } from "./composer.js";
import { Contact } from "./contact.js";
import { button, icon, ICONS, isComposing, listen, make, write } from "./dom.js";
import { Ending } from "./ending.js";
import { Log } from "./log.js";
import { PHONE } from "./phone.js";
import { opening, say, words } from "./texts.js";

const FOCUSABLE = "button, a[href], input, select, textarea, summary, [tabindex='0']";

export class Panel {
  #isEnding = false;

  constructor(widget, chat) {
    Object.assign(this, { widget, chat });
    this.phone = matchMedia(PHONE);
    this.log = new Log(chat);
    this.composer = new Composer(this, chat);
    this.contact = new Contact(chat);
    this.ending = new Ending(this, chat);
    this.#build();
    widget.frame.prepend(this.element);
    chat.addEventListener("change", () => this.render());
    listen(document, "visibilitychange", () => this.#read());
    for (const kind of ["resize", "scroll"]) listen(visualViewport, kind, () => this.#fit());
  }

  show(isQuiet) {
    this.element.hidden = false;
    this.#fit();
    this.render();
    this.log.toBottom();
    if (!isQuiet) this.composer.focus();
  }

  // -> whether the focus was in here
  hide() {
    const hadFocus = this.element.contains(this.widget.host.root.activeElement);
    this.element.hidden = true;
    return hadFocus;
  }

  render() {
    const { talk, visitor, isDown } = this.chat;
    const hasEnded = talk.state.has_ended && !this.chat.isAnew;
    write(this.state, this.#stateOf(talk.state));
    this.element.classList.toggle("panel--there", talk.state.is_there);
    this.offline.hidden = !isDown || visitor.isBlocked;
    this.composer.render();
    this.contact.render();
    this.log.render();
    this.end.hidden = !talk.isBegun || talk.state.has_ended || visitor.isBlocked;
    this.ended.hidden = !hasEnded || visitor.isBlocked;
    this.blocked.hidden = !visitor.isBlocked;
    this.ending.element.hidden = !this.#isEnding || hasEnded;
    this.composer.element.hidden = hasEnded || visitor.isBlocked || this.#isEnding;
    this.#read();
  }

  askEnd(isAsked) {
    this.#isEnding = isAsked;
    this.render();
    if (isAsked) this.ending.begin();
    else if (this.ended.hidden) this.composer.focus();
    else this.ended.lastChild.focus();
  }

  #build() {
    const { config } = this.chat;
    const title = config.texts.title || config.name || words.TITLE;
    this.state = make("p.state", { role: "status" });
    this.offline = make("p.strip", { role: "status", hidden: true }, words.OFFLINE);
    this.sound = config.has_sound && button("icon", "-", () => this.#mute(), icon(ICONS.SOUND));
    this.end = button("icon", words.END, () => this.askEnd(true), icon(ICONS.END));
    const avatar =
      config.look.avatar_url &&
      make("img.avatar", { src: this.chat.api.addressOf(config.look.avatar_url), alt: "" });
    const close = button("icon", words.CLOSE, () => this.widget.close(), icon(ICONS.CLOSE));
    const head = make(
      "header.head",
      {},
      avatar,
      make("div.head__words", {}, make("h2", { id: "title" }, title), this.state),
      this.sound,
      this.end,
      close,
    );
    this.ended = make(
      "div.ended",
      { hidden: true },
      make("p", {}, words.ENDED),
      button("button.button--main", words.ANEW, () => this.#anew()),
    );
    this.blocked = make("p.ended", { hidden: true }, words.BLOCKED);
    const foot = make("div.foot", {}, this.contact.element, this.ending.element, this.ended, this.blocked, this.composer.element);
    this.element = make(
      "section.panel",
      { role: "dialog", "aria-labelledby": "title", hidden: true },
      head,
      this.offline,
      this.log.element,
      foot,
      make("p.drop", { "aria-hidden": "true" }, words.DROP),
    );
    listen(this.element, "keydown", (event) => this.#key(event));
    this.#takeDrops();
    this.#showSound();
  }

  // `is_there`: open, and somebody is at the desk; a time to come says that it is closed until then.
  #stateOf({ is_there, is_open, opens_at }) {
    if (is_there) return words.THERE;
    if (opens_at && !is_open) return say(words.CLOSED, { when: opening(opens_at) });
    return this.chat.config.texts.away || words.AWAY;
  }

  #anew() {
    this.chat.beginAnew();
    this.render();
    this.composer.focus();
  }

  #mute() {
    this.chat.store.set("muted", this.chat.store.get("muted") ? null : true);
    this.#showSound();
  }

  #showSound() {
    if (!this.sound) return;
    const isMuted = Boolean(this.chat.store.get("muted"));
    this.sound.ariaLabel = this.sound.title = isMuted ? words.UNMUTE : words.MUTE;
    this.sound.replaceChildren(icon(isMuted ? ICONS.MUTE : ICONS.SOUND));
  }

  #read() {
    if (!this.element.hidden && !document.hidden && this.log.isAtEnd) this.chat.read();
  }

  #key(event) {
    if (event.key === "Escape" && !isComposing(event)) this.widget.close();
    if (event.key === "Tab" && this.phone.matches) this.#keepInside(event);
  }

  // On a telephone it covers the page, so the focus stays in it.
  #keepInside(event) {
    const all = [...this.element.querySelectorAll(FOCUSABLE)].filter((each) => each.checkVisibility());
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (this.widget.host.root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0]).focus();
  }

  #takeDrops() {
    const has = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (isOver) => this.element.classList.toggle("panel--drop", isOver);
    listen(this.element, "dragover", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      mark(true);
    });
    listen(this.element, "dragleave", (event) => this.element.contains(event.relatedTarget) || mark(false));
    listen(this.element, "drop", (event) => {
      event.preventDefault();
      mark(false);
      this.composer.addFiles(event.dataTransfer.files);
    });
  }

  #fit() {
    if (this.element.hidden) return;
    this.element.ariaModal = this.phone.matches;
    if (this.phone.matches && visualViewport.scale < 1.01) this.widget.host.fit(visualViewport);
  }
}
