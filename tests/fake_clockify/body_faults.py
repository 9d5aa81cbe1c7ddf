"""S17 to S19: bodies that are not JSON, wrongly labelled, or far too large."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.fake_clockify.answers import Answer, encode
from tests.fake_clockify.behaviour import Behaviour, Turn, rebodied, relabelled
from tests.fake_clockify.request import Request
from tests.fake_clockify.wire import head_bytes

PIECE = 64 * 1024


def _tampered(right: bytes, name: str, raw: bytes) -> bytes:
    """Return an object with `"name": raw` put first, so that the rest is still valid.

    In a list, this changes the first object.
    """
    if right[:2] == b"[{":
        return b"[" + _tampered(right[1:], name, raw)
    return b"{" + encode(name) + b":" + raw + (b"," + right[1:] if right[:1] == b"{" else b"}")


MALFORMED: dict[str, Any] = {
    "malformed": lambda right: right[:-1] + b",,",
    "empty": lambda right: b"",
    "null": lambda right: b"null",
    "list": lambda right: b"[]",
    "string": lambda right: b'"x"',
    "deep": lambda right: b"[" * 100_000,
    "big_integer": lambda right: _tampered(right, "amount", b"9" * 5000),
    "nan": lambda right: _tampered(right, "amount", b"NaN"),
    "infinity": lambda right: _tampered(right, "amount", b"1e400"),
    "duplicate_keys": lambda right: _tampered(right, "id", b'"000000000000000000000000"'),
    "lone_surrogate": lambda right: _tampered(right, "note", rb'"\ud800"'),
    "bom": lambda right: b"\xef\xbb\xbf" + right,
    "utf16": lambda right: right.decode().encode("utf-16"),
    "latin1": lambda right: _tampered(right, "note", b'"\xe9\xff"'),
}


@dataclass(kw_only=True)
class Malformed(Behaviour):
    """S17: the body is of `kind`, a key of `MALFORMED`; `commit` false: nothing was committed."""

    kind: str = "malformed"
    commit: bool = True

    def before(self, turn: Turn) -> Answer | None:
        return None if self.commit else Answer(200, MALFORMED[self.kind](b"{}"))

    def after(self, turn: Turn, answer: Answer) -> Answer:
        return rebodied(answer, MALFORMED[self.kind](answer.body))


@dataclass(kw_only=True)
class WrongLabel(Behaviour):
    """S18: the right body under a `kind` of wrong label: wrong, none or charset."""

    kind: str = "wrong"

    def after(self, turn: Turn, answer: Answer) -> Answer:
        labels = {
            "wrong": "text/plain",
            "none": None,
            "charset": "application/json; charset=utf-16",
        }
        return relabelled(answer, labels[self.kind])


@dataclass(kw_only=True)
class Huge(Behaviour):
    """S19, a large answer: `kind` stream, bomb, headers, header_line or entries.

    `size` is bytes for stream and bomb (unpacked), and a count for headers and entries.
    """

    kind: str = "stream"
    size: int = 0

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        turn.request.status = answer.status
        sent: Iterator[bytes] = getattr(self, f"_{self.kind}")(turn, answer)
        for piece in sent:
            turn.connection.send(piece)
        return False

    def _stream(self, turn: Turn, answer: Answer) -> Iterator[bytes]:
        yield head_bytes(answer, turn.now, [("Connection", "close")]) + b'["'
        for _ in range((self.size or 2**30) // PIECE):
            yield b"x" * PIECE
        yield b'"]'

    def _bomb(self, turn: Turn, answer: Answer) -> Iterator[bytes]:
        packed = bomb(self.size or 2**28)
        headers = [("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
        yield head_bytes(answer, turn.now, headers) + packed

    def _headers(self, turn: Turn, answer: Answer) -> Iterator[bytes]:
        many = [(f"X-Filler-{n}", "x") for n in range(self.size or 300)]
        length = ("Content-Length", str(len(answer.body)))
        yield head_bytes(answer, turn.now, [*many, length]) + answer.body

    def _header_line(self, turn: Turn, answer: Answer) -> Iterator[bytes]:
        headers = [
            ("X-Filler", "x" * (self.size or 70_000)),
            ("Content-Length", str(len(answer.body))),
        ]
        yield head_bytes(answer, turn.now, headers) + answer.body

    def _entries(self, turn: Turn, answer: Answer) -> Iterator[bytes]:
        rows = made_up_rows(turn, answer, self.size or 100_000, 0)
        body = encode(rows)
        headers = [("Content-Length", str(len(body)))]
        yield head_bytes(answer, turn.now, headers) + body


@cache
def bomb(size: int) -> bytes:
    """Return *size* bytes of a JSON string, compressed to about a thousandth."""
    packer = zlib.compressobj(9, wbits=31)
    packed = [packer.compress(b'["')]
    packed += [packer.compress(b"x" * PIECE) for _ in range(size // PIECE)]
    return b"".join([*packed, packer.compress(b'"]'), packer.flush()])


def made_up_rows(turn: Turn, answer: Answer, count: int, page: int) -> list[dict[str, Any]]:
    """Return *count* copies of the first row of the answer, each with its own id."""
    right = json.loads(answer.body or b"{}")
    sample = right[0] if isinstance(right, list) and right else {"description": "made up"}
    return [{**sample, "id": f"{page:08x}{n:016x}"} for n in range(count)]


@dataclass(kw_only=True)
class EndlessPages(Behaviour):
    """S19, pages: `kind` endless makes up page after page, repeat sends the first one again."""

    kind: str = "endless"

    def wants(self, request: Request) -> bool:
        return request.method == "GET"

    def before(self, turn: Turn) -> Answer | None:
        query = dict(turn.request.query)
        self._page, self._size = int(query.get("page", 1)), int(query.get("page-size", 50))
        if self.kind == "repeat":
            turn.request.query = [*(query | {"page": "1"}).items()]
        return None

    def after(self, turn: Turn, answer: Answer) -> Answer:
        body = answer.body
        if self.kind == "endless":
            body = encode(made_up_rows(turn, answer, self._size, self._page))
        return Answer(answer.status, body, (("Last-Page", "false"),))
