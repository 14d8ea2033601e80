// The JSON API with the browser's own session, and HTML fragments from the pages' own addresses.

import { t } from "./page.js";
import { csrfToken, refreshToken, signInAgain } from "./session.js";

const SAFE = ["GET", "HEAD"];

// What went wrong, in words. `status` is 0 when the server could not be reached.
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.title ?? t(status ? "failed" : "offline"));
    Object.assign(this, { status, body, title: this.message, detail: body.detail ?? "", code: body.code ?? "" });
    this.errors = body.errors ?? [];
  }
}

export async function api(method, path, { json, form, headers = {}, keepalive = false } = {}) {
  const response = await send(method, `/api/v1${path}`, () => ({
    body: form ?? (json === undefined ? undefined : JSON.stringify(json)),
    headers: { Accept: "application/json", ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    keepalive,
  }));
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

// The HTML that this address has for one pane.
export async function fragment(url, target, { method = "GET", form } = {}) {
  const response = await send(method, url, () => ({ body: form, headers: { Accept: "text/html", "HX-Request": "true", "HX-Target": target } }));
  const html = await response.text();
  if (!response.ok) throw new Problem(response.status, wordsOf(html));
  return html;
}

async function send(method, url, options, isSecondTry = false) {
  const { headers, ...rest } = options();
  if (!SAFE.includes(method)) headers["X-CSRF-Token"] = csrfToken();
  const response = await fetch(url, { method, headers, credentials: "same-origin", ...rest }).catch(() => {
    throw new Problem(0);
  });
  if (response.status === 401) {
    await signInAgain();
    return send(method, url, options);
  }
  if (response.status === 403 && !isSecondTry && !SAFE.includes(method) && (await refreshToken())) {
    return send(method, url, options, true);
  }
  return response;
}

function wordsOf(html) {
  const flash = new DOMParser().parseFromString(html, "text/html").querySelector(".flash__words");
  const [title, ...rest] = [...(flash?.querySelectorAll("p") ?? [])].map((line) => line.textContent);
  return title ? { title, detail: rest.join(" ") } : {};
}
