"""Clients, projects, tasks and tags, as values."""

from __future__ import annotations

from typing import Literal

from clockify_cli.values import dataclass

Kind = Literal["client", "project", "task", "tag"]
KINDS: tuple[Kind, ...] = ("client", "project", "task", "tag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One name of the catalogue.

    *local_id* never changes; *server_id* is None until Clockify has it. *client* (of a project)
    and *project* (of a task) are local ids. *billable* is the default for new entries of a
    project or task; None where nothing is known. *archived* also stands for a finished task.
    *extra* is JSON text of what Clockify says besides (colour, estimate, rates …).
    """

    kind: Kind
    local_id: str
    workspace_id: str
    name: str
    server_id: str | None = None
    client: str | None = None
    project: str | None = None
    billable: bool | None = None
    archived: bool = False
    extra: str = "{}"

    @property
    def key(self) -> str:
        """The id to show: Clockify's where there is one, else ours."""
        return self.server_id or self.local_id
