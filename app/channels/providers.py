"""Where mail of an address is likely to be fetched from and sent by: known providers, else the usual names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    imap_host: str
    smtp_host: str
    imap_port: int = 993
    imap_security: str = "tls"
    smtp_port: int = 587
    smtp_security: str = "starttls"


GOOGLE = Guess("imap.gmail.com", "smtp.gmail.com")
MICROSOFT = Guess("outlook.office365.com", "smtp.office365.com")
YAHOO_JAPAN = Guess("imap.mail.yahoo.co.jp", "smtp.mail.yahoo.co.jp", smtp_port=465, smtp_security="tls")
APPLE = Guess("imap.mail.me.com", "smtp.mail.me.com")
KNOWN = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    "outlook.com": MICROSOFT,
    "outlook.jp": MICROSOFT,
    "hotmail.com": MICROSOFT,
    "hotmail.co.jp": MICROSOFT,
    "live.jp": MICROSOFT,
    "yahoo.co.jp": YAHOO_JAPAN,
    "icloud.com": APPLE,
    "me.com": APPLE,
}


def guess(address: str) -> Guess:
    """Only a guess: the person sees it, changes it, and tries it out."""
    domain = address.rpartition("@")[2].strip().lower()
    return KNOWN.get(domain) or Guess(f"imap.{domain}", f"smtp.{domain}")
