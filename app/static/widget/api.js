// The desk's answers; see docs/chat.md. A refusal is a `Problem`, a broken line whatever `fetch` throws.

const PATIENCE = 20_000;

export class Problem extends Error {
  constructor(status, body, pause) {
    super(body.detail || body.title || `status ${status}`);
    Object.assign(this, { status, code: body.code, errors: body.errors ?? [], pause });
  }
}

// To try again later makes sense: a broken line has no status.
export const isPassing = ({ status = 500 }) => status >= 500 || status === 429 || status === 408;

export class Api {
  constructor(base, store) {
    Object.assign(this, { base, store });
  }

  get headers() {
    const token = this.store.token;
    return token && { Authorization: `Bearer ${token}` };
  }

  addressOf(path) {
    return new URL(path, `${this.base}/`).href;
  }

  async call(method, path, body) {
    const { headers } = this;
    const answer = await this.ask(path, { method, headers, body, signal: AbortSignal.timeout(PATIENCE) });
    return answer.status === 204 ? null : answer.json();
  }

  // As `fetch` does, with nothing of the site: -> the answer itself.
  async ask(path, { headers, body, ...options }) {
    const answer = await fetch(`${this.base}/${path}`, {
      ...options,
      credentials: "omit",
      headers: { ...headers, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    throw new Problem(answer.status, problem, Number(answer.headers.get("Retry-After")) * 1000 || 0);
  }

  // Only XMLHttpRequest tells how far it is. The promise has `cancel`.
  upload(file, onProgress) {
    const request = new XMLHttpRequest();
    const sent = new Promise((resolve, reject) => {
      request.open("POST", `${this.base}/files`);
      request.responseType = "json";
      const headers = {
        ...this.headers,
        "X-File-Name": encodeURIComponent(file.name),
        "Content-Type": file.type || "application/octet-stream",
      };
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => onProgress(event.loaded / (event.total || 1));
      request.onload = () =>
        request.status === 201 ? resolve(request.response) : reject(new Problem(request.status, request.response ?? {}));
      request.onerror = request.onabort = reject;
      request.send(file);
    });
    return Object.assign(sent, { cancel: () => request.abort() });
  }
}

// Growing pauses between attempts; one that is under way ends at once when the network or the reader is back.
export class Pauses {
  #count = 0;
  #first;
  #longest;
  #ends = null;

  constructor(first = 500, longest = 15_000) {
    this.#first = first;
    this.#longest = longest;
    addEventListener("online", () => this.end());
    document.addEventListener("visibilitychange", () => document.hidden || this.end());
  }

  next(least = 0) {
    const pause = Math.min(this.#longest, this.#first * 2 ** this.#count++) * (0.75 + Math.random() / 2);
    return new Promise((resolve) => {
      this.#ends = resolve;
      setTimeout(resolve, Math.max(pause, least));
    });
  }

  end() {
    this.#ends?.();
  }

  reset() {
    this.#count = 0;
  }
}
