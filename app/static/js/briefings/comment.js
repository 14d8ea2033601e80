// 「所感」 is kept as it is typed; what somebody else wrote meanwhile is never written over.

import { byId } from "../page.js";

const PAUSE = 800;

export function startComment() {
  const form = byId("comment-form");
  if (!form) return;
  const field = form.elements.namedItem("comment");
  const version = form.elements.namedItem("version");
  const state = byId("comment-state");
  let timer = null;
  let saving = Promise.resolve();

  async function save() {
    timer = null;
    const body = new FormData(form);
    const answer = await fetch(`${form.dataset.briefing}/comment`, {
      method: "POST",
      body: new URLSearchParams(body),
      headers: { Accept: "application/json", "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content },
      keepalive: true,
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(said.title ?? ""), { problem: said });
    version.value = said.version;
    state.textContent = state.dataset.saved;
  }

  function saveSoon() {
    clearTimeout(timer);
    state.textContent = state.dataset.typing;
    timer = setTimeout(queue, PAUSE);
  }

  // One after another: each needs the version that the one before gave.
  function queue() {
    saving = saving.then(save).catch((problem) => {
      state.textContent = problem.message || state.dataset.failed;
    });
    return saving;
  }

  field.addEventListener("input", saveSoon);
  addEventListener("pagehide", () => timer !== null && queue());
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name !== "freeze" || timer === null) return;
    event.preventDefault();
    clearTimeout(timer);
    await queue();
    form.requestSubmit(event.submitter);
  });
}
