// One message as an element: its words with safe links, its files, its time and how far it came.

import { button, listen, make } from "./dom.js";
import { refresh } from "./earlier.js";
import { say, sizeOf, timeOf } from "./texts.js";

const ADDRESS = /https?:\/\/[^\s<>"'「」『』（）【】、。]+/g;
const TRAILING = /[.,!?;:)\]}！？]+$/;

export class Row {
  #body = "";
  #meta = "";

  constructor(chat) {
    this.chat = chat;
    this.bubble = make("div.bubble");
    this.who = make("p.who");
    // A mark that changes is not read aloud again with the message.
    this.meta = make("p.meta", { "aria-live": "off" });
    this.element = make("article.row", {}, this.who, this.bubble, this.meta);
  }

  // What stayed the same is left alone: a reader's place in it, a picture that is loading.
  show(message, isFollowing) {
    const body = JSON.stringify([message.from, message.name, message.text, message.is_unsent, message.files, isFollowing]);
    const meta = JSON.stringify([message.mark, message.at, message.by_mail, message.refusal]);
    if (body !== this.#body) this.#showBody(message, isFollowing);
    if (meta !== this.#meta) this.meta.replaceChildren(...this.#metaOf(message));
    Object.assign(this, { message });
    this.#body = body;
    this.#meta = meta;
  }

  #showBody(message, isFollowing) {
    this.element.className = `row row--${message.from}`;
    this.who.textContent = this.#nameOf(message);
    this.who.classList.toggle("unseen", message.from === "visitor" || isFollowing);
    const files = message.files.map((file) => this.#file(file));
    const text = message.is_unsent
      ? make("p.quiet", {}, say("unsent"))
      : message.text && make("p.text", {}, ...linked(message.text));
    this.bubble.replaceChildren(...[text, ...(message.is_unsent ? [] : files)].filter(Boolean));
  }

  #nameOf({ from, name }) {
    if (from === "visitor") return say("you");
    return name || say(from === "desk" ? "automatic" : "desk");
  }

  #metaOf({ at, mark, by_mail, refusal, client_id }) {
    const time = make("time", { datetime: at }, timeOf(at));
    const parts = [by_mail && say("byMail"), mark && say(mark), refusal].filter(Boolean).join(" · ");
    const again =
      ["failed", "refused"].includes(mark) && button("link", say("again"), () => this.chat.outbox.retry(client_id));
    const discard = mark === "refused" && button("link", say("discard"), () => this.#discard(client_id));
    return [time, parts && make(`span.mark.mark--${mark ?? "none"}`, {}, ` ${parts} `), again, discard].filter(Boolean);
  }

  #discard(id) {
    this.chat.outbox.remove(id);
    this.chat.changed();
  }

  #file(file) {
    const preview = this.chat.previews.get(file.token ?? file.id);
    const address = file.url ? new URL(file.url, `${this.chat.api.base}/`).href : preview;
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
    if (found && opened) opened.location = new URL(found.url, `${this.chat.api.base}/`).href;
    else opened?.close();
  }
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
      make("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", title: say("newTab") }, address),
    );
    done = index + address.length;
  }
  return [...parts, text.slice(done)];
}
