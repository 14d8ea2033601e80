// What this browser remembers of one channel: in a cookie of the site (who one is) and in its storage (the rest).

const YEAR = 31_536_000;

export class Store {
  #memory = new Map();

  constructor(key) {
    this.name = `madoguchi_${key.slice(0, 8)}`;
    this.prefix = `${this.name}.`;
  }

  get token() {
    const found = cookies().match(`(?:^|; )${this.name}=([^;]*)`);
    return found ? decodeURIComponent(found[1]) : this.get("token");
  }

  set token(token) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    const age = token ? YEAR : 0;
    attempt(
      () => (document.cookie = `${this.name}=${encodeURIComponent(token ?? "")}; path=/; max-age=${age}; samesite=lax${secure}`),
    );
    this.set("token", token && !cookies().includes(`${this.name}=`) ? token : null);
  }

  get(name) {
    return attempt(() => JSON.parse(localStorage.getItem(this.prefix + name))) ?? this.#memory.get(name) ?? null;
  }

  // Storage may be full or forbidden: then it is remembered as long as the page is there.
  set(name, value) {
    const isKept = attempt(() => {
      if (value == null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
      return true;
    });
    if (isKept || value == null) this.#memory.delete(name);
    else this.#memory.set(name, value);
  }

  names(start) {
    const kept = attempt(() => Object.keys(localStorage)) ?? [];
    const names = kept.filter((each) => each.startsWith(this.prefix)).map((each) => each.slice(this.prefix.length));
    return [...new Set([...names, ...this.#memory.keys()])].filter((each) => each.startsWith(start));
  }

  // Another tab has changed something of this channel.
  watch(act) {
    addEventListener("storage", (event) => {
      if (!event.key || event.key.startsWith(this.prefix)) act();
    });
  }
}

// In a sandboxed frame even asking for them is an error.
const cookies = () => attempt(() => document.cookie) ?? "";

// -> null where the browser forbids it
export function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
