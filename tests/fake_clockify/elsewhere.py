"""A foreign server: nothing that belongs to Clockify should ever reach it."""

from __future__ import annotations

from tests.fake_clockify.answers import Answer
from tests.fake_clockify.listener import Listener
from tests.fake_clockify.request import Head
from tests.fake_clockify.wire import Connection, whole


class Elsewhere:
    """Answers everything with an empty object and keeps the heads of the requests."""

    def __init__(self, host: str) -> None:
        self.heads: list[Head] = []
        self._listener = Listener(self._serve)
        self.origin = f"http://{host}:{self._listener.port}"

    def _serve(self, connection: Connection) -> None:
        head = connection.read_head()
        if head is not None:
            self.heads.append(head)
            connection.send(whole(Answer(200, b"{}"), 0, keeps=False))

    def end(self) -> None:
        self._listener.end()
