// What is "mine" is decided here: one row is drawn for all who read it.

import { desk } from "./page.js";
import { hasNews } from "./reads.js";

export function mark(root) {
  for (const element of withSelf(root, "[data-agent]")) {
    element.toggleAttribute("data-my-own", Number(element.dataset.agent) === desk.agent.id);
  }
  for (const row of withSelf(root, ".row")) {
    row.toggleAttribute("data-my-own", Number(row.dataset.assignee) === desk.agent.id);
    row.toggleAttribute("data-my-news", hasNews(row));
  }
}

function withSelf(root, selector) {
  return [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
}
