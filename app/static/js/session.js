// The session and its CSRF token. A session that ended is begun again beside the page, so that nothing written is lost.

import { on } from "./actions.js";
import { byId, desk } from "./page.js";

const PROBE_EVERY = 3000;
const meta = document.querySelector('meta[name="csrf-token"]');
let waiting = null;

export const csrfToken = () => meta.content;

// Whether a newer token was found: another tab may have signed in anew.
export async function refreshToken() {
  const response = await fetch("/", { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!token || token === meta.content || !page.getElementById("desk-data")) return false;
  meta.content = token;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
  return true;
}

// Resolves when somebody is signed in again; one dialog for all who wait.
export function signInAgain() {
  waiting ??= new Promise((resolve) => {
    const dialog = byId("sign-in-dialog");
    byId("sign-in-error").hidden = true;
    dialog.showModal();
    const timer = setInterval(probe, PROBE_EVERY);
    on("signed-in", async () => {
      if (!(await probe())) byId("sign-in-error").hidden = false;
    });
    dialog.addEventListener("cancel", (event) => event.preventDefault());

    async function probe() {
      const response = await fetch("/api/v1/me", { credentials: "same-origin" }).catch(() => null);
      if (!response?.ok) return false;
      clearInterval(timer);
      await goOn(await response.json(), resolve);
      return true;
    }
  });
  return waiting;
}

async function goOn(me, resolve) {
  const id = me.id ?? me.agent?.id;
  if (id !== desk.agent.id) location.reload();
  await refreshToken();
  byId("sign-in-dialog").close();
  waiting = null;
  resolve();
}
