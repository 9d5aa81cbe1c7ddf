"""Hide passwords and tokens in addresses, and in text that quotes them."""

from __future__ import annotations

MASK = "****"
_SENSITIVE = "token|secret|passw|pwd|key|auth|signature|credential"


def address_shown(text: str) -> str:
    """Return *text*, given as an address, without user, password and query.

    It may not be an address: before the last ``@`` only a scheme is kept, and a single long word,
    which may be a misplaced key, is hidden entirely.
    """
    import re

    if re.fullmatch(r"[\w+/=~-]{20,}", text.strip()):
        return MASK
    scheme = re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*:/+", text)
    start = scheme[0] if scheme else ""
    _, at, place = text[len(start) :].rpartition("@")
    place, sign, _ = re.split(r"([?#;]|$)", place, maxsplit=1)
    return f"{start}{MASK + at if at else ''}{place}{sign + MASK if sign else ''}"


def without_passwords(text: str) -> str:
    """Return *text* without user and password in addresses, and without tokens in queries."""
    if ":/" not in text:
        return text
    import re

    # An address that was treated as a path has lost a slash.
    bare = re.sub(r"([A-Za-z][\w+.-]+:/+)[^\s\"'`<>]*@", rf"\1{MASK}@", text)
    return re.sub(
        rf"([?&;][\w.~-]*(?:{_SENSITIVE})[\w.~-]*=)[^\s&;\"'`<>]+", rf"\1{MASK}", bare, flags=re.I
    )
