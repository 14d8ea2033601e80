// One stream for all tabs of a browser: the tab that has the lock reads it and tells the others.

import { desk } from "./page.js";
import { Stream } from "./stream.js";

const NAME = `madoguchi-live-${desk.agent.id}`;
const KEPT = 500;
const me = Math.random().toString(36).slice(2);
const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;

let position = desk.position;
let leader = null;
let handle = () => {};
let showState = () => {};

// Whether this tab reads the stream for all others.
export const isLeading = () => leader !== null;

export function startLive({ onEvent, onState }) {
  handle = onEvent;
  showState = onState;
  if (!navigator.locks || !channel) {
    lead();
    return;
  }
  channel.onmessage = ({ data }) => hear(data);
  channel.postMessage({ kind: "hello", from: me, position });
  navigator.locks.request(NAME, () => new Promise(lead));
}

function lead() {
  leader = { from: position, kept: [] };
  const stream = new Stream({ position, onEvent: tellAll, onState: stateForAll });
  stream.open();
}

function tellAll(event) {
  leader.kept = [...leader.kept, event].slice(-KEPT);
  if (leader.kept.length === KEPT) leader.from = leader.kept[0].position;
  channel?.postMessage({ kind: "event", event });
  take(event);
}

function stateForAll(isUp) {
  channel?.postMessage({ kind: "state", isUp });
  showState(isUp);
}

function take(event) {
  position = event.position;
  handle(event);
}

function hear(message) {
  if (message.to && message.to !== me) return;
  if (message.kind === "event") take(message.event);
  if (message.kind === "state") showState(message.isUp);
  if (message.kind === "hello" && leader) welcome(message);
}

// A tab that opens later gets what happened since its page was read, or the advice to read it again. Locks and presence
// have no place of their own in the log: what came with the very position of the page may be newer than the page.
function welcome({ from, position: theirs }) {
  const missed = isBefore(theirs, leader.from)
    ? [{ name: "reset", data: {}, position }]
    : leader.kept.filter((event) => !isBefore(event.position, theirs));
  for (const event of missed) channel.postMessage({ kind: "event", to: from, event });
}

function isBefore(one, other) {
  const [epoch, number] = split(one);
  const [otherEpoch, otherNumber] = split(other);
  return epoch !== otherEpoch || number < otherNumber;
}

function split(text) {
  const at = String(text).lastIndexOf("-");
  return [String(text).slice(0, at), Number(String(text).slice(at + 1))];
}
