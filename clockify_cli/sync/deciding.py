"""A person's word on a change that Clockify refused, or that could not be decided alone."""

from __future__ import annotations

from typing import Literal

from clockify_cli.store.journal import JournalRow
from clockify_cli.sync.engine import step
from clockify_cli.sync.events import Decided
from clockify_cli.sync.row import STUCK, State
from clockify_cli.sync.rows import sendable, standing

Decision = Literal["retry", "adopt", "drop"]


def may_decide(stored: JournalRow) -> bool:
    """Whether *stored* waits for a decision."""
    return State(stored.state) in STUCK


def decided(stored: JournalRow, decision: Decision, server_id: str | None = None) -> JournalRow:
    """*stored* as the decision leaves it; *server_id* is what ``adopt`` takes it for."""
    row = sendable(stored, {}).row
    (after,), _ = step((row,), Decided(row.seq, decision, server_id))
    return standing(stored, after)
