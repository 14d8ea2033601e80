// Passing a mail on: its head, text and files from the server, its recipients from whoever writes.

import { api } from "../api.js";
import { flashProblem } from "../flash.js";

// What was begun stays open to its writer though the mail itself is elsewhere by now.
export async function toPassOn(number, messageId, draft) {
  try {
    return await api("GET", `/tickets/${number}/messages/${messageId}/forward`);
  } catch (problem) {
    flashProblem(problem);
    return draft && problem.status === 404 ? { ...draft, forward_of: null, quote: "" } : null;
  }
}

// The newest mail that is open to be passed on, where none was chosen.
export function newestMail() {
  const mails = document.querySelectorAll("#timeline .entry--inbound, #timeline .entry--outbound");
  return Number([...mails].at(-1)?.id.replace("message-", "")) || null;
}

// A reply's frame without greeting, which is the customer's.
export function passedOn(reply, mail) {
  const { subject, quote, attachments: files } = mail;
  return { ...reply, to: [], cc: [], greeting: "", subject, quote, files };
}
