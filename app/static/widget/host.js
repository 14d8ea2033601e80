// The one element that the page gets: a closed shadow in the top layer, where the page's styles and stacking do not reach.

const PATIENCE = 100;
const TIRED_AFTER = 50;

export class Host {
  element = document.createElement("madoguchi-chat");
  root = this.element.attachShadow({ mode: "closed" });
  #screen = null;
  #count = 0;
  #watch = new MutationObserver(() => this.#look());

  constructor() {
    this.#keepKeys();
  }

  dress(text) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    this.root.adoptedStyleSheets.push(sheet);
    return sheet;
  }

  attach() {
    document.body.append(this.element);
    this.element.popover = "manual";
    this.element.showPopover?.();
    this.#watch.disconnect();
    this.#watch.observe(document.documentElement, { childList: true });
    this.#watch.observe(document.body, { childList: true });
  }

  // The part of a telephone's screen that its keyboard leaves.
  fit({ height, offsetTop }) {
    this.#screen ??= this.dress("");
    this.#screen.replaceSync(`:host{--height:${height}px;--top:${offsetTop}px}`);
  }

  // Frameworks swap the body of the page: come back, but do not fight for ever.
  #look() {
    if (this.element.isConnected || this.#count++ > TIRED_AFTER) return;
    setTimeout(() => this.element.isConnected || !document.body || this.attach(), PATIENCE);
  }

  // What is typed here is no shortcut of the page, and its focus traps have no say.
  #keepKeys() {
    const kinds = ["keydown", "keyup", "keypress", "beforeinput", "input", "paste", "drop", "dragover", "focusin", "focusout"];
    for (const kind of kinds) this.root.addEventListener(kind, (event) => event.stopPropagation());
  }
}
