"""Which rate applies to an entry: its own, else that of the nearest of five levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from tests.fake_clockify.records import Entry, Project, Rate, Task, Workspace
from tests.fake_clockify.state import State

Sort = Literal["hourly_rate", "cost_rate"]


def rate_of(state: State, entry: Entry, sort: Sort) -> Rate | None:
    if sort == "hourly_rate" and entry.hourly_rate is not None:
        return entry.hourly_rate
    return next((rate for rate in _levels(state, entry, sort) if rate is not None), None)


def _levels(state: State, entry: Entry, sort: Sort) -> Iterator[Rate | None]:
    project = state.find(Project, entry.project_id)
    holders: list[Any] = [state.find(Task, entry.task_id)]
    if project is not None:
        holders += [each for each in project.members if each.user_id == entry.user_id]
    holders += [
        project,
        state.member(entry.workspace_id, entry.user_id),
        state.find(Workspace, entry.workspace_id),
    ]
    return (getattr(holder, sort) for holder in holders if holder is not None)
