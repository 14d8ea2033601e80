// Two records of customers become one, with the way back after it and beside the customer.

import { on } from "./actions.js";
import { api } from "./api.js";
import { textField } from "./composer/elements.js";
import { flash, flashProblem } from "./flash.js";
import { ask } from "./joining.js";
import { byId, openNumber, t } from "./page.js";
import { refreshTicket } from "./ticket.js";

on("unite", () => openNumber() && ask("customers", `/tickets/${openNumber()}/customers`, unite));

async function unite({ customer, into, keepsThis }) {
  const [gone, stays] = keepsThis ? [into, customer] : [customer, into];
  await api("POST", `/customers/${gone}/merge`, { json: { into: stays } });
  await refreshTicket();
  flash(t("uniting_done"), { undo: () => part(gone) });
}

async function part(gone) {
  try {
    await api("DELETE", `/customers/${gone}/merge`);
    await refreshTicket();
    flash(t("undone"));
  } catch (problem) {
    flashProblem(problem);
  }
}

// Into the reply that is being written; else shown, to be copied.
on("join-line", async () => {
  try {
    const { url } = await api("POST", `/tickets/${openNumber()}/join-code`);
    if (textField.offsetParent) {
      textField.focus();
      document.execCommand("insertText", false, t("join_line_words", { url }));
      flash(t("join_line_inserted"));
      return;
    }
    showLink(url);
  } catch (problem) {
    flashProblem(problem);
  }
});

function showLink(url) {
  byId("join-url").value = url;
  byId("link-dialog").showModal();
  byId("join-url").select();
}

on("copy-join-link", async () => {
  byId("join-url").select();
  const isCopied = await navigator.clipboard.writeText(byId("join-url").value).then(() => true, () => false);
  flash(t(isCopied ? "copied" : "not_copied"), { isWrong: !isCopied });
});

on("part", async ({ dataset }) => {
  await part(dataset.customer);
  byId("ticket-title")?.focus({ preventScroll: true });
});
