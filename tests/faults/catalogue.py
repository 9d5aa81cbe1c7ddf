"""The faults of a server, S1 to S27, each in every form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fake_clockify.body_faults import MALFORMED


@dataclass(frozen=True)
class Form:
    """One *form* of the fault *name*. *refused*: Clockify refuses, and a person has to decide."""

    name: str
    form: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    tls: bool = False
    refused: bool = False

    @property
    def cuts_off(self) -> bool:
        """Whether nothing reaches the server."""
        return self.name in ("S1", "S2")

    @property
    def silent(self) -> bool:
        """Whether no whole answer arrives before the deadline."""
        return self.name in ("S7", "S8", "S10")

    @property
    def at_accept(self) -> bool:
        """Whether it hits a connection before the purpose of the request is known."""
        return self.name == "S21" and self.form != "broken_record"

    def __str__(self) -> str:
        return f"{self.name}-{self.form}" if self.form else self.name


def _forms(name: str, key: str, values: tuple[Any, ...], **rest: Any) -> list[Form]:
    return [Form(name, str(value), {key: value}, **rest) for value in values]


REDIRECTS = [
    Form("S20", f"{kind}-{status}", {"kind": kind, "status": status})
    for kind in ("same", "other", "loop")
    for status in (301, 302, 303, 307, 308)
] + [Form("S20", "downgrade-307", {"kind": "downgrade", "status": 307}, tls=True)]
HANDSHAKES = ("expired", "wrong_name", "unknown_ca", "self_signed", "tls10", "plain")
WAITS = (1, 0, -5, 99999999, "date", "past", "soon", None)
FORMS: list[Form] = [
    Form("S1"),
    Form("S2"),
    Form("S3"),
    Form("S4"),
    Form("S5"),
    Form("S6"),
    Form("S7"),
    Form("S8", "half", {"after": 0.5}),
    Form("S8", "late", {"after": 0.9}),
    *_forms("S9", "kind", ("length", "chunked", "bare", "gzip")),
    *_forms("S10", "kind", ("body", "headers")),
    *_forms("S11", "retry_after", WAITS),
    *_forms("S12", "status", (500, 502, 503, 504)),
    *_forms("S13", "status", (500, 502, 503, 504)),
    *_forms("S14", "code", (1000, 4003, 4017)),
    Form("S15", "profile", {"message": "Access Denied"}),
    Form("S15", "row", {"message": "This period is locked"}, refused=True),
    Form("S16", "page", {"commit": False}),
    Form("S16", "page-after", {"commit": True}),
    Form("S16", "label", {"label": "application/json", "commit": True}),
    *_forms("S17", "kind", tuple(MALFORMED)),
    *(
        Form("S17", f"{kind}-before", {"kind": kind, "commit": False})
        for kind in ("empty", "null", "list", "string", "deep")
    ),
    *_forms("S18", "kind", ("wrong", "none", "charset")),
    *_forms("S19", "kind", ("stream", "bomb", "headers", "header_line", "entries")),
    *_forms("S19", "kind", ("endless", "repeat")),
    *REDIRECTS,
    *_forms("S21", "kind", HANDSHAKES, tls=True),
    Form("S21", "broken_record", {"kind": "broken_record"}, tls=True),
    *_forms("S23", "kind", ("page2", "empty", "stale")),
    Form("S24", "billable", {"billable": True}),
    Form("S25", "ahead", {"seconds": 3600}),
    Form("S25", "behind", {"seconds": -3600}),
    Form("S25", "jumps", {"seconds": 3600, "jump": True}),
    Form("S25", "jumps-back", {"seconds": -3600, "jump": True}),
    *_forms("S26", "rst", (False, True)),
    *_forms("S27", "kind", ("id", "body")),
]
