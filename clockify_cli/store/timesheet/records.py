"""Recorded changes, as `history` shows them."""

from __future__ import annotations

from datetime import datetime

from clockify_cli.domain.entry import act_text
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.store.db.changes import ChangeKind
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class RowRecord:
    """One entity that a change touched; *before* and *after* as in the journal, None for none."""

    seq: int
    entity: str
    kind: str
    local_id: str | None
    server_id: str | None
    before: str | None
    after: str | None
    state: str
    attempts: int
    verdict: str
    standing: str
    """Its state, or that of the row it was merged into."""

    @property
    def unsent(self) -> bool:
        """Whether it certainly has not reached Clockify."""
        if self.state == "REJECTED" and self.kind != "mark":
            return True
        # A mark is never read back: a refused one may have been carried out by an earlier request.
        return self.state in ("PENDING", "REJECTED") and self.attempts == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """A change that was made; *at* is aware UTC.

    *undoes*: the change that this undo or redo took back; *undone_by*: the one that took this back,
    or itself if there is nothing to take back.
    """

    id: int
    workspace_id: str
    account: str | None
    at: datetime
    verb: str
    summary: str
    kind: ChangeKind
    undoes: int | None
    undone_by: int | None
    rows: tuple[RowRecord, ...]

    @property
    def label(self) -> str:
        """What was done, or what an undo or redo was about: ``delete Reading``."""
        if self.kind != "do":
            return self.summary
        return act_text(self.verb, self.summary)

    @property
    def named(self) -> str:
        """Its name in a message: ``change 12 (delete Reading)``."""
        return f"change {self.id} ({quoted(self.label)})"

    @property
    def state(self) -> str:
        """``review``, ``waiting`` or ``sent``: the least settled state of its rows that are sent.

        ``local``: none is ever sent; ``dropped``: none will be sent any more.
        """
        states = {row.standing for row in self.rows}
        if states & {"REJECTED", "REVIEW"}:
            return "review"
        if states & {"PENDING", "SENDING", "UNKNOWN"}:
            return "waiting"
        if states == {"DROPPED"}:
            return "dropped"
        return "local" if states <= {"LOCAL", "DROPPED"} else "sent"

    @property
    def undone(self) -> bool:
        """Whether it was taken back; a change whose rows were all dropped does not count."""
        return self.undone_by is not None and not (self.void and self.state == "dropped")

    @property
    def void(self) -> bool:
        """Whether nothing of it remains although no undo took it back."""
        return self.undone_by == self.id

    @property
    def entries(self) -> tuple[str, ...]:
        """The local ids of the entries that it touched, without repeats."""
        touched = [row.local_id for row in self.rows if row.entity == "entry" and row.local_id]
        return tuple(dict.fromkeys(touched))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An undo or redo that was made (*change*), and the change that it took back (*of*)."""

    change: ChangeRecord
    of: ChangeRecord
