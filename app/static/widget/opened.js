// What comes when the chat is opened, or goes on from the page before: one file of the bundle, with its styles.
// The talk, what is seen of it, and the styles: in this order they compress best.

export { Chat } from "./chat.js";
// Also named here so that all of the launcher's code is in one file of the bundle, not torn in two by what both use.
export { start } from "./main.js";
export { Panel } from "./panel.js";
export { ringFor } from "./sound.js";

import composer from "./composer.css";
import log from "./log.css";
import panel from "./panel.css";

export const sheets = [panel, log, composer].join("");
