// What was said before, asked of the desk: older messages, and fresh addresses for the files of one that is shown.

export async function loadOlder({ api, talk }) {
  talk.putOlder(await api.call("GET", `messages?before=${talk.oldest}`));
}

export async function refresh({ api, talk }, { id }) {
  const { messages } = await api.call("GET", `messages?before=${id + 1}`);
  for (const each of messages) talk.put(each);
  return messages.find((each) => each.id === id);
}
