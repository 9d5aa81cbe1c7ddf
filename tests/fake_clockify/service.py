"""From a request to its answer: key, limit, path, description, operation."""

from __future__ import annotations

import json
from typing import Any

from tests.fake_clockify import spec
from tests.fake_clockify.answers import Answer, Refusal, invalid, unauthorized
from tests.fake_clockify.call import Call
from tests.fake_clockify.limit import Limit
from tests.fake_clockify.operations import OPERATIONS
from tests.fake_clockify.records import User, Workspace
from tests.fake_clockify.request import Request
from tests.fake_clockify.spec import Operation
from tests.fake_clockify.state import State
from tests.fake_clockify.switches import Switches

# The regional layout has both on one host; the global one has a separate host for reports.
PREFIXES = (("/api/v1", "api"), ("/report/v1", "reports"), ("/v1", "reports"))


class Service:
    """Clockify without the network."""

    def __init__(self, state: State, switches: Switches) -> None:
        self.state = state
        self.switches = switches
        self.limit = Limit()

    def answer(self, request: Request) -> Answer:
        with self.state.lock:
            self.state.by, self.state.request = "api", request.number
            try:
                with self.state.transaction():
                    return self._answer(request)
            except Refusal as refusal:
                return refusal.answer()
            finally:
                self.state.by, self.state.request = "web", None

    def _answer(self, request: Request) -> Answer:
        user = self._user(request)
        operation, path = _operation(request)
        request.operation = operation.name
        self._count(user, path)
        query = spec.read_query(operation, request.query)
        known = {each["name"] for each in operation.query}
        request.unknown += [f"?{name}" for name, _ in request.query if name not in known]
        body = _body(operation, request, self.switches)
        call = Call(self.state, self.switches, operation, user, path, query, body)
        return OPERATIONS[operation.name](call)

    def _user(self, request: Request) -> User:
        key = request.headers.get("x-api-key")
        if request.keys != 1 or not key:
            raise unauthorized(1000)
        user = self.state.user_of_key(key)
        if user is None:
            raise unauthorized(4003)
        if key in self.state.revoked:
            raise unauthorized(4017)
        return user

    def _count(self, user: User, path: dict[str, str]) -> None:
        """Count a request without a workspace of the user for the key's active workspace."""
        id_ = path.get("workspaceId", "")
        home = id_ if self.state.member(id_, user.id) else user.active_workspace
        workspace = self.state.find(Workspace, home)
        if workspace is not None:
            now = self.state.clock.now()
            self.limit.take(workspace, now, says_when=self.switches.retry_after)


def _operation(request: Request) -> tuple[Operation, dict[str, str]]:
    for prefix, family in PREFIXES:
        if request.path.startswith(prefix + "/"):
            found = spec.routed(family, "/v1" + request.path.removeprefix(prefix))
            for operation, path in found:
                if operation.method == request.method:
                    return operation, path
            if found:
                raise Refusal(405, 405, f"Request method '{request.method}' is not supported")
    raise Refusal(404, 404, f"No endpoint {request.method} {request.path}")


def _body(operation: Operation, request: Request, switches: Switches) -> Any:
    if operation.body is None:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, 415, f"Content-Type '{kind}' is not supported")
    try:
        document = json.loads(request.body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise invalid("JSON parse error") from error
    request.unknown += spec.unknown_fields(operation, document)
    if switches.nulls == "absent":
        document = _without_nulls(document)
    spec.check_body(operation, document)
    return document


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def _refuse_constant(word: str) -> None:
    raise ValueError(word)
