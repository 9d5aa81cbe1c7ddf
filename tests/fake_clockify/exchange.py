"""Reads requests off a connection, has them answered and sends the answers, faults included."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable

from tests.fake_clockify.admin import PATH as ADMIN
from tests.fake_clockify.answers import Answer, Refusal
from tests.fake_clockify.behaviour import Behaviour, Turn
from tests.fake_clockify.fault_plan import FaultPlan
from tests.fake_clockify.request import Head, Request, request_of
from tests.fake_clockify.service import Service
from tests.fake_clockify.wire import BadRequest, Connection, whole

MOVED = "/__moved__"
Admin = Callable[[str, str, bytes], Answer]


class Exchange:
    """Serves one connection after another; keeps the request log."""

    def __init__(self, service: Service, faults: FaultPlan, admin: Admin) -> None:
        self.service = service
        self.faults = faults
        self.admin = admin
        self.requests: list[Request] = []
        self.crashes: list[str] = []
        self.origin = ""
        self.elsewhere = ""
        self._numbers = itertools.count(1)
        self._harmless = Behaviour()

    def recall(self, requests: list[Request]) -> None:
        """Replace the log by *requests*."""
        self.requests = requests
        self._numbers = itertools.count(len(requests) + 1)

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
        if head.target.startswith(ADMIN):
            return self._administer(connection, head)
        turn = self._turn(connection, head)
        try:
            return self._take(turn)
        finally:
            turn.request.over = True

    def _take(self, turn: Turn) -> bool:
        fault = self.faults.for_request(turn.request)
        behaviour = self._harmless if fault is None else fault.behaviour
        turn.request.fault = None if fault is None else fault.name
        if behaviour.on_head(turn):
            return False
        turn.request.body = turn.connection.read_body(turn.head)
        return behaviour.deliver(turn, self._answer(behaviour, turn))

    def _turn(self, connection: Connection, head: Head) -> Turn:
        now = self.service.state.clock.now()
        request = request_of(head, next(self._numbers), connection.number, now)
        request.path = request.path.removeprefix(MOVED)
        self.requests.append(request)
        return Turn(connection, head, request, self.service, self.origin, self.elsewhere)

    def _answer(self, behaviour: Behaviour, turn: Turn) -> Answer:
        try:
            return behaviour.before(turn) or behaviour.after(turn, behaviour.answer(turn))
        except Exception:
            # The top of a thread: a bug of the fake must reach the test, not vanish with it.
            self.crashes.append(traceback.format_exc())
            return Refusal(500, 500, "the fake failed itself").answer()

    def _administer(self, connection: Connection, head: Head) -> bool:
        body = connection.read_body(head)
        answer = self.admin(head.method, head.target, body)
        connection.send(whole(answer, self.service.state.clock.now(), keeps=head.keeps_alive))
        return head.keeps_alive
