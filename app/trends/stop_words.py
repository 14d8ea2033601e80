"""Words that stand in every inquiry and say nothing of what it is about."""

from app.core.folding import fold

_JAPANESE = """
    問い合わせ 問合せ 問合わせ 問合 お問い合わせ お問合せ 合わせ 件名 本文 件 方 様 私 我々 当方 弊社 御社 貴社 貴店
    貴方 御中 会社 株式会社 有限会社 株式 確認 連絡 ご連絡 対応 返信 返答 回答 教示 案内 場合 必要 可能 以上 以下 以前
    以降 以外 今回 前回 次回 先日 先週 先月 今週 今月 来週 来月 本日 昨日 明日 今日 今朝 昨夜 昨晩 毎日 時間 時刻 時点
    日時 日付 午前 午後 平日 土日 週末 月曜 火曜 水曜 木曜 金曜 土曜 日曜 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日
    日曜日 年月 年度 最近 現在 今後 至急 早急 早速 一度 一応 一部 一つ 二つ 三つ 全部 全て 多分 大変 大丈夫 突然 自分
    自身 他社 お願い 願い 願致 致します 失礼 恐縮 恐入 世話 お世話 承知 了解 理解 希望 不明 質問 相談 説明 状況 状態
    内容 詳細 下記 上記 右記 左記 別途 添付 参照 氏名 名前 住所 電話 電話番号 番号 担当 担当者 部署 株 営業 営業部
    総務 総務部 窓口 店舗 店 貴店舗 皆様 様宛 各位 宜敷 宜 何卒 何 誰 何度 何回 何時 方法 手順 関係 感じ 点 物 者 所 事
    時 為 際 中 後 前 上 下 内 外 間 程 度 毎 的 性 化 用 旨 由 迄 等 系 別 式 目 個 台 枚 本 冊 通 回 分 秒 メール
    メッセージ アドレス メールアドレス サポート センター サポートセンター カスタマーサポート ユーザー お客様 客様
    スタッフ コト モノ トコロ タメ ヨウ ホウ ワケ ハズ トキ 他 又 及 並 但 尚 更 先 元 最初 最後 最終 同様 同時 両方
    片方 反応 普通 通常 特 特別 一般 有無 御連絡 御確認 御返信 御回答 御対応 御案内 御教示 御迷惑 迷惑 手数 お手数
    手間 面倒 心配 不安 安心 残念 幸 幸い 感謝 有難 申し訳 申訳 御座 御礼 お礼 早 遅 多 少 大 小 高 低 長 短 新 古 若
    初 再 非常 少々 多少 本当 実際 結局 突如 途中 直接 個人 法人名 貴殿 拝啓 敬具 前略 草々
"""
_ENGLISH = """
    a about after again all also am an and any are as at be because been before being but by can cannot could day days
    dear did do does doing don done for from get getting got had has have having he hello help her here hi him his how
    i if in into is it its just kind know let like look looking made make many may me might month more most much must
    my need no not now of off on one only or other our out over please question re regards reply same see send sent
    she should sir since so some still such support team tell than thank thanks that the their them then there these
    they this those time to today tomorrow too try trying two under until up us use used using very via was way we
    week well were what when where which while who why will with within without would yes yesterday yet you your fw
    fwd mr ms mrs best sincerely wrote write email mail e-mail inquiry enquiry contact com co jp www http https html
    pdf jpg png co.jp
"""

STOP_KEYS = frozenset(fold(word) for word in f"{_JAPANESE} {_ENGLISH}".split())
