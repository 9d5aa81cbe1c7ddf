"""Reads requests off a connection, has them answered and sends the answers."""

from __future__ import annotations

import itertools
import traceback

from tests.fake_clockify.answers import Answer, Refusal
from tests.fake_clockify.request import Head, Request, request_of
from tests.fake_clockify.service import Service
from tests.fake_clockify.wire import BadRequest, Connection, whole


class Exchange:
    """What one connection after another goes through; keeps the request log."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.requests: list[Request] = []
        self.crashes: list[str] = []
        self._numbers = itertools.count(1)

    def serve(self, connection: Connection) -> None:
        """Answer request after request until the peer or an answer ends the connection."""
        try:
            while (head := connection.read_head()) is not None:
                if not self._one(connection, head):
                    return
        except BadRequest as error:
            answer = Refusal(400, 400, str(error)).answer()
            connection.send(whole(answer, self.service.state.clock.now(), keeps=False))

    def _one(self, connection: Connection, head: Head) -> bool:
        now = self.service.state.clock.now()
        request = request_of(head, next(self._numbers), connection.number, now)
        self.requests.append(request)
        request.body = connection.read_body(head)
        answer = self._answer(request)
        request.status = answer.status
        zipped = self.service.switches.gzip and "gzip" in head.get("accept-encoding")
        keeps = head.keeps_alive
        now = self.service.state.clock.now()
        connection.send(whole(answer, now, keeps=keeps, zipped=zipped))
        return keeps

    def _answer(self, request: Request) -> Answer:
        try:
            return self.service.answer(request)
        except Exception:
            # The top of a thread: a bug of the fake must reach the test, not vanish with it.
            self.crashes.append(traceback.format_exc())
            return Refusal(500, 500, "the fake failed itself").answer()
