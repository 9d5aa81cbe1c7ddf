"""Tests of every order of events: nothing is doubled or lost, and the model can find errors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clockify_cli.sync.model.engine import Rows
from clockify_cli.sync.model.row import Fingerprint, Row, State
from tests.sync import model_of_changes as fields
from tests.sync.model import EPOCH, TICK, Held, Variant, World, adds, doubled_or_lost, explore


def resend_at_once(rows: Rows) -> Rows:
    """Act as a client that takes "no answer" for "not done"."""
    return tuple(replace(r, state=State.PENDING) if r.state is State.UNKNOWN else r for r in rows)


def written_after_the_send(rows: Rows) -> Rows:
    """Act as a client that records a request only afterwards: a kill leaves no trace of it."""
    return tuple(
        replace(r, state=State.PENDING) if r.state is State.UNKNOWN and not r.verdict else r
        for r in rows
    )


ONE = Variant(rows=adds("a"), ticks=8)
TWINS = Variant(rows=adds("a", "a"), settle=1, linger=1, ticks=3)

WIDE = {
    "the same typed in the web app": replace(ONE, web="types"),
    "the machine starts again": replace(ONE, restarts=True),
    "the machine starts again, without boot ids": replace(ONE, restarts=True, boots=""),
}
RIGHT = {
    "one row": ONE,
    "two identical rows, short": TWINS,
    "the new entry edited in the web app": replace(ONE, web="edits", ticks=6),
    **{name: replace(variant, ticks=4) for name, variant in WIDE.items()},
}
NAIVE = {
    "retry on timeout": replace(ONE, forget=resend_at_once),
    "row written after the send": replace(ONE, forget=written_after_the_send),
    "no settle time": replace(ONE, settle=0),
    "settle time shorter than a request lingers": replace(ONE, settle=1),
    "no review of an edited entry": replace(ONE, web="edits", review=False),
}
SEVERAL = {
    "two different rows": Variant(rows=adds("a", "b"), ticks=2),
    "two identical rows": Variant(rows=adds("a", "a"), ticks=4),
}
LONG = {
    **WIDE,
    "one row, settle longer than needed": replace(ONE, settle=3),
    "one row, three sends": replace(ONE, sends=3, ticks=8),
    "the new entry edited in the web app": replace(ONE, web="edits"),
    "two different rows, for fewer ticks": Variant(rows=adds("a", "b"), ticks=3),
    "two identical rows, for fewer ticks": Variant(rows=adds("a", "a"), ticks=6),
    "three identical rows, for fewer ticks": Variant(
        rows=adds("a", "a", "a"), settle=1, linger=1, ticks=4
    ),
    "two different rows": Variant(rows=adds("a", "b"), ticks=8),
    "two different rows, one edited in the web app": Variant(
        rows=adds("a", "b"), ticks=6, web="edits"
    ),
    "two identical rows": Variant(rows=adds("a", "a"), ticks=8, sends=3),
    "three identical rows": Variant(rows=adds("a", "a", "a"), settle=1, linger=1, ticks=8),
    "two identical rows and another": Variant(
        rows=adds("a", "a", "b"), settle=1, linger=1, ticks=5
    ),
    "two identical rows, typed in the web app too": replace(TWINS, web="types", ticks=7),
}
WITHOUT_LIKENESS = Variant(rows=adds("a", "a"), ticks=5, one_per_fingerprint=False)


def cases(table: dict[str, Any], *, far: frozenset[str] = frozenset()) -> pytest.MarkDecorator:
    """Return *table* as parameters; those named in *far* are for the long suite alone."""
    return pytest.mark.parametrize(
        "variant",
        [
            pytest.param(variant, id=name, marks=pytest.mark.long if name in far else ())
            for name, variant in table.items()
        ],
    )


@cases(
    RIGHT, far=frozenset({"the same typed in the web app", "the machine starts again", "one row"})
)
def test_no_order_of_events_doubles_or_loses_an_entry(variant: Variant) -> None:
    findings = explore(variant, doubled_or_lost)
    print(findings)
    assert findings.final > 0
    assert findings.violations == 0


@pytest.mark.parametrize(
    ("boots", "restarts", "ticks"),
    [
        ("boot", False, 9),
        pytest.param("", False, 9, marks=pytest.mark.long),
        pytest.param("", True, 5, marks=pytest.mark.long),
        *(pytest.param(boots, True, 9, marks=pytest.mark.long) for boots in ("boot", "")),
    ],
)
def test_what_became_of_a_request_is_known_once_it_has_settled(
    boots: str, restarts: bool, ticks: int
) -> None:
    """Also if the machine restarts meanwhile, with a name for that boot or without."""
    never = replace(ONE, sends=2, settle=2, ticks=ticks, restarts=restarts, boots=boots)

    def waits_on(world: World) -> bool:
        (row,) = world.rows
        return row.state is State.UNKNOWN and sent_by(world) + never.settle <= world.tick

    def sent_by(world: World) -> int:
        last = world.rows[0].last_send
        assert last is not None
        return max(world.booted, round((last.wall - EPOCH) / TICK))

    findings = explore(never, waits_on)
    assert findings.final > 0
    assert findings.violations == 0


@cases(NAIVE, far=frozenset({"row written after the send", "no settle time"}))
def test_a_naive_client_is_caught(variant: Variant) -> None:
    assert explore(variant, doubled_or_lost, most=1).violations > 0


def test_an_entry_edited_before_it_was_read_back_waits_for_a_decision() -> None:
    assert explore(replace(ONE, web="edits"), doubled_or_lost).reviews > 0


@pytest.mark.long
def test_an_entry_deleted_before_it_was_read_back_comes_back() -> None:
    assert explore(replace(ONE, web="deletes"), doubled_or_lost, most=1).violations > 0


@cases(SEVERAL, far=frozenset({"two different rows"}))
def test_no_order_of_events_doubles_or_loses_one_of_several(variant: Variant) -> None:
    findings = explore(variant, doubled_or_lost)
    assert findings.violations == 0
    assert findings.reviews == 0


@pytest.mark.long
def test_sending_a_row_while_one_like_it_is_unresolved_is_caught() -> None:
    # Only here: a push reads back in order, in which sequences of whole pushes show no difference.
    assert explore(WITHOUT_LIKENESS, doubled_or_lost).violations > 0


@pytest.mark.long
@cases(LONG)
def test_no_order_of_events_doubles_or_loses_one_of_several_further_out(variant: Variant) -> None:
    findings = explore(variant, doubled_or_lost)
    print(findings)
    assert findings.violations == 0


RUNNING = Held(0, -6, -1, Fingerprint(EPOCH - 60, None, "old"))
SWITCH = Variant(
    rows=(
        Row(seq=0, kind="stop", local_id="old", server_id=RUNNING.id, end=EPOCH),
        Row(seq=1, kind="start", local_id="new", fp=Fingerprint(EPOCH, None, "new")),
    ),
    held=(RUNNING,),
    ticks=4,
)


def new_timer_stopped(world: World) -> bool:
    """Return whether the new timer was stopped although nobody asked for that."""
    return any(h.maker == 1 and h.fp.end is not None for h in world.held) or doubled_or_lost(world)


def test_a_stop_that_lingers_never_stops_the_next_timer() -> None:
    findings = explore(SWITCH, new_timer_stopped)
    assert findings.final > 0
    assert findings.violations == 0


@pytest.mark.long
def test_starting_while_a_stop_lingers_is_caught() -> None:
    naive = replace(SWITCH, no_start_while_stopping=False)
    assert explore(naive, new_timer_stopped).violations > 0


# ── fields that both sides change ────────────────────────────────────────────────────────────

CALLED = {"description": fields.THEIRS}
MERGED = {
    "a stop that says more": fields.Variant(
        fields.changes(fields.STOP | fields.CALL), theirs=CALLED
    ),
    "an edit, then a stop": fields.Variant(
        fields.changes(fields.CALL, fields.STOP), theirs=CALLED, ticks=4
    ),
    "an edit of two fields": fields.Variant(
        fields.changes(fields.CALL | fields.BILL), theirs=CALLED
    ),
    "an edit whose field is sent on": fields.Variant(
        fields.changes(fields.CALL | fields.BILL), theirs=CALLED, decides="retry"
    ),
    "a stop whose field is dropped": fields.Variant(
        fields.changes(fields.STOP | fields.CALL), theirs=CALLED, decides="drop"
    ),
    "another field": fields.Variant(
        fields.changes(fields.STOP | fields.CALL), theirs={"billable": True}
    ),
}
MERGED_LONG = {
    "an edit, then one of the same field and another": fields.Variant(
        fields.changes(fields.CALL, fields.CALL | fields.BILL), theirs=CALLED, ticks=4
    ),
    "an edit, then a stop that says more": fields.Variant(
        fields.changes(fields.CALL, fields.STOP | fields.CALL | fields.BILL),
        theirs=CALLED,
        ticks=6,
        decides="retry",
    ),
}


@cases(
    MERGED,
    far=frozenset({"an edit, then a stop", "an edit whose field is sent on"}),
)
def test_no_order_of_events_holds_a_stop_or_overwrites_a_field_unasked(
    variant: fields.Variant,
) -> None:
    findings = fields.explore(
        variant, lambda world: fields.stop_is_held(world) or fields.overwritten_or_lost(world)
    )
    print(findings)
    assert findings.final > 0
    assert findings.violations == 0
    assert (findings.reviews > 0) == (variant.theirs == CALLED and not variant.decides)


@pytest.mark.long
@cases(MERGED_LONG)
def test_no_order_of_events_holds_a_stop_or_overwrites_a_field_further_out(
    variant: fields.Variant,
) -> None:
    findings = fields.explore(
        variant, lambda world: fields.stop_is_held(world) or fields.overwritten_or_lost(world)
    )
    print(findings)
    assert findings.final > 0
    assert findings.violations == 0
    assert (findings.reviews > 0) == (variant.theirs == CALLED and not variant.decides)


def test_a_stop_that_waits_for_another_field_is_caught() -> None:
    naive = replace(MERGED["a stop that says more"], settles=fields.whole)
    assert fields.explore(naive, fields.stop_is_held).violations > 0


@pytest.mark.long
def test_a_stop_that_waits_for_an_earlier_edit_is_caught() -> None:
    naive = replace(MERGED["an edit, then a stop"], in_order=True)
    assert fields.explore(naive, fields.stop_is_held).violations > 0


def test_a_field_that_is_sent_over_another_is_caught() -> None:
    naive = replace(MERGED["an edit of two fields"], blind=True)
    assert fields.explore(naive, fields.overwritten_or_lost).violations > 0
