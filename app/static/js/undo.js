// After a change the flash line offers to take it back; z does what its button does.

import { api, fragment } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { openNumber, t } from "./page.js";
import { parse } from "./swap.js";
import { refreshTicket } from "./ticket.js";

export async function offerUndo(number) {
  const html = await fragment(`/tickets/${number}/undo`, "flash").catch(() => "");
  const line = html && parse(html).firstElementChild;
  if (!line) return;
  const [title, detail] = [...line.querySelectorAll("p")].map((words) => words.textContent.trim());
  flash(title, { detail, undo: () => takeBack(number, line.dataset.event) });
}

export function undo() {
  document.querySelector("#flash [data-undo]")?.click();
}

async function takeBack(number, event) {
  try {
    await api("POST", `/tickets/${number}/events/${event}/undo`, { json: {} });
    flash(t("undone"));
  } catch (problem) {
    flashProblem(problem);
  }
  if (number === openNumber()) await refreshTicket().catch(flashProblem);
}
