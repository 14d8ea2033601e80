"""Small Japanese mails, as many as a benchmark wants."""

from email.message import EmailMessage

from tests.support.dovecot import Dovecot, Mailbox

CUSTOMERS = 700
LINES = 8


def build(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"田中 太郎 <tanaka{number % CUSTOMERS}@example.com>"
    mail["To"] = "support@example.jp"
    mail["Subject"] = f"荷物が届きません {number}"
    mail["Message-ID"] = f"<{number}@customer.example>"
    mail["Date"] = "Fri, 20 Nov 2026 10:00:00 +0900"
    mail.set_content(f"お世話になっております。\n注文番号 {number} の荷物がまだ届きません。\n" * LINES + "--\n田中")
    return mail.as_bytes()


def fill_mailbox(server: Dovecot, count: int) -> Mailbox:
    mailbox = Mailbox(server, server.new_user())
    for number in range(count):
        mailbox.deliver(build(number))
    return mailbox
