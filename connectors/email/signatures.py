"""Who vouches for a mail: named, never verified."""

from connectors.email.mime import Part

SMIME, PGP = "smime", "pgp"
PROTOCOLS = {
    "application/pkcs7-signature": SMIME,
    "application/x-pkcs7-signature": SMIME,
    "application/pgp-signature": PGP,
}
CLEAR_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
LETTERS_LOOKED_AT = 2_000


def of_parts(part: Part) -> str:
    """Of a multipart/signed: by the protocol that it names, or by the signature in it."""
    if part.kind != "multipart/signed":
        return ""
    protocol = part.content_type.get("protocol").lower()
    return PROTOCOLS.get(protocol) or next(
        (PROTOCOLS[child.kind] for child in part.parts if child.kind in PROTOCOLS), ""
    )


def of_text(text: str) -> str:
    return PGP if CLEAR_SIGNED in text[:LETTERS_LOOKED_AT] else ""
