// Tabs of one's own: drawn anew when they change, made and changed in a dialog, removed with a way back.

import { on } from "../actions.js";
import { api, fragment } from "../api.js";
import { isComposing } from "../composing.js";
import { flash, flashProblem } from "../flash.js";
import { byId, list, t } from "../page.js";
import { clearErrors, showErrors } from "../problems.js";
import { morph, replace } from "../swap.js";
import { conditionsOf, isOwn } from "./matching.js";
import { isOrdering } from "./order.js";

const dialog = byId("tab-dialog");
const form = () => byId("tab-form");
let opener = null;
let removed = "";

export async function refreshOwnTabs() {
  if (isOrdering()) return;
  const html = await fragment(`/tabs?tab=${list()?.dataset.tab ?? ""}`, "own-tabs");
  if (!isOrdering()) await morph(byId("own-tabs"), html, "outerMorph");
}

async function open(query) {
  opener = document.activeElement;
  try {
    await replace(dialog, await fragment(`/tabs/form?${query}`, "tab-dialog"));
  } catch (problem) {
    flashProblem(problem);
    return;
  }
  dialog.showModal();
  byId("tab-name").focus();
}

// What the list shows now is what the new tab begins with.
function queryOfList() {
  const query = new URLSearchParams();
  const { tab = "new", channel = "" } = list()?.dataset ?? {};
  const own = isOwn(tab) ? conditionsOf(tab) ?? {} : {};
  for (const [name, value] of Object.entries(own)) for (const one of [value].flat()) query.append(name, one);
  if (tab === "mine") query.set("assignee", "me");
  if (["new", "in_progress", "done"].includes(tab)) query.append("phase", tab);
  if (channel) query.set("channel", channel);
  return query;
}

function values() {
  const data = new FormData(form());
  const read = Object.fromEntries([...data].filter(([name, value]) => name !== "phase" && value !== ""));
  if (read.scope !== "team") delete read.team_id;
  return { ...read, phase: data.getAll("phase") };
}

async function save() {
  const { key } = form().dataset;
  const button = form().querySelector("[type=submit]");
  clearErrors(form());
  button.disabled = true;
  try {
    const made = await api(key ? "PUT" : "POST", key ? `/tabs/${key}` : "/tabs", { json: values() });
    dialog.close();
    await refreshOwnTabs();
    flash(t("tab_saved", { name: made.name }));
    goTo(made.key);
  } catch (problem) {
    showErrors(form(), problem, byId("tab-form-error"));
  } finally {
    button.disabled = false;
  }
}

const linkTo = (key) => document.querySelector(`#own-tab-list [data-tab="${key}"]`);

function goTo(key) {
  linkTo(key)?.click();
  linkTo(key)?.focus();
}

async function remove() {
  const { key, name } = form().dataset;
  removed = key;
  try {
    await api("DELETE", `/tabs/${key}`);
  } catch (problem) {
    removed = "";
    showErrors(form(), problem, byId("tab-form-error"));
    return;
  }
  dialog.close();
  await leave(key);
  flash(t("tab_removed", { name }), { undo: () => restore(key) });
}

async function restore(key) {
  try {
    await api("POST", `/tabs/${key}/restoration`, { json: {} });
    removed = "";
    await refreshOwnTabs();
    linkTo(key)?.focus();
  } catch (problem) {
    flashProblem(problem);
  }
}

async function leave(key) {
  await refreshOwnTabs().catch(flashProblem);
  if (list()?.dataset.tab === key) document.querySelector('#tabs [data-tab="new"]').click();
  document.querySelector('#own-tabs [data-action="new-tab"]').focus();
}

// A colleague changed what surrounds the tickets. Whoever stands in a tab that is no more is told, and led to the new ones.
export async function ownTabsChanged() {
  await refreshOwnTabs().catch(() => {});
  const tab = list()?.dataset.tab ?? "";
  if (!isOwn(tab) || tab === removed || linkTo(tab)) return;
  flash(t("tab_gone"), { isWrong: true });
  document.querySelector('#tabs [data-tab="new"]').click();
}

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isComposing(event)) event.preventDefault();
});
dialog.addEventListener("change", ({ target }) => {
  if (target.id === "tab-scope") byId("tab-team-field").hidden = target.value !== "team";
});
dialog.addEventListener("close", () => opener?.isConnected && opener.focus());

on("new-tab", () => open(""));
on("save-as-tab", () => open(queryOfList()));
on("change-tab", ({ dataset }) => open(new URLSearchParams({ key: dataset.key })));
on("remove-tab", remove);
