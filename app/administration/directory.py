"""Every page of the settings, with the words by which somebody may look for it."""

from dataclasses import dataclass

from app.core.i18n import mark


@dataclass(frozen=True, slots=True)
class Setting:
    """`title` and `summary` are ids of the catalogs; `keywords` are further words, readings and Latin spellings."""

    key: str
    title: str
    summary: str
    icon: str
    path: str
    keywords: str


SETTINGS = (
    Setting(
        "people",
        mark("People"),
        mark("Invite people, give them roles and teams, end their sessions."),
        "user",
        "/admin/people",
        "メンバー 担当者 ユーザー 招待 権限 ロール ひと めんばー たんとうしゃ しょうたい けんげん "
        "hito membaa tantousha shoutai kengen agent user member invite role disable session password",
    ),
    Setting(
        "teams",
        mark("Teams"),
        mark("Who works together, and which mailboxes they see."),
        "users",
        "/admin/teams",
        "チーム 部署 権限 順番 振り分け ちーむ ぶしょ けんげん じゅんばん ふりわけ "
        "chiimu busho junban furiwake team group access channel round robin turn",
    ),
    Setting(
        "mailboxes",
        mark("Mailboxes and LINE"),
        mark("Where inquiries come in and answers leave, and how each is doing."),
        "mail",
        "/admin/mailboxes",
        "メールボックス 受信 送信 アドレス 接続 めーるぼっくす じゅしん そうしん せつぞく "
        "LINE 公式アカウント らいん こうしきあかうんと rain webhook "
        "営業時間 あいさつ応答 えいぎょうじかん あいさつおうとう greeting hours "
        "meeru jushin soushin setsuzoku mailbox mail imap smtp channel folder connection password "
        "自動返信 受付通知 送信元 なりすまし じどうへんしん jidouhenshin auto reply autoresponder spf dkim dmarc",
    ),
    Setting(
        "channels",
        mark("Other channels"),
        mark("The API, and what installed connectors bring."),
        "api",
        "/admin/channels",
        "チャネル その他 連携 コネクタ 外部 ちゃねる そのた れんけい こねくた がいぶ "
        "chaneru sonota renkei konekuta API webhook connector plugin package channel integration",
    ),
    Setting(
        "chat",
        mark("Website chat"),
        mark("Talk with the visitors of your site; who leaves gets the answer by mail."),
        "chat",
        "/admin/chat",
        "チャット ウェブチャット サイト ウィジェット 吹き出し ガイド ちゃっと うぇぶちゃっと ふきだし がいど "
        "chatto uebu fukidashi gaido chat widget website live prompt guide visitor script tag origin",
    ),
    Setting(
        "forms",
        mark("Web forms"),
        mark("Pages on which customers write to you, with fields of your own."),
        "form",
        "/admin/forms",
        "フォーム 問い合わせフォーム 入力 項目 埋め込み ふぉーむ といあわせふぉーむ うめこみ "
        "foomu toiawase umekomi web form contact embed iframe field acknowledgement",
    ),
    Setting(
        "statuses",
        mark("Statuses"),
        mark("The steps of a ticket inside each phase, such as on hold."),
        "half",
        "/admin/statuses",
        "状態 ステータス 保留 対応 じょうたい すてーたす ほりゅう たいおう "
        "joutai suteetasu horyuu status hold phase reason",
    ),
    Setting(
        "categories",
        mark("Categories"),
        mark("What inquiries are about, in up to three levels."),
        "flag",
        "/admin/categories",
        "問合せ種別 分類 カテゴリ といあわせしゅべつ しゅべつ ぶんるい かてごり "
        "toiawase shubetsu bunrui kategori category kind topic",
    ),
    Setting(
        "labels",
        mark("Labels"),
        mark("Coloured marks for tickets, as many as needed on each."),
        "tag",
        "/admin/labels",
        "ラベル タグ 色 らべる たぐ いろ raberu tagu iro label tag colour color",
    ),
    Setting(
        "escalation-reasons",
        mark("Escalation reasons"),
        mark("Why a question is handed to somebody else: what the ledger and the report tell apart."),
        "question",
        "/admin/escalation-reasons",
        "エスカレーション 理由 質問 引き継ぎ えすかれーしょん りゆう しつもん "
        "esukareeshon riyuu shitsumon escalation reason question ledger",
    ),
    Setting(
        "fields",
        mark("Fields"),
        mark("What else is asked about a ticket: text, number, date, choice, check."),
        "form",
        "/admin/fields",
        "項目 入力欄 選択肢 必須 こうもく にゅうりょくらん せんたくし ひっす "
        "koumoku nyuuryokuran sentakushi hissu field custom choice required",
    ),
    Setting(
        "templates",
        mark("Templates"),
        mark("Texts for answers, with greetings and signatures."),
        "file",
        "/admin/templates",
        "テンプレート 定型文 挨拶 署名 てんぷれーと ていけいぶん あいさつ しょめい "
        "tenpureeto teikeibun aisatsu shomei template greeting signature letter",
    ),
    Setting(
        "faq",
        mark("FAQ"),
        mark("Answers that visitors of the website chat find by themselves."),
        "note",
        "/settings/faq",
        "よくある質問 質問 回答 ボット 自動応答 よくあるしつもん しつもん かいとう ぼっと "
        "yokuaru shitsumon kaitou faq bot question answer help",
    ),
    Setting(
        "announcements",
        mark("Announcements"),
        mark("What everybody is told on their screen."),
        "bell",
        "/admin/announcements",
        "お知らせ 告知 おしらせ こくち oshirase kokuchi announcement news bulletin",
    ),
    Setting(
        "policy",
        mark("Complaint policy"),
        mark("What everybody does when a customer complains."),
        "warn",
        "/admin/policy",
        "クレーム 苦情 方針 対応方針 くれーむ くじょう ほうしん kureemu kujou houshin complaint policy",
    ),
    Setting(
        "calendar",
        mark("Business hours"),
        mark("When somebody works: hours, holidays, closures, the fiscal year."),
        "clock",
        "/admin/calendar",
        "営業時間 営業日 休業日 祝日 年度 カレンダー "
        "えいぎょうじかん えいぎょうび きゅうぎょうび しゅくじつ ねんど かれんだー "
        "eigyou jikan kyuugyoubi shukujitsu nendo karendaa business hours calendar holiday closure fiscal year",
    ),
    Setting(
        "deadlines",
        mark("Deadlines"),
        mark("Until when customers are answered, and who is told when it is late."),
        "warn",
        "/admin/deadlines",
        "期限 返信期限 対応期限 返信遅れ 警告 きげん へんしんきげん たいおうきげん へんしんおくれ けいこく "
        "kigen henshin okure keikoku deadline sla overdue due reply resolution warning",
    ),
    Setting(
        "notices",
        mark("Notices by mail"),
        mark("Which mailbox tells agents by mail what they have not read."),
        "mail",
        "/admin/notices",
        "お知らせメール 通知 未読 おしらせ つうち みどく oshirase tsuuchi midoku notice notification digest mail",
    ),
    Setting(
        "briefings",
        mark("Daily, weekly and monthly reports"),
        mark("Which are drafted by themselves, when, of what, and whom they are mailed to."),
        "note",
        "/admin/briefings",
        "日報 週報 月報 所感 レポート 配信 にっぽう しゅうほう げっぽう しょかん れぽーと はいしん "
        "nippou shuuhou geppou shokan repooto haishin daily weekly monthly report briefing mailing list pdf",
    ),
    Setting(
        "audit",
        mark("Audit log"),
        mark("Who signed in, looked, searched, exported, sent, deleted or changed settings."),
        "eye",
        "/admin/audit",
        "監査ログ 記録 履歴 操作 かんさろぐ きろく りれき そうさ "
        "kansa rogu kiroku rireki sousa audit log history export csv",
    ),
    Setting(
        "system",
        mark("System"),
        mark("Whether everything works: checks, versions, what waits to be sent."),
        "gear",
        "/admin/system",
        "システム 状態 点検 バージョン 送信待ち しすてむ てんけん そうしんまち "
        "shisutemu tenken soushinmachi system check health version outbox event",
    ),
)
