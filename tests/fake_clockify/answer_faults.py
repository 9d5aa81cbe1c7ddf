"""S11 to S16, S20, S24, S25 and S27: answers that refuse, mislead or are about something else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from tests.fake_clockify import render
from tests.fake_clockify.answers import Answer, Refusal, encode, unauthorized
from tests.fake_clockify.behaviour import Behaviour, Turn, rebodied
from tests.fake_clockify.records import Entry

HTML = b"<!DOCTYPE html><html><head><title>Sign in to Hotel WiFi</title></head><body></body></html>"


@dataclass(kw_only=True)
class TooMany(Behaviour):
    """S11: 429; `retry_after` is sent as it is, but `date` and `past` become HTTP dates."""

    retry_after: str | int | None = None

    def before(self, turn: Turn) -> Answer | None:
        answer = Refusal(429, 429, "Too many requests").answer()
        if self.retry_after is None:
            return answer
        away = {"date": 60, "past": -3600}.get(str(self.retry_after))
        text = formatdate(turn.now + away, usegmt=True) if away else str(self.retry_after)
        return Answer(429, answer.body, (("Retry-After", text),))


@dataclass(kw_only=True)
class ServerError(Behaviour):
    """S12 and S13: `status` 500 to 504, before or after (`commit`) anything is committed."""

    status: int = 503
    commit: bool = False

    def before(self, turn: Turn) -> Answer | None:
        return None if self.commit else self._error()

    def after(self, turn: Turn, answer: Answer) -> Answer:
        return self._error() if self.commit else answer

    def _error(self) -> Answer:
        return Refusal(self.status, self.status, "Something went wrong").answer()


@dataclass(kw_only=True)
class KeyRefused(Behaviour):
    """S14: 401 with `code` 1000, 4003 or 4017."""

    code: int = 4017

    def before(self, turn: Turn) -> Answer | None:
        return unauthorized(self.code).answer()


@dataclass(kw_only=True)
class Forbidden(Behaviour):
    """S15: 403 with `message`."""

    message: str = "Access Denied"

    def before(self, turn: Turn) -> Answer | None:
        return Refusal(403, 403, self.message).answer()


@dataclass(kw_only=True)
class Page(Behaviour):
    """S16: 200 with an HTML page under `label`; `commit`: the request got through."""

    label: str = "text/html; charset=utf-8"
    status: int = 200
    commit: bool = False

    def before(self, turn: Turn) -> Answer | None:
        return None if self.commit else self._page()

    def after(self, turn: Turn, answer: Answer) -> Answer:
        return self._page()

    def _page(self) -> Answer:
        return Answer(self.status, HTML, content_type=self.label)


@dataclass(kw_only=True)
class Redirect(Behaviour):
    """S20: `status` 301 to 308 towards `kind`: same, other, downgrade or loop; nothing committed.

    A request that follows to the same host does what it would have done at the old address. `other`
    leads to a second server, which counts requests; `downgrade` does so from https to http.
    """

    kind: str = "same"
    status: int = 307

    def before(self, turn: Turn) -> Answer | None:
        target = turn.head.target
        place = {
            "same": f"{turn.origin}/__moved__{target}",
            "other": f"{turn.elsewhere}{target}",
            "downgrade": f"{turn.elsewhere}{target}",
            "loop": f"{turn.origin}{target}",
        }[self.kind]
        return Answer(self.status, b"", (("Location", place),), None)


@dataclass(kw_only=True)
class Rewrite(Behaviour):
    """S24: the server stores something else than what was sent.

    It trims the description and reverses the tags, always cuts to whole seconds, and puts in
    `project_id` and `billable` if they are given and the request leaves them out.
    """

    project_id: str | None = None
    billable: bool | None = None

    def before(self, turn: Turn) -> Answer | None:
        body: dict[str, Any] | list[dict[str, Any]] = json.loads(turn.request.body)
        for each in body if isinstance(body, list) else [body]:
            self._rewrite(each)
        turn.request.body = encode(body)
        return None

    def _rewrite(self, body: dict[str, Any]) -> None:
        if isinstance(body.get("description"), str):
            body["description"] = " ".join(body["description"].split())
        if isinstance(body.get("tagIds"), list):
            body["tagIds"] = body["tagIds"][::-1]
        if self.project_id is not None:
            body.setdefault("projectId", self.project_id)
        if self.billable is not None:
            body.setdefault("billable", self.billable)


@dataclass(kw_only=True)
class WrongClock(Behaviour):
    """S25: `Date` off by `seconds`, or with `jump` the server's whole clock."""

    seconds: float = 3600
    jump: bool = False

    def before(self, turn: Turn) -> Answer | None:
        if self.jump:
            turn.service.state.clock.advance(self.seconds)
        return None

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        return turn.deliver(answer, date_off=0 if self.jump else self.seconds)


@dataclass(kw_only=True)
class AnotherEntry(Behaviour):
    """S27: committed, but the answer has another entry's `id`, or is that entry's `body`.

    In a list this applies to the first entry; if there are several, `id` is that of the second,
    which gets the first one's.
    """

    kind: str = "body"

    def after(self, turn: Turn, answer: Answer) -> Answer:
        if answer.status >= 300:
            return answer
        right = json.loads(answer.body)
        rows = right if isinstance(right, list) else [right]
        wrong = self._spoiled(turn, rows)
        return rebodied(answer, encode(wrong if isinstance(right, list) else wrong[0]))

    def _spoiled(self, turn: Turn, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first, *rest = rows
        if self.kind == "body":
            return [self._other(turn, rows), *rest]
        if not rest:
            return [{**first, "id": self._other(turn, rows)["id"]}]
        second, *rest = rest
        return [{**first, "id": second["id"]}, {**second, "id": first["id"]}, *rest]

    def _other(self, turn: Turn, rows: list[dict[str, Any]]) -> dict[str, Any]:
        state, right = turn.service.state, rows[0]
        with state.lock:
            found = state.entries(right["workspaceId"], right["userId"])
            answered = {row["id"] for row in rows}
            entry = next((each for each in found if each.id not in answered), None)
            if entry is None:
                id_ = state.new_id()
                entry = Entry(id_, right["workspaceId"], right["userId"], 0, 60, "somebody else's")
            return render.entry_row(state, entry)
