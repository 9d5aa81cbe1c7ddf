"""One authorised request on its way through an operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.fake_clockify.answers import Answer, forbidden, invalid, json_answer, unknown_path_id
from tests.fake_clockify.records import Member, User, Workspace
from tests.fake_clockify.spec import Operation
from tests.fake_clockify.state import State
from tests.fake_clockify.switches import Switches

Row = TypeVar("Row")
MANAGERS = ("OWNER", "WORKSPACE_ADMIN")


@dataclass(frozen=True, slots=True)
class Call:
    """The user and the request; `query` and `body` conform to the description."""

    state: State
    switches: Switches
    operation: Operation
    user: User
    path: dict[str, str]
    query: dict[str, Any]
    body: Any

    @property
    def workspace(self) -> Workspace:
        """The workspace of the path; 404 if there is none, 403 for a stranger to it."""
        return self._place()[0]

    @property
    def member(self) -> Member:
        """The user's membership in that workspace."""
        return self._place()[1]

    def _place(self) -> tuple[Workspace, Member]:
        id_ = self.path["workspaceId"]
        found = self.state.find(Workspace, id_)
        if found is None:
            raise unknown_path_id("Workspace", id_)
        member = self.state.member(found.id, self.user.id)
        if member is None:
            raise forbidden("Access Denied")
        return found, member

    @property
    def is_manager(self) -> bool:
        return self.member.role in MANAGERS

    def owner(self) -> User:
        """The user of the path, who must belong to the workspace."""
        id_ = self.path["userId"]
        found = self.state.find(User, id_)
        if found is None or self.state.member(self.workspace.id, id_) is None:
            raise unknown_path_id("User", id_)
        return found

    def require_manager(self) -> None:
        if not self.is_manager:
            raise forbidden("You don't have permission to perform this action")

    def page(self, rows: Sequence[Row] | Iterable[Row]) -> tuple[list[Row], bool]:
        """Return the rows of the requested page, and whether it is the last one."""
        number, size = self.query.get("page", 1), self.query.get("page-size", 50)
        if number < 1:
            raise invalid("page: must be greater than or equal to 1")
        size = min(size, self.switches.page_cap)
        first = (number - 1) * size
        found: list[Row] = []
        for place, row in enumerate(rows):
            if place >= first + size:
                return found, False
            if place >= first:
                found.append(row)
        return found, True


def page_answer(rows: list[Any], last: bool) -> Answer:
    return json_answer(rows, 200, ("Last-Page", "true" if last else "false"))
