"""Hide passwords and tokens in addresses, and in text that quotes them."""

from __future__ import annotations

MASK = "****"
_SENSITIVE = "token|secret|passw|pwd|key|auth|signature|credential"


def address_shown(text: str) -> str:
    """*text*, which was given as an address, without user, password and query.

    It may be no address at all: before the last ``@`` nothing but a scheme is kept, and of a single
    long word, which can be a key that got into the wrong place, nothing.
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
    """*text* without what stands before the host of an address, and without tokens in its query."""
    if ":/" not in text:
        return text
    import re

    # A path that was made of one has lost a slash.
    bare = re.sub(r"([A-Za-z][\w+.-]+:/+)[^\s\"'`<>]*@", rf"\1{MASK}@", text)
    return re.sub(
        rf"([?&;][\w.~-]*(?:{_SENSITIVE})[\w.~-]*=)[^\s&;\"'`<>]+",
        rf"\1{MASK}",
        bare,
        flags=re.I,
    )
