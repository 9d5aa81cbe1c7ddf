"""Rows of the shorter lists: catalogue items and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.entry import Item, ProjectRef, Ref


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A client, project, task or tag in a list, with what it belongs to.

    *used*: seconds of this month; *last*: when its latest entry began.
    """

    item: Item
    client: Ref | None = None
    project: ProjectRef | None = None
    used: int = 0
    last: datetime | None = None

    @property
    def label(self) -> str:
        """The name, after that of its client or of its project and client."""
        if self.project is not None:
            return f"{self.project.label} / {self.item.name}"
        return f"{self.client.name} / {self.item.name}" if self.client else self.item.name


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change made here; *state*: ``local``, ``sent``, ``waiting``, ``review`` or ``dropped``."""

    number: int
    at: datetime
    verb: str
    summary: str
    state: str
    undone: bool = False
