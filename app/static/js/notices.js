// The bell: what colleagues did that concerns the reader.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { offerDesktop } from "./desktop.js";
import { flashProblem } from "./flash.js";
import { byId } from "./page.js";
import { replace } from "./swap.js";
import { tell } from "./times.js";

const panel = byId("notices-panel");
const bell = byId("bell");

export function showUnread(count) {
  byId("bell-count").textContent = count;
  byId("bell-count").hidden = !count;
}

async function open() {
  try {
    await replace(panel, await fragment("/notices", "notices-panel"));
  } catch (problem) {
    flashProblem(problem);
    return;
  }
  offerDesktop();
  panel.hidden = false;
  bell.setAttribute("aria-expanded", "true");
  tell(panel);
  if (Number(byId("notices").dataset.unread)) fragment("/notices/read", "notices-panel", { method: "POST" }).catch(() => {});
  showUnread(0);
}

function close() {
  if (panel.hidden) return;
  const hadFocus = panel.contains(document.activeElement);
  panel.hidden = true;
  bell.setAttribute("aria-expanded", "false");
  if (hadFocus) bell.focus();
}

bell.addEventListener("click", () => (panel.hidden ? open() : close()));
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("#notices-panel, #bell") || target.closest(".notice__link")) close();
});
on("close-notices", close);
