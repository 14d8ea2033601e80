/** Everything that the page says, in both languages. */
const TEXTS = {
  ja: {
    title: "LINEシミュレーター",
    about: "LINEの利用者になって、窓口（Madoguchi）と話してみるページです。ここからLINEへは何も送られません。",
    who: "利用者", talk: "トーク", language: "Language",
    message: "メッセージ", send: "送信", stickers: "スタンプ", image: "写真を送る", cancel: "やめる",
    block: "ブロック", unblock: "ブロック解除", add: "友だち追加",
    blocked: "ブロックしています。公式アカウントからのメッセージは届きません。",
    stranger: "まだ友だちではありません。",
    invite: "公式アカウントを招待", remove: "公式アカウントを退会させる",
    absent: "公式アカウントはこのグループにいません。",
    loading: "入力中です", read: "既読", reply: "応答", push: "プッシュ",
    unsend: "送信取消", quote: "リプライ", unsent: "メッセージの送信を取り消しました", quoting: "リプライ先：{text}",
    empty: "まだ何もありません。下からメッセージを送ると、窓口の「新着」に届きます。",
    sticker: "スタンプ", picture: "写真", video: "動画", audio: "音声メッセージ", file: "ファイル", location: "位置情報", other: "この画面では表示できない種類（{kind}）",
    open: "開く", quick: "選択肢", entries: "トークの内容",
    desk_good: "窓口の応答：{status}（{milliseconds} ミリ秒）", desk_bad: "窓口に届いていません：{said}", desk_off: "Webhookの宛先が決まっていません。--webhook で指定します。", desk_waiting: "窓口へ送信中…",
    failed: "送れませんでした：{said}", lost: "シミュレーターにつながりません。つながり次第、続きを表示します。", too_large: "このファイルは大きすぎます（50 MBまで）。",
  },
  en: {
    title: "LINE simulator",
    about: "Be a user of LINE and talk to the desk (Madoguchi). Nothing leaves for LINE from here.",
    who: "You are", talk: "Talk", language: "Language",
    message: "Message", send: "Send", stickers: "Stickers", image: "Send a picture", cancel: "Cancel",
    block: "Block", unblock: "Unblock", add: "Add as friend",
    blocked: "You block the account. Its messages do not reach you.",
    stranger: "You are not friends yet.",
    invite: "Invite the account", remove: "Remove the account",
    absent: "The account is not in this group.",
    loading: "Typing", read: "Read", reply: "reply", push: "push",
    unsend: "Unsend", quote: "Quote", unsent: "Message unsent", quoting: "Quoting: {text}",
    empty: "Nothing here yet. Write below, and it arrives among the new tickets of the desk.",
    sticker: "Sticker", picture: "Picture", video: "Video", audio: "Voice message", file: "File", location: "Location", other: "A kind that this page does not draw ({kind})",
    open: "Open", quick: "Choices", entries: "The talk",
    desk_good: "The desk answered {status} ({milliseconds} ms)", desk_bad: "Not delivered to the desk: {said}", desk_off: "There is no address for webhooks. Give one with --webhook.", desk_waiting: "On its way to the desk…",
    failed: "Not sent: {said}", lost: "The simulator cannot be reached. The talk goes on when it is back.", too_large: "This file is too large (50 MB at most).",
  },
};

const STORED = "line-simulator-language";
let language = localStorage.getItem(STORED) ?? (navigator.language.startsWith("ja") ? "ja" : "en");

export const currentLanguage = () => language;

export function useLanguage(wanted) {
  language = wanted;
  localStorage.setItem(STORED, wanted);
}

export function say(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Writes the texts into all that names one. */
export function write(root) {
  document.documentElement.lang = language;
  document.title = `${say("title")} – Madoguchi`;
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
}
