// The talk as far as this browser knows it: what the desk showed, what it took, and what waits here.

const LINK_AGE = 480_000;

export class Talk {
  #shown = new Map();
  #posted = new Map();
  #readAt = new Map();
  state = { typing: null, seen_at: null, is_there: true, opens_at: null, has_ended: false };
  hasMore = false;
  isKnown = false;

  get newest() {
    return Math.max(0, ...this.#shown.keys());
  }

  get oldest() {
    return Math.min(Infinity, ...this.#shown.keys());
  }

  get newestAt() {
    return Math.max(0, ...[...this.#shown.values(), ...this.#posted.values()].map((each) => Date.parse(each.at)));
  }

  get isBegun() {
    return this.#shown.size + this.#posted.size > 0;
  }

  get theirs() {
    return [...this.#shown.values()].filter((each) => each.from !== "visitor" && !each.is_unsent);
  }

  // The newest of the visitor's own: what came before it has been read.
  get answered() {
    return Math.max(0, ...[...this.#shown.values()].filter((each) => each.from === "visitor").map((each) => each.id));
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
    this.#shown.set(message.id, message);
    this.#readAt.set(message.id, Date.now());
    return message.from !== "visitor" && message.id > before;
  }

  putOlder({ messages, has_more }) {
    for (const message of messages) this.put(message);
    this.hasMore = has_more;
  }

  // The desk has taken it, and will show it in a moment.
  post(entry, at) {
    const isShown = [...this.#shown.values()].some((each) => each.client_id === entry.id);
    if (!isShown) this.#posted.set(entry.id, { ...ownMessage(entry), at });
  }

  knows(clientId) {
    return this.#posted.has(clientId) || [...this.#shown.values()].some((each) => each.client_id === clientId);
  }

  // The addresses of files end after ten minutes.
  isStale({ id }) {
    return Boolean(id) && Date.now() - this.#readAt.get(id) > LINK_AGE;
  }

  forget() {
    this.#shown.clear();
    this.#posted.clear();
    Object.assign(this, { isKnown: false, hasMore: false });
  }

  // In order, with `mark`: waiting, failed, refused, sent or read for the visitor's own.
  list(waiting, isFailing) {
    const taken = [...this.#shown.values(), ...this.#posted.values()].sort(byTime).map((each) => this.#marked(each));
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

const byTime = (one, other) => Date.parse(one.at) - Date.parse(other.at) || (one.id ?? Infinity) - (other.id ?? Infinity) || 0;

function markOf(entry, isFailing) {
  if (entry.refusal) return "refused";
  return isFailing ? "failed" : "waiting";
}

function ownMessage(entry) {
  const files = entry.files.map((file) => ({ ...file, id: file.token, is_picture: false }));
  return {
    id: null,
    client_id: entry.id,
    from: "visitor",
    name: "",
    text: entry.text,
    at: new Date(entry.order).toISOString(),
    is_unsent: false,
    files,
    by_mail: false,
  };
}
