/** Who one is, which talk is open, and what is in it. */
export const $ = (id) => document.getElementById(id);

export const state = { world: undefined, me: "", chat: "", bubbles: [], quoted: undefined };

export const isGroup = () => state.chat !== state.me;
export const group = () => state.world.groups.find((each) => each.id === state.chat);
export const groupsOfMine = () => state.world.groups.filter((each) => each.members.includes(state.me));
export const person = () => state.world.people.find((each) => each.id === state.me);
export const where = () => (isGroup() ? { user: state.me, chat: state.chat } : { user: state.me });

export function nameOf(id) {
  if (id === "account") return state.world.account.name;
  return state.world.people.find((each) => each.id === id)?.name ?? "";
}

/** From the address, which keeps it over a reload and makes Back work. */
export function readPlace() {
  const [user, talk] = location.hash.slice(1).split("/");
  state.me = state.world.people.some((each) => each.id === user) ? user : state.world.people[0].id;
  state.chat = groupsOfMine().some((each) => each.id === talk) ? talk : state.me;
}

/** At once: who chooses twice quickly goes on from the first choice, not from what is still drawn. */
export function go(user, talk) {
  state.me = user;
  state.chat = talk;
  location.hash = `${user}/${talk}`;
}
