// When somebody is to be called back: the usual times, in the desk's zone.

import { instantOf, localOf, next } from "./send_time.js";

const MINUTE = 60_000;
const EVENING = 17;
const MORNING = 10;

const inMinutes = (count) => new Date(Math.ceil((Date.now() + count * MINUTE) / MINUTE) * MINUTE);

const times = {
  minutes: () => inMinutes(30),
  hours: () => inMinutes(120),
  today: () => next({ days: 0, hour: EVENING }),
  tomorrow: () => next({ days: 1, hour: MORNING }),
};

export const dueAt = (name) => times[name]();
export const isPast = (name) => dueAt(name) <= new Date();
export { instantOf, localOf };
