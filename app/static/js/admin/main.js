// The settings: pages and forms work without scripts; here is what makes them quicker.

import "../palette.js";
import "./search.js";
import "./copying.js";
import "./choices.js";
import "./confirming.js";
import "./mailbox.js";
import "./ordering.js";

document.documentElement.dataset.ready = "true";
