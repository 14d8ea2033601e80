// The talk of this visitor: what comes in, what goes out, and who listens. No element is made here.

import { Problem } from "./api.js";
import { quietly } from "./dom.js";
import { Marks } from "./marks.js";
import { Outbox } from "./outbox.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";
import { Talk } from "./talk.js";
import { here, Visitor } from "./visitor.js";

const TALK_AGE = 3 * 86_400_000;

export class Chat extends EventTarget {
  talk = new Talk();
  suggestions = new Map();
  previews = new Map();
  prompt = null;
  isDown = false;
  isOpen = false;
  isAnew = false;
  #isTold = false;

  // Of the widget: `site` is what the page says, {identity, attributes, language}.
  constructor({ api, store, config, site }) {
    super();
    Object.assign(this, { api, store, config, site });
    Object.assign(this.talk.state, { is_there: config.is_there, is_open: config.is_open, opens_at: config.opens_at });
    this.visitor = new Visitor({
      api,
      store,
      site,
      language: config.language,
      onSync: (...values) => this.#introduced(...values),
      onDown: (isDown) => this.#down(isDown),
    });
    this.marks = new Marks({ api, store, talk: this.talk });
    this.tabs = new Tabs(store.name, new Stream(api, (...event) => this.#fromStream(...event)), (...event) =>
      this.receive(...event),
    );
    this.outbox = new Outbox({
      store,
      send: (entry) => this.#post(entry),
      onTaken: (entry, answer) => this.#taken(entry, answer),
      onRefused: (entry, problem) => this.dispatchEvent(Object.assign(new Event("refused"), { entry, problem })),
      onChange: () => this.changed(),
    });
    store.watch(() => this.changed());
    this.outbox.flush();
  }

  get messages() {
    return this.talk.list(this.outbox.entries, this.outbox.isFailing);
  }

  get hasWritten() {
    return this.messages.some((each) => each.from === "visitor");
  }

  // A talk that may go on: only then, or with the panel open, there is a stream.
  get #isLive() {
    const { newestAt, state } = this.talk;
    return this.isOpen || (!state.has_ended && Date.now() - newestAt < TALK_AGE);
  }

  // The team has a mailbox from which visitors are answered.
  get canMail() {
    return this.config.asks_name_and_mail_when_away;
  }

  changed() {
    if (this.#isTold) return;
    this.#isTold = true;
    queueMicrotask(() => {
      this.#isTold = false;
      this.tabs.want(Boolean(this.store.token) && !this.visitor.isBlocked && this.#isLive);
      this.dispatchEvent(new Event("change"));
    });
  }

  // Somebody else may be logged in now; `null`: nobody.
  async identify(identity) {
    this.site.identity = identity;
    await this.visitor.visiting;
    if (!identity) {
      this.store.token = null;
      this.talk.forget();
    }
    if (identity ? this.store.token : this.isOpen) await this.visitor.visit();
    this.tabs.want(false);
    this.changed();
  }

  // ---- what comes in

  receive(name, data) {
    if (name === "sync") this.#arrived(this.talk.sync(data), data.messages);
    if (name === "message") this.#arrived(this.talk.put(data), [data]);
    if (name === "state") Object.assign(this.talk.state, data);
    if (name === "taken") this.talk.post(data.entry, data.at);
    if (name === "suggestions") this.suggestions.set(data.id, data);
    if (name === "down" || name === "sync") this.isDown = name === "down";
    if (!this.talk.state.has_ended) this.isAnew = false;
    this.changed();
  }

  #introduced(sync, isAnother) {
    if (isAnother) {
      this.talk.forget();
      this.store.set("read", null);
    }
    this.receive("sync", sync);
  }

  #down(isDown) {
    this.isDown = isDown;
    this.changed();
  }

  #arrived(isNew, messages) {
    for (const { client_id } of messages) if (client_id) this.outbox.remove(client_id);
    this.marks.tell();
    if (isNew && this.tabs.isLeading) this.dispatchEvent(new Event("arrival"));
  }

  #fromStream(name, data) {
    if (name === "refused") void quietly(() => this.#streamRefused(data));
    else this.tabs.relay(name, data);
  }

  async #streamRefused(problem) {
    if (problem.status === 401) await this.visitor.beginAnew();
    else await this.visitor.settle(problem);
    this.tabs.want(false);
    this.changed();
  }

  read() {
    if (this.marks.read()) this.changed();
  }

  // ---- what goes out

  say({ text, files = [], form = null }) {
    const entry = this.outbox.add({ text, files, form, prompt_id: this.prompt, page: here() });
    this.prompt = null;
    return entry;
  }

  async #post({ id, text, files, form, prompt_id, page }) {
    if (!this.store.token) await this.visitor.visit();
    if (!this.store.token) throw new Problem(this.visitor.isBlocked ? 403 : 503, {});
    const tokens = files.map((each) => each.token);
    const body = { id, text, files: tokens, page, ...(form && { form }), ...(prompt_id && { prompt_id }) };
    return this.api.call("POST", "messages", body).catch((problem) => this.#refusedAs(problem));
  }

  // A visitor whom the desk has forgotten begins anew, and the message goes there.
  async #refusedAs(problem) {
    if (problem.code === "visitor_blocked") this.visitor.isBlocked = true;
    if (problem.status !== 401) throw problem;
    await this.visitor.beginAnew();
    throw new Problem(503, {});
  }

  #taken(entry, { at, suggestions }) {
    const news = { entry, at };
    this.isDown = false;
    if (entry.form?.mail) this.visitor.mail = entry.form.mail;
    if (suggestions?.length) this.receive("suggestions", { id: entry.id, entries: suggestions, verdict: null });
    this.tabs.tell("taken", news);
    this.receive("taken", news);
  }

  async judge(messageId, entry, verdict) {
    await this.api.call("POST", `suggestions/${entry.id}`, { verdict, message_id: messageId });
    this.receive("suggestions", { ...this.suggestions.get(messageId), verdict });
  }

  async leaveContact(contact) {
    await this.api.call("POST", "contact", contact);
    Object.assign(this.visitor, contact);
    this.changed();
  }

  // `mail`: where a copy goes, if one is wished.
  async end(mail) {
    if (mail && mail !== this.visitor.mail) await this.leaveContact({ name: this.visitor.name, mail });
    await this.api.call("POST", "end", { transcript_to: mail ? "mail" : null });
    this.receive("state", { has_ended: true });
  }

  beginAnew() {
    this.isAnew = true;
    this.changed();
  }
}
