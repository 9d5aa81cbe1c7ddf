"""Tests of each line in the table of states, and of what a person may decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from clockify_cli.sync.model.engine import BACKOFF, RETRY_REQUESTED, questions, step
from clockify_cli.sync.model.remote import (
    Applied,
    Limited,
    NotSent,
    Outcome,
    Paused,
    Rejected,
    RemoteEntry,
    RemoteItem,
    Unknown,
)
from clockify_cli.sync.model.row import (
    AlsoThere,
    Answered,
    Began,
    CloseWindow,
    Decided,
    Effect,
    EntryRead,
    Event,
    Fingerprint,
    GoOffline,
    Instant,
    Listed,
    Listing,
    NameKey,
    NameRead,
    Occupied,
    OwnerDied,
    PauseAccount,
    ReadBack,
    ReadEntry,
    ReadName,
    Row,
    State,
    elapsed,
)
from clockify_cli.sync.outbox import may_send, next_row

T0 = 1_764_000_000
FP = Fingerprint(T0, T0 + 60, "write")
ADD = Row(seq=1, kind="add", local_id="a", fp=FP)
STOP = Row(seq=1, kind="stop", local_id="a", server_id="x" * 24, end=T0 + 60)
START = Row(
    seq=1, kind="start", local_id="a", fp=Fingerprint(T0, None, "write"), end=T0, timeline=True
)
TAG = Row(seq=1, kind="create", local_id="t", entity="tag", fp=NameKey("tag", "deep"))


def instant(after: float = 0.0, boot_id: str = "boot") -> Instant:
    return Instant(T0 + after, T0 + after, 1000.0 + after, boot_id)


def held(number: int = 1, made: float = 1.0, **more: Any) -> RemoteEntry:
    entry = RemoteEntry(
        id=f"{int(T0 + made):08x}{number:016x}",
        user_id="u",
        workspace_id="w",
        start=datetime.fromtimestamp(T0, UTC),
        end=datetime.fromtimestamp(T0 + 60, UTC),
        description="write",
    )
    return replace(entry, **more)


def sending(row: Row) -> Row:
    method = {"stop": "patch", "edit": "put", "delete": "delete"}.get(row.kind, "post")
    ((began,), _) = step((row,), Began(row.seq, method, instant()))  # type: ignore[arg-type]
    return began


def after(row: Row, event: Event) -> tuple[Row, tuple[Effect, ...]]:
    (changed,), effects = step((row,), event)
    return changed, effects


def lost(row: Row) -> Row:
    return after(sending(row), Answered(1, Unknown("reset"), instant()))[0]


OUTCOMES: dict[str, tuple[Outcome, State, tuple[Effect, ...]]] = {
    "done": (Applied(entry=held()), State.APPLIED, ()),
    "surely not sent": (NotSent("refused"), State.PENDING, (GoOffline("refused"),)),
    "refused": (Rejected(400, 501, "no"), State.REJECTED, ()),
    "key refused": (Paused(401, "key"), State.PENDING, (PauseAccount("key", 401),)),
    "too many": (Limited(60), State.PENDING, (CloseWindow(60),)),
    "anything else": (Unknown("reset"), State.UNKNOWN, ()),
}


@pytest.mark.parametrize(("outcome", "state", "effects"), OUTCOMES.values(), ids=list(OUTCOMES))
def test_an_outcome_has_one_verdict(
    outcome: Outcome, state: State, effects: tuple[Effect, ...]
) -> None:
    row, found = after(sending(ADD), Answered(1, outcome, instant()))
    assert (row.state, found) == (state, effects)


def test_what_surely_was_not_sent_counts_as_never_sent() -> None:
    row, _ = after(sending(ADD), Answered(1, NotSent("refused"), instant()))
    assert (row.attempts, row.first_send, row.last_send) == (0, None, None)
    assert row.not_before == T0 + BACKOFF


def test_a_second_attempt_that_was_not_sent_keeps_the_first() -> None:
    again = sending(replace(lost(ADD), state=State.PENDING))
    assert again.attempts == 2
    row, _ = after(again, Answered(1, NotSent("refused"), instant(300)))
    assert row.attempts == 1
    assert row.first_send == instant()


def test_only_a_row_under_way_can_be_answered() -> None:
    with pytest.raises(ValueError, match="nothing was sent"):
        step((ADD,), Answered(1, Unknown("reset"), instant()))


def test_a_row_whose_sender_died_is_unknown_and_others_stay() -> None:
    rows = (sending(ADD), replace(ADD, seq=2))
    assert [r.state for r in step(rows, OwnerDied())[0]] == [State.UNKNOWN, State.PENDING]


def test_of_two_that_fit_the_nearest_is_taken_and_the_other_reported() -> None:
    listing = Listing((held(2, 90), held(1, 1)), True, instant(200))
    row, effects = after(lost(ADD), Listed(1, listing))
    assert (row.state, row.server_id) == (State.APPLIED, held(1, 1).id)
    assert effects == (AlsoThere(1, (held(2, 90).id,)),)


NOT_OURS: dict[str, tuple[RemoteEntry, frozenset[str]]] = {
    "claimed by another row": (held(), frozenset({held().id})),
    "made long before": (held(made=-60), frozenset()),
}


@pytest.mark.parametrize(("entry", "claimed"), NOT_OURS.values(), ids=list(NOT_OURS))
def test_what_cannot_be_ours_is_not_taken(entry: RemoteEntry, claimed: frozenset[str]) -> None:
    row, _ = after(lost(ADD), Listed(1, Listing((entry,), True, instant(200)), claimed))
    assert row.state is State.PENDING


def test_what_was_seen_before_is_not_taken() -> None:
    (began,), _ = step((ADD,), Began(1, "post", instant(), frozenset({held().id})))
    row, _ = after(began, Answered(1, Unknown("reset"), instant()))
    assert after(row, Listed(1, Listing((held(),), True, instant(200))))[0].state is State.PENDING


def test_an_id_that_tells_no_time_is_taken_by_its_content() -> None:
    entry = held(id="f" * 24)
    row, _ = after(lost(ADD), Listed(1, Listing((entry,), True, instant(5))))
    assert row.server_id == "f" * 24


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "edited"},
        {"start": datetime.fromtimestamp(T0 - 600, UTC), "description": "edited"},
        {
            "start": datetime.fromtimestamp(T0 - 600, UTC),
            "end": datetime.fromtimestamp(T0, UTC),
        },
    ],
    ids=["same start", "same end", "same words"],
)
def test_an_unexplained_new_entry_nearby_is_for_the_person(changed: dict[str, Any]) -> None:
    listing = Listing((held(**changed),), True, instant(200))
    assert after(lost(ADD), Listed(1, listing))[0].state is State.REVIEW


def test_before_the_settle_time_and_from_half_a_list_nothing_is_concluded() -> None:
    row = lost(ADD)
    assert after(row, Listed(1, Listing((), True, instant(119))))[0] == row
    assert after(row, Listed(1, Listing((), False, instant(500))))[0] == row
    assert after(row, Listed(1, Listing((), True, instant(120))))[0].state is State.PENDING


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (held(), State.APPLIED),
        (held(end=None), State.PENDING),
        (None, State.PENDING),
    ],
    ids=["it acted", "still running", "gone"],
)
def test_a_stop_of_a_known_timer_is_judged_by_that_timer(
    entry: RemoteEntry | None, state: State
) -> None:
    assert after(lost(STOP), EntryRead(1, entry, instant(200)))[0].state is state


def test_a_stop_refused_because_nothing_ran_is_looked_into() -> None:
    row, _ = after(sending(STOP), Answered(1, Rejected(404, 404, "none"), instant()))
    assert row.state is State.PENDING


def test_the_stop_before_a_start_counts_as_no_attempt_and_404_as_done() -> None:
    (began,), _ = step((START,), Began(1, "patch", instant()))
    assert began.attempts == 0
    row, _ = after(began, Answered(1, Rejected(404, 404, "nothing runs"), instant()))
    assert (row.state, row.cleared) == (State.PENDING, True)


def test_the_stop_before_a_start_holds_it_until_it_can_linger_no_more() -> None:
    (began,), _ = step((START,), Began(1, "patch", instant()))
    row, _ = after(began, Answered(1, Unknown("reset"), instant()))
    assert after(row, Listed(1, Listing((), True, instant(60))))[0].state is State.UNKNOWN
    done, _ = after(row, Listed(1, Listing((), True, instant(121))))
    assert (done.state, done.cleared) == (State.PENDING, True)
    runs = Listing((held(end=None, description="other"),), True, instant(121))
    assert not after(row, Listed(1, runs))[0].cleared


def test_a_name_is_found_by_its_exact_spelling() -> None:
    row = lost(TAG)
    other = NameRead(1, RemoteItem(kind="tag", id="t" * 24, name="Deep"), instant(5))
    assert after(row, other)[0].state is State.UNKNOWN
    same = NameRead(1, RemoteItem(kind="tag", id="t" * 24, name="deep"), instant(5))
    assert after(row, same)[0].server_id == "t" * 24


def test_a_refused_name_that_is_there_is_taken() -> None:
    row, _ = after(sending(TAG), Answered(1, Rejected(400, 501, "already exists"), instant()))
    assert after(row, NameRead(1, None, instant(500)))[0].state is State.REJECTED
    found = NameRead(1, RemoteItem(kind="tag", id="t" * 24, name="deep"), instant(5))
    assert after(row, found)[0].state is State.APPLIED


def test_each_unknown_row_is_asked_about_in_its_own_way() -> None:
    rows = (
        lost(ADD),
        replace(lost(STOP), seq=2),
        replace(lost(TAG), seq=3),
        replace(ADD, seq=4),
    )
    kinds = [type(question) for question in questions(rows)]
    assert kinds == [ReadBack, ReadEntry, ReadName]


@pytest.mark.parametrize(
    ("decision", "state"),
    [("retry", State.PENDING), ("drop", State.DROPPED), ("adopt", State.APPLIED)],
)
def test_a_person_decides_on_a_stuck_row(decision: str, state: State) -> None:
    stuck = replace(ADD, state=State.REVIEW)
    row, _ = after(stuck, Decided(1, decision, "x" * 24))  # type: ignore[arg-type]
    assert row.state is state
    assert (row.verdict == RETRY_REQUESTED) is (decision == "retry")


@pytest.mark.parametrize(
    "event",
    [
        Answered(1, NotSent("no network"), instant()),
        Answered(1, Paused(401, "the key was refused"), instant()),
        Answered(1, Limited(60), instant()),
        Occupied(1, "perhaps something runs"),
    ],
)
def test_a_persons_word_holds_while_nothing_of_the_start_was_sent(event: Event) -> None:
    row, _ = after(sending(replace(START, verdict=RETRY_REQUESTED)), event)
    assert (row.state, row.attempts, row.verdict) == (State.PENDING, 0, RETRY_REQUESTED)


@pytest.mark.parametrize("outcome", [Applied(), Rejected(404, 404, "nothing ran")])
def test_a_persons_word_holds_once_what_ran_is_ended(outcome: Outcome) -> None:
    said = replace(START, verdict=RETRY_REQUESTED)
    clearing, _ = after(said, Began(1, "patch", instant()))
    row, _ = after(clearing, Answered(1, outcome, instant()))
    assert (row.state, row.cleared, row.verdict) == (State.PENDING, True, RETRY_REQUESTED)


def test_there_is_nothing_to_decide_on_a_row_that_is_not_stuck() -> None:
    with pytest.raises(ValueError, match="nothing to decide"):
        step((ADD,), Decided(1, "drop"))


def test_a_start_refused_because_something_runs_goes_out_again() -> None:
    row, _ = after(sending(START), Occupied(1, "something runs"))
    assert (row.state, row.attempts) == (State.PENDING, 0)


# ── order ────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_one_entry_go_in_order_and_another_passes() -> None:
    rows = (
        lost(ADD),
        Row(seq=2, kind="edit", local_id="a", server_id="x" * 24),
        Row(seq=3, kind="add", local_id="b", fp=replace(FP, start=T0 + 3600)),
    )
    row = next_row(rows, instant())
    assert row is not None
    assert row.seq == 3


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_a_row_that_is_asked_for_again_waits_for_a_later_change_that_is_under_way(
    state: State,
) -> None:
    again = Row(seq=1, kind="edit", local_id="a", server_id="x" * 24, wanted=(("billable", True),))
    later = Row(seq=2, kind="stop", local_id="a", server_id="x" * 24, end=T0, state=state)
    assert next_row((again, later), instant()) is None
    row = next_row((again, replace(later, state=State.APPLIED)), instant())
    assert row is not None
    assert row.seq == 1


def test_a_stuck_start_does_not_hold_the_timer_that_comes_after_it() -> None:
    rows = (
        replace(START, state=State.REJECTED),
        Row(seq=2, kind="stop", local_id="a", end=T0 + 60, timeline=True),
        replace(START, seq=3, local_id="b", fp=Fingerprint(T0 + 60, None, "next")),
    )
    row = next_row(rows, instant())
    assert row is not None
    assert row.seq == 3


def test_a_row_waits_for_its_names_its_time_and_its_entry() -> None:
    for held_back in (
        replace(ADD, needs=frozenset({("project", "p")})),
        replace(ADD, not_before=T0 + 10.0),
        Row(seq=1, kind="edit", local_id="a", server_id=None),
    ):
        assert not may_send((held_back,), held_back, instant())
    waiting = replace(ADD, not_before=T0 + 10.0)
    assert may_send((waiting,), waiting, instant(), eager=True)


@pytest.mark.parametrize("project", [None, "p" * 24])
def test_rows_that_could_be_taken_for_each_other_are_not_under_way_together(
    project: str | None,
) -> None:
    other = replace(ADD, seq=2, local_id="b", fp=replace(FP, project=project))
    assert not may_send((lost(ADD), other), other, instant())


# ── clocks ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (Instant(0, T0 - 3600, 1060.0, "boot"), 60.0),
        (Instant(0, T0 + 86_400, 1060.0, "boot"), 60.0),
        (Instant(0, T0 + 90, 300.0, "other"), 90.0),
        (Instant(0, T0 - 90, 300.0, "other"), 0.0),
        (Instant(0, T0 + 86_400, 5.0, "other"), 5.0),
    ],
    ids=[
        "set back",
        "set forward",
        "another boot",
        "another boot, set back",
        "another boot, set forward",
    ],
)
def test_the_time_since_a_request_is_never_taken_for_longer(now: Instant, seconds: float) -> None:
    assert elapsed(instant(), now) == seconds


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (Instant(0, T0 - 3600, 1060.0, ""), 60.0),
        (Instant(0, T0 + 86_400, 1060.0, ""), 60.0),
        (Instant(0, T0 + 90, 300.0, ""), 90.0),
        (Instant(0, T0 - 90, 300.0, ""), 0.0),
        (Instant(0, T0 + 86_400, 5.0, ""), 5.0),
    ],
    ids=[
        "set back",
        "set forward",
        "another boot",
        "another boot, set back",
        "another boot, set forward",
    ],
)
def test_without_boot_ids_a_lower_count_of_seconds_tells_another_boot(
    now: Instant, seconds: float
) -> None:
    assert elapsed(instant(boot_id=""), now) == seconds


def test_a_system_that_has_boot_ids_by_now_is_in_another_boot() -> None:
    assert elapsed(instant(boot_id=""), Instant(0, T0 + 90, 1060.0, "boot")) == 90.0
