// One message as an element: its words with safe links, its files, its time and how far it came.

import { button, fill, listen, make } from "./dom.js";
import { refresh } from "./earlier.js";
import { sizeOf, timeOf, words } from "./texts.js";

const ADDRESS = /https?:\/\/[^\s<>"'「」『』（）【】、。]+/g;
const TRAILING = /[.,!?;:)\]}！？]+$/;

export class Row {
  #body = "";
  #meta = "";

  constructor(chat) {
    this.chat = chat;
    this.bubble = make("div.bubble");
    this.who = make("p.who.quiet");
    // A mark that changes is not read aloud again with the message.
    this.meta = make("p.meta.quiet", { "aria-live": "off" });
    this.element = make("article.row", {}, this.who, this.bubble, this.meta);
  }

  // What stayed the same is left alone: a reader's place in it, a picture that is loading.
  show(message, isFollowing) {
    const body = JSON.stringify([message.from, message.name, message.text, message.is_unsent, message.files, isFollowing]);
    const meta = JSON.stringify([message.mark, message.at, message.by_mail, message.refusal]);
    if (body !== this.#body) this.#showBody(message, isFollowing);
    if (meta !== this.#meta) fill(this.meta, ...this.#metaOf(message));
    this.message = message;
    this.#body = body;
    this.#meta = meta;
  }

  #showBody(message, isFollowing) {
    this.element.className = `row row--${message.from}`;
    this.who.textContent = this.#nameOf(message);
    this.who.classList.toggle("unseen", message.from === "visitor" || isFollowing);
    const files = message.files.map((file) => this.#file(file));
    const text = message.is_unsent
      ? make("p.quiet", {}, words.UNSENT)
      : message.text && make("p.text", {}, ...linked(message.text));
    fill(this.bubble, text, ...(message.is_unsent ? [] : files));
  }

  #nameOf({ from, name }) {
    if (from === "visitor") return words.YOU;
    return name || (from === "desk" ? words.AUTOMATIC : words.DESK);
  }

  #metaOf({ at, mark, by_mail, refusal, client_id }) {
    const time = make("time", { datetime: at }, timeOf(at));
    const parts = [by_mail && words.BY_MAIL, wordOf(mark), refusal].filter(Boolean).join(" · ");
    const hasFailed = ["failed", "refused"].includes(mark);
    const again = hasFailed && button("link", words.AGAIN, () => this.chat.outbox.retry(client_id));
    const discard = mark === "refused" && button("link", words.DISCARD, () => this.#discard(client_id));
    return [time, parts && make(`span.mark--${mark}${hasFailed ? ".error" : ""}`, {}, ` ${parts} `), again, discard];
  }

  #discard(id) {
    this.chat.outbox.remove(id);
    this.chat.changed();
  }

  #file(file) {
    const preview = this.chat.previews.get(file.token ?? file.id);
    const address = file.url ? this.chat.api.addressOf(file.url) : preview;
    const isPicture = file.is_picture || preview;
    const caption = isPicture
      ? make("img", { src: address, alt: file.name, loading: "lazy" })
      : make("span", {}, `${file.name} `, make("span.quiet", {}, sizeOf(file.size)));
    if (!address) return make("p.file", {}, caption);
    const link = make(
      "a.file",
      {
        href: address,
        target: "_blank",
        rel: "noopener noreferrer",
        "aria-label": `${file.name}, ${sizeOf(file.size)}`,
      },
      caption,
    );
    listen(link, "click", (event) => this.#open(event, file));
    return link;
  }

  // An address that has ended is asked for anew before it is followed.
  async #open(event, file) {
    if (!this.chat.talk.isStale(this.message)) return;
    event.preventDefault();
    const opened = window.open("about:blank");
    if (opened) opened.opener = null;
    const fresh = await refresh(this.chat, this.message);
    const found = fresh?.files.find((each) => each.id === file.id);
    if (found && opened) opened.location = this.chat.api.addressOf(found.url);
    else opened?.close();
  }
}

function wordOf(mark) {
  const { WAITING, FAILED, REFUSED, SENT, READ } = words;
  return { waiting: WAITING, failed: FAILED, refused: REFUSED, sent: SENT, read: READ }[mark];
}

// Only http and https, as text and links; nothing of a message is ever markup.
export function linked(text) {
  const parts = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(TRAILING, "");
    if (!URL.canParse(address)) continue;
    parts.push(
      text.slice(done, index),
      make("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", title: words.NEW_TAB }, address),
    );
    done = index + address.length;
  }
  return [...parts, text.slice(done)];
}
