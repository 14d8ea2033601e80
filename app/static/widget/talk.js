// The talk as far as this browser knows it: what the desk showed, what it took, and what waits here.

const LINK_AGE = 480_000;

export class Talk {
  #shown = new Map();
  #posted = new Map();
  state = {};
  hasMore = false;
  isKnown = false;

  get newest() {
    return Math.max(0, ...this.#shown.keys());
  }

  get oldest() {
    return Math.min(...this.#shown.keys());
  }

  get newestAt() {
    return Math.max(0, ...this.#taken.map((each) => Date.parse(each.at)));
  }

  get isBegun() {
    return this.#taken.length > 0;
  }

  get #all() {
    return [...this.#shown.values()];
  }

  get #taken() {
    return [...this.#all, ...this.#posted.values()];
  }

  get theirs() {
    return this.#all.filter((each) => each.from !== "visitor" && !each.is_unsent);
  }

  // The newest of the visitor's own: what came before it has been read.
  get answered() {
    return newestOf(this.#all.filter((each) => each.from === "visitor"));
  }

  // -> whether something of ours is new
  sync({ messages, has_more, state }) {
    const first = messages[0]?.id ?? Infinity;
    const isJoined = !has_more || messages.some((each) => this.#shown.has(each.id));
    const before = this.isKnown ? this.newest : Infinity;
    for (const id of this.#shown.keys()) if (!isJoined || id >= first || !has_more) this.#shown.delete(id);
    if (!isJoined || !has_more || !this.isKnown) this.hasMore = has_more;
    Object.assign(this.state, state);
    this.isKnown = true;
    return messages.map((each) => this.put(each, before)).some(Boolean);
  }

  put(message, before = this.newest) {
    if (message.client_id) this.#posted.delete(message.client_id);
    this.#shown.set(message.id, { ...message, readAt: Date.now() });
    return message.from !== "visitor" && message.id > before;
  }

  putOlder({ messages, has_more }) {
    for (const message of messages) this.put(message);
    this.hasMore = has_more;
  }

  // The desk has taken it, and will show it in a moment.
  post(entry, at) {
    if (!this.#shows(entry.id)) this.#posted.set(entry.id, { ...ownMessage(entry), at });
  }

  knows(clientId) {
    return this.#posted.has(clientId) || this.#shows(clientId);
  }

  #shows(clientId) {
    return this.#all.some((each) => each.client_id === clientId);
  }

  // The addresses of files end after ten minutes.
  isStale({ readAt }) {
    return Date.now() - readAt > LINK_AGE;
  }

  forget() {
    this.#shown.clear();
    this.#posted.clear();
    Object.assign(this, { isKnown: false, hasMore: false });
  }

  // In order, with `mark`: waiting, failed, refused, sent or read for the visitor's own.
  list(waiting, isFailing) {
    const taken = this.#taken.sort(byTime).map((each) => this.#marked(each));
    const own = waiting
      .filter((each) => !this.knows(each.id))
      .map((each) => ({ ...ownMessage(each), mark: markOf(each, isFailing), refusal: each.refusal }));
    return [...taken, ...own];
  }

  #marked(message) {
    if (message.from !== "visitor" || message.is_unsent) return message;
    const isSeen = this.state.seen_at && Date.parse(message.at) <= Date.parse(this.state.seen_at);
    return { ...message, mark: isSeen ? "read" : "sent" };
  }
}

const byTime = (one, other) => Date.parse(one.at) - Date.parse(other.at) || (one.id ?? Infinity) - (other.id ?? Infinity);

export const newestOf = (messages) => Math.max(0, ...messages.map((each) => each.id));

const markOf = ({ refusal }, isFailing) => (refusal ? "refused" : isFailing ? "failed" : "waiting");

function ownMessage(entry) {
  const { id, text, files, order } = entry;
  return { client_id: id, from: "visitor", name: "", text, at: new Date(order).toISOString(), is_unsent: false, files };
}
