// The desk's answers; see docs/chat.md. A refusal is a `Problem`, a broken line whatever `fetch` throws.

const PATIENCE = 20_000;

export class Problem extends Error {
  constructor(status, body, pause) {
    super(body.detail || body.title || `status ${status}`);
    Object.assign(this, { status, code: body.code, errors: body.errors ?? [], pause });
  }

  // To try again later makes sense.
  get isPassing() {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export const isPassing = (error) => !(error instanceof Problem) || error.isPassing;

export class Api {
  constructor(base, store) {
    Object.assign(this, { base, store });
  }

  get headers() {
    const token = this.store.token;
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.base}/${path}`, {
      method,
      credentials: "omit",
      headers: { ...this.headers, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer.status === 204 ? null : answer.json();
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
      request.onerror = request.onabort = () => reject(new Error("cut off"));
      request.send(file);
    });
    return Object.assign(sent, { cancel: () => request.abort() });
  }
}

export async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  return new Problem(answer.status, body, Number(answer.headers.get("Retry-After")) * 1000 || 0);
}

// Growing pauses between attempts; one that is under way ends at once when the network or the reader is back.
export class Pauses {
  #count = 0;
  #ends = null;

  constructor(first = 500, longest = 15_000) {
    Object.assign(this, { first, longest });
    addEventListener("online", () => this.end());
    document.addEventListener("visibilitychange", () => document.hidden || this.end());
  }

  next(least = 0) {
    const pause = Math.min(this.longest, this.first * 2 ** this.#count++) * (0.75 + Math.random() / 2);
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
