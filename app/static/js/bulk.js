// Many tickets in one act: ticking rows, what is done with them, how far it is, what was refused, and the way back.

import { on } from "./actions.js";
import { api } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { hasAllPages, linkOf, loadMore, rowOf, rows } from "./list.js";
import { byId, list, make, t } from "./page.js";

const LOOK_EVERY = 400;
const MOST = 1000;
const ticked = new Map(); // what is ticked, with the version that was seen
let place = "";
let last = null;

export const hasTicks = () => ticked.size > 0;
export const tickedNumbers = () => [...ticked.keys()];

const idOrNull = ([value]) => (value ? Number(value) : null);

const chosen = {
  "bulk-status": ([status], { option }) => (option.classList.contains("menu__option--reason") ? askReason(status) : start({ status })),
  "bulk-assignment": (values) => start({ assignee_id: idOrNull(values) }),
  "bulk-team": (values) => start({ team_id: idOrNull(values) }),
  "bulk-category": (values) => start({ category_id: idOrNull(values) }),
  "bulk-priority": ([priority]) => start({ priority }),
  "bulk-labels": (values) => start({ add_labels: values.map(Number) }),
  "bulk-unlabel": (values) => start({ remove_labels: values.map(Number) }),
  "bulk-more": ([act]) => acts[act] && start(acts[act]),
};

const acts = {
  complaint: { is_complaint: true },
  trash: { is_trashed: true },
  restore: { is_trashed: false },
  spam: { is_spam: true },
  "no-spam": { is_spam: false },
};

document.addEventListener("menu-choose", ({ detail }) => chosen[detail.id]?.(detail.values, detail));

document.addEventListener("click", ({ target, shiftKey }) => {
  const box = target.closest?.("[data-tick]");
  if (box) tick(box.closest(".row"), box.checked, { upTo: shiftKey });
});

// Rows are drawn anew whenever something happens to them; what is ticked is known here.
new MutationObserver(show).observe(byId("list-pane"), { childList: true, subtree: true });

function tick(row, isTicked, { upTo = false } = {}) {
  const range = upTo && last && rowOf(last) ? between(rowOf(last), row) : [row];
  for (const { dataset } of range) {
    if (isTicked && ticked.size < MOST) ticked.set(Number(dataset.number), Number(dataset.version));
    if (!isTicked) ticked.delete(Number(dataset.number));
  }
  last = Number(row.dataset.number);
  show();
}

function between(one, other) {
  const all = rows();
  const [from, to] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
  return all.slice(from, to + 1);
}

function show() {
  const { tab, channel, q } = list().dataset;
  if (place !== `${tab} ${channel} ${q}`) forget(`${tab} ${channel} ${q}`);
  for (const row of rows()) {
    const box = row.querySelector("[data-tick]");
    const isTicked = ticked.has(Number(row.dataset.number));
    if (box.checked !== isTicked) box.checked = isTicked;
    if (row.hasAttribute("data-my-ticked") !== isTicked) row.toggleAttribute("data-my-ticked", isTicked);
  }
  if (list().hasAttribute("data-my-ticking") !== hasTicks()) list().toggleAttribute("data-my-ticking", hasTicks());
  showBar();
}

function showBar() {
  const bar = byId("bulk-bar");
  const isWorking = !byId("bulk-progress").hidden;
  if (bar.hidden !== !(hasTicks() || isWorking)) bar.hidden = !(hasTicks() || isWorking);
  const words = hasTicks() ? t("ticked", { count: ticked.size }) : "";
  if (byId("bulk-count").textContent !== words) byId("bulk-count").textContent = words;
}

function forget(now) {
  place = now;
  last = null;
  ticked.clear();
}

export function tickCurrent() {
  const row = document.activeElement.closest?.(".row") ?? document.querySelector(".row:has([aria-current])");
  if (row) tick(row, !ticked.has(Number(row.dataset.number)));
}

// All pages of the list, up to what one run takes.
async function tickAll() {
  const button = byId("bulk-all");
  button.setAttribute("aria-disabled", "true");
  for (let known = -1; !hasAllPages() && rows().length < MOST && rows().length > known; ) {
    known = rows().length;
    await loadMore();
  }
  button.removeAttribute("aria-disabled");
  for (const { dataset } of rows().slice(0, MOST)) ticked.set(Number(dataset.number), Number(dataset.version));
  show();
}

export function untick() {
  const row = last && rowOf(last);
  forget(place);
  show();
  linkOf(row || null)?.focus({ preventScroll: true });
}

export async function start(changes) {
  const tickets = [...ticked].map(([number, version]) => ({ number, version }));
  if (!tickets.length) return;
  await follow(() => api("POST", "/bulk", { json: { tickets, changes } }));
}

// Looked at until it is finished; one can go on working meanwhile.
async function follow(begin) {
  try {
    let run = await begin();
    untick();
    while (!run.finished_at) {
      showProgress(run);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      run = await api("GET", `/bulk/${run.id}`);
    }
    showProgress(null);
    tellEnd(run);
  } catch (problem) {
    showProgress(null);
    flashProblem(problem);
  }
}

function showProgress(run) {
  byId("bulk-progress").hidden = !run;
  if (run) {
    const over = run.total - run.waiting;
    Object.assign(byId("bulk-meter"), { max: run.total, value: over });
    byId("bulk-done").textContent = t("bulk_progress", { count: over, total: run.total });
  }
  showBar();
}

function tellEnd(run) {
  const undo = run.done && !run.undoes ? () => follow(() => api("POST", `/bulk/${run.id}/undo`, { json: {} })) : undefined;
  const words = t(run.undoes ? "bulk_undone" : "bulk_done", { count: run.done });
  const rest = [run.unchanged && t("bulk_unchanged", { count: run.unchanged }), run.refused && t("bulk_refused", { count: run.refused })];
  flash(words, { detail: rest.filter(Boolean).join(" "), undo });
  if (run.refused) showRefusals(run);
}

function showRefusals(run) {
  const lines = run.refusals.map(({ number, subject, reason }) =>
    make("li", {}, make("a", { href: `/tickets/${number}` }, `#${number} ${subject}`), make("span", { class: "bulk__reason" }, reason)),
  );
  byId("bulk-refusals").replaceChildren(...lines);
  byId("bulk-refused").textContent = t("bulk_refused", { count: run.refused });
  byId("bulk-again").onclick = () => tickAgain(run.refusals);
  byId("bulk-dialog").showModal();
}

// With the versions of now: whoever ticks them again has been told why they were refused.
function tickAgain(refusals) {
  for (const { number } of refusals) if (rowOf(number)) ticked.set(number, Number(rowOf(number).dataset.version));
  byId("bulk-dialog").close();
  show();
}

function askReason(status) {
  const form = byId("bulk-reason-form");
  const field = byId("bulk-reason");
  byId("bulk-reason-error").hidden = true;
  field.value = "";
  form.onsubmit = (event) => {
    event.preventDefault();
    byId("bulk-reason-error").hidden = field.value.trim() !== "";
    if (!field.value.trim()) return field.focus();
    byId("bulk-reason-dialog").close();
    return start({ status, hold_reason: field.value.trim() });
  };
  byId("bulk-reason-dialog").showModal();
}

on("tick-all", tickAll);
on("untick", untick);
show();
