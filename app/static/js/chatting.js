// The open ticket of a chat: who is there, who types, and what becomes of the chat as a whole.

import { on } from "./actions.js";
import { api, fragment } from "./api.js";
import { finish } from "./classify.js";
import { flash, flashProblem } from "./flash.js";
import { byId, numberOnceDrawn, openNumber, t } from "./page.js";
import { clearErrors, showErrors } from "./problems.js";
import { replace } from "./swap.js";
import { onTicketChange, refreshTicket, scrollToEnd } from "./ticket.js";

const TICK = 500;
const asked = new Set();
let number = null;

const bar = () => byId("chat-bar");

// Typing ends by itself; whether somebody has left is asked of the server, once, when the time is over.
setInterval(() => {
  const typing = byId("visitor-typing");
  if (typing && Date.parse(typing.dataset.until) < Date.now()) typing.remove();
  const until = bar()?.dataset.onlineUntil;
  if (until && Date.parse(until) < Date.now() && !asked.has(until)) {
    asked.add(until);
    refreshTicket().catch(() => {});
  }
}, TICK);

let wasTyping = false;
onTicketChange(() => {
  const isTyping = Boolean(byId("visitor-typing"));
  if (isTyping && !wasTyping && isNearEnd()) scrollToEnd();
  wasTyping = isTyping;
});

function isNearEnd() {
  const pane = byId("timeline");
  return pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;
}

function show(name) {
  if (document.querySelector("dialog[open]")) return;
  number = openNumber();
  const form = byId(`${name}-form`);
  clearErrors(form);
  byId(`${name}-dialog`).showModal();
}

// Does it, and says what is wrong where it is wrong; what was typed stays. What `act` gives back is done once the dialog
// is closed: it may offer an undo, or ask for more.
function whenSent(name, act) {
  const form = byId(`${name}-form`);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    clearErrors(form);
    try {
      const after = await act(form);
      byId(`${name}-dialog`).close();
      await after().catch(flashProblem);
    } catch (problem) {
      showErrors(form, problem, byId(`${name}-form-error`));
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}

on("end-chat", async () => {
  await numberOnceDrawn();
  if (!bar()) return;
  const canMail = Boolean(bar().dataset.canMail);
  const transcript = byId("end-chat-transcript");
  Object.assign(transcript, { disabled: !canMail, checked: false });
  byId("end-chat-why").hidden = canMail;
  show("end-chat");
  byId("end-chat-done").focus();
});

whenSent("end-chat", async () => {
  const sends = byId("end-chat-transcript").checked;
  const isDone = byId("end-chat-done").checked;
  await api("POST", `/tickets/${number}/chat-end`, { json: { sends_transcript: sends } });
  return async () => {
    flash(t(sends ? "chat_ended_mailed" : "chat_ended"));
    await refreshTicket();
    if (isDone && openNumber() === number) await finish();
  };
});

on("give-chat", async () => {
  const drawn = await numberOnceDrawn();
  if (!drawn) return;
  try {
    await replace(byId("give-chat-body"), await fragment(`/tickets/${drawn}/handover`, "give-chat-body"));
  } catch (problem) {
    flashProblem(problem);
    return;
  }
  const choice = byId("give-chat-agent");
  byId("give-chat-form").querySelector("[type=submit]").disabled = !choice;
  show("give-chat");
  (choice ?? byId("give-chat-note")).focus();
});

whenSent("give-chat", async (form) => {
  const choice = byId("give-chat-agent");
  const json = { assignee_id: Number(choice.value), note: byId("give-chat-note").value };
  await api("POST", `/tickets/${number}/handover`, { json });
  const name = choice.selectedOptions[0].textContent;
  form.reset();
  return async () => {
    flash(t("given", { name }));
    await refreshTicket();
  };
});

on("block-visitor", async () => {
  await numberOnceDrawn();
  if (!bar()) return;
  show("block-visitor");
  byId("block-visitor-reason").focus();
});

whenSent("block-visitor", async (form) => {
  const blocked = number;
  await api("PUT", `/tickets/${blocked}/visitor/block`, { json: { reason: byId("block-visitor-reason").value } });
  form.reset();
  return async () => {
    flash(t("visitor_blocked"), { undo: () => unblock(blocked) });
    await refreshTicket();
  };
});

async function unblock(blocked) {
  try {
    await api("DELETE", `/tickets/${blocked}/visitor/block`);
    flash(t("visitor_unblocked"));
    await refreshTicket();
  } catch (problem) {
    flashProblem(problem);
  }
}

on("unblock-visitor", () => unblock(openNumber()));
