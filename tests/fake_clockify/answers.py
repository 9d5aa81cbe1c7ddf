"""An answer as a value, and the refusals that every operation may raise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body and headers in addition to those of every answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str | None = "application/json"


class Refusal(Exception):
    """An error answer: an HTTP status, Clockify's number for it and a sentence."""

    def __init__(self, status: int, code: int, message: str, *, retry_after: int | None = None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def answer(self) -> Answer:
        headers = () if self.retry_after is None else (("Retry-After", str(self.retry_after)),)
        return Answer(self.status, encode({"message": self.message, "code": self.code}), headers)


def encode(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def json_answer(document: Any, status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(status, encode(document), headers)


def invalid(message: str) -> Refusal:
    """The request violates the vendor's description."""
    return Refusal(400, 400, message)


def missing_reference(what: str, id_: str) -> Refusal:
    """Something named in a body does not exist (any more)."""
    return Refusal(400, 501, f"{what} with id {id_} doesn't belong to the workspace")


def not_allowed_now(message: str) -> Refusal:
    """The current state forbids it: a name taken, not archived, a field required."""
    return Refusal(400, 501, message)


def unknown_path_id(what: str, id_: str) -> Refusal:
    return Refusal(404, 404, f"{what} with id {id_} not found")


def forbidden(message: str) -> Refusal:
    return Refusal(403, 403, message)


def unauthorized(code: int) -> Refusal:
    texts = {
        1000: "Full authentication is required to access this resource",
        4003: "Api key does not exist",
        4017: "Api key is expired or revoked",
    }
    return Refusal(401, code, texts[code])
