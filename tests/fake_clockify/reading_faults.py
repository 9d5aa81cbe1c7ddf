"""S23: lists that differ from what the server knows."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fake_clockify.answers import Answer, Refusal, encode
from tests.fake_clockify.behaviour import Behaviour, Turn, rebodied
from tests.fake_clockify.request import Request


@dataclass(kw_only=True)
class Incomplete(Behaviour):
    """S23: `kind` page2 answers 500 to every page except the first, empty is an empty list, stale
    is the list as it was before the last `behind` changes of entries."""

    kind: str = "page2"
    behind: int = 1

    def wants(self, request: Request) -> bool:
        is_list = request.method == "GET" and request.path.endswith("/time-entries")
        later = dict(request.query).get("page", "1") != "1"
        return is_list and (later or self.kind != "page2")

    def before(self, turn: Turn) -> Answer | None:
        return Refusal(500, 500, "Something went wrong").answer() if self.kind == "page2" else None

    def answer(self, turn: Turn) -> Answer:
        state = turn.service.state
        if self.kind != "stale":
            return turn.service.answer(turn.request)
        with state.lock, state.as_before(self.behind):
            return turn.service.answer(turn.request)

    def after(self, turn: Turn, answer: Answer) -> Answer:
        return rebodied(answer, encode([])) if self.kind == "empty" else answer
