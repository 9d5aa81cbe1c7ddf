"""Tests of `bill new --mark`: whatever happens, each entry ends up marked once in Clockify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Entry, Member, ProjectMember, Rate, Workspace
from tests.faults.catalogue import FORMS, Form
from tests.faults.waiting import until
from tests.scenarios.signed_in.bench import Bench, Preparations, bench

DAY = "2026-11-2"
MARK = {"method": "PATCH", "path": "/time-entries/invoiced$"}
SETTLED = 130
"""Seconds after which a request whose answer was lost can no longer take effect."""


def _work(fake: FakeClockify, count: int = 2) -> None:
    """Add this many hours for Acme, all billable, at 95 an hour."""
    client = fake.add_client("Acme")
    site = fake.add_project("Site", client_id=client.id, billable=True, hourly_rate=Rate(9500))
    for number in range(count):
        _hour(fake, site.id, number)


def _hour(fake: FakeClockify, project: str, number: int) -> None:
    fake.add_entry(
        f"{DAY}3T{8 + number:02}:00:00Z",
        f"{DAY}3T{9 + number:02}:00:00Z",
        f"Hour {number}",
        project_id=project,
        billable=True,
    )


def _signed_in(clockify: Bench) -> None:
    clockify.login()
    clockify.ok("log", "all")


@pytest.fixture
def paid(tmp_path: Path, preparations: Preparations) -> Iterator[Bench]:
    """Signed in to a paid Clockify with two hours to bill; the copy is fresh."""
    with bench(tmp_path) as found:
        _work(found.fake)
        preparations.take(found, _signed_in)
        yield found


@pytest.fixture
def unpaid(tmp_path: Path, preparations: Preparations) -> Iterator[Bench]:
    with bench(tmp_path, plan="FREE") as found:
        _work(found.fake)
        preparations.take(found, _signed_in)
        yield found


def bill(clockify: Bench, ref: str = "41", *args: str) -> Any:
    return clockify("bill", "new", "-c", "Acme", "--ref", ref, *args)


def invoiced(clockify: Bench) -> list[str]:
    """Return the entries that Clockify has marked."""
    return sorted(each.description for each in clockify.fake.entries() if each.invoiced)


def marked(clockify: Bench, ref: str = "41") -> str:
    found: str = clockify.ok("bill", "show", ref, "--json").json.get("marked", "")
    return found


def marks(clockify: Bench) -> list[tuple[str, bool]]:
    """Return each change of what is invoiced that Clockify made, in order."""
    changed = [(each.before, each.after) for each in clockify.fake.committed("entry")]
    pairs = [(one, other) for one, other in changed if isinstance(one, Entry)]
    return [
        (other.description, other.invoiced)
        for one, other in pairs
        if isinstance(other, Entry) and one.invoiced != other.invoiced
    ]


BOTH = ["Hour 0", "Hour 1"]


# ── told ─────────────────────────────────────────────────────────────────────────────────────


def test_a_bill_marks_its_entries_with_one_request_after_one_look(paid: Bench) -> None:
    done = bill(paid, "41", "--mark", "--json")
    assert (done.code, done.sent) == (0, ["POST detailed", "PATCH invoiced"])
    assert done.json["marked"] == "yes"
    assert "the entries of bill 41 in Clockify as invoiced" in done.err
    assert invoiced(paid) == BOTH
    assert paid.ok("queue", "--json").json == []
    again = bill(paid, "41", "--mark", "--json")
    assert (again.code, again.sent, again.json["marked"]) == (0, [], "yes")


def test_without_the_option_nothing_is_told(paid: Bench) -> None:
    assert bill(paid).sent == ["POST detailed"]
    assert (invoiced(paid), marked(paid)) == ([], "")


def test_a_person_sees_a_bill_marked_and_voided(paid: Bench) -> None:
    paid.screen = True
    done = bill(paid, "41", "--mark", "--yes")
    assert (done.code, invoiced(paid)) == (0, BOTH)
    assert "Marked the entries of bill 41 in Clockify as invoiced." in done.err
    assert paid.ok("bill", "void", "41", "--yes").out == (
        "Bill 41 is void; its entries can be billed again.\n"
    )
    assert invoiced(paid) == []


@pytest.mark.parametrize(
    ("fault", "said"), [("S3", "Clockify can't be reached"), ("S11", "request limit is reached")]
)
def test_why_a_mark_waits_is_said_once(paid: Bench, fault: str, said: str) -> None:
    paid.time.passes(minutes=6)
    paid.fake.fault(fault, times=None)
    done = bill(paid, "41", "--mark", "--yes")
    assert done.code == 0
    assert done.err.lower().count(said.lower()) == 1
    assert "(1 waiting, `clockify queue`)" in done.err


def test_a_bill_that_is_there_can_be_marked_later(paid: Bench) -> None:
    bill(paid)
    done = bill(paid, "41", "--mark")
    assert (done.code, done.sent, invoiced(paid)) == (0, ["PATCH invoiced"], BOTH)
    paid.ok("undo")
    assert (invoiced(paid), marked(paid)) == ([], "")
    assert [one["ref"] for one in paid.ok("bill", "list", "--json").json] == ["41"]


def test_a_preview_marks_nothing(paid: Bench) -> None:
    bill(paid, "41", "--mark", "-n")
    assert invoiced(paid) == []


def test_marking_wants_an_account(paid: Bench) -> None:
    done = bill(paid, "41", "--mark", "-w", "local", "--json")
    assert (done.code, done.error["code"]) == (4, "not-signed-in")


def test_an_entry_that_still_waits_is_marked_once_clockify_has_it(paid: Bench) -> None:
    paid.ok("add", "Late", "yesterday", "14-15", "-p", "Site", "-b", "--offline")
    bill(paid, "41", "--mark", "--offline")
    assert (invoiced(paid), marked(paid)) == ([], "waiting")
    done = paid.ok("sync")
    sent = [word for word in done.sent if not word.startswith("GET")]
    assert sent == ["POST time-entries", "PATCH invoiced"]
    assert (invoiced(paid), marked(paid)) == ([*BOTH, "Late"], "yes")


def test_what_is_deleted_before_it_is_marked_is_left_out(paid: Bench) -> None:
    bill(paid, "41", "--mark", "--offline")
    (first, _) = paid.ok("log", "all", "--json").json
    paid.ok("delete", first["localId"], "--yes", "--offline")
    paid.ok("sync")
    assert (invoiced(paid), marked(paid)) == (["Hour 1"], "yes")


# ── taken back ───────────────────────────────────────────────────────────────────────────────


def test_voiding_unmarks_and_undo_marks_again(paid: Bench) -> None:
    bill(paid, "41", "--mark")
    done = paid.ok("bill", "void", "41")
    assert (done.sent, invoiced(paid), marked(paid)) == (["PATCH invoiced"], [], "")
    assert "not invoiced" in done.err
    paid.ok("undo")
    assert (invoiced(paid), marked(paid)) == (BOTH, "yes")
    paid.ok("undo")
    assert invoiced(paid) == []
    assert paid.ok("bill", "list", "--json").json == []
    paid.ok("redo")
    assert (invoiced(paid), marked(paid)) == (BOTH, "yes")


def test_what_was_never_sent_need_not_be_taken_back(paid: Bench) -> None:
    bill(paid, "41", "--mark", "--offline")
    paid.ok("bill", "void", "41", "--offline")
    assert paid.ok("queue", "--json").json == []
    bill(paid, "42", "--mark", "--offline")
    paid.ok("undo", "--offline")
    assert paid.ok("queue", "--json").json == []
    assert paid.ok("sync").sent.count("PATCH invoiced") == 0


def test_marking_and_unmarking_go_out_in_order_across_bills(paid: Bench) -> None:
    bill(paid, "41", "--mark")
    paid.fake.fault("S3", MARK)
    paid.ok("bill", "void", "41")
    assert bill(paid, "42", "--mark").code == 0
    assert marked(paid, "42") == "waiting"
    paid.time.passes(seconds=SETTLED)
    paid.ok("sync")
    assert (invoiced(paid), marked(paid, "42")) == (BOTH, "yes")
    assert [was for _, was in marks(paid)] == [True, True, False, False, True, True]


def test_a_correction_of_a_marked_bill_marks_what_is_new_and_unmarks_the_rest(paid: Bench) -> None:
    bill(paid, "41", "--mark")
    first = paid.ok("log", "all", "--json").json[0]
    paid.ok("edit", first["localId"], "-B")
    paid.ok("add", "Late", "yesterday", "14-15", "-p", "Site", "-b")
    done = paid.ok("bill", "new", "--correct", "41", "--ref", "41-K", "--json")
    assert done.sent.count("PATCH invoiced") == 2
    assert invoiced(paid) == ["Hour 1", "Late"]
    paid.ok("bill", "void", "41-K")
    assert invoiced(paid) == BOTH


@pytest.mark.parametrize("offline", [(), ("--offline",)], ids=["sent", "not sent"])
@pytest.mark.parametrize("act", ["delete", "join"])
def test_what_comes_back_under_a_new_id_is_marked_there_again(
    paid: Bench, act: str, offline: tuple[str, ...]
) -> None:
    bill(paid, "41", "--mark")
    first, second = (entry["localId"] for entry in paid.ok("log", "all", "--json").json)
    ids = {each.description: each.id for each in paid.fake.entries()}
    words = {"delete": ("delete", second), "join": ("join", first, second)}[act]
    paid.ok(*words, "--yes", *offline)
    assert paid("bill", "check", "41").code == 9
    paid.ok("undo", *offline)
    paid.ok("sync")
    assert (invoiced(paid), marked(paid)) == (BOTH, "yes")
    now = {each.description: each.id for each in paid.fake.entries()}
    assert (now["Hour 1"] == ids["Hour 1"]) is bool(offline)
    assert (now["Hour 0"], now.keys()) == (ids["Hour 0"], ids.keys())
    # Everything that refers to our own id follows.
    assert paid.ok("bill", "check", "41").code == 0
    verbs = [one["verb"] for one in paid.ok("history", second, "--json").json]
    assert [verb for verb in verbs if verb != "bill"] == [act, "undo"]
    paid.ok("redo")
    assert paid("bill", "check", "41").code == 9
    paid.ok("undo")
    assert (invoiced(paid), paid.ok("queue", "--json").json) == (BOTH, [])
    paid.ok("bill", "void", "41")
    assert invoiced(paid) == []


# ── refused ──────────────────────────────────────────────────────────────────────────────────


def test_a_free_plan_refuses_and_the_bill_stays(
    unpaid: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = bill(unpaid, "41", "--mark", "--json", "-o", "41.json")
    error = json.loads(done.err.splitlines()[-1])["error"]
    assert (done.code, error["code"]) == (6, "not-marked")
    assert "Access Denied" in error["message"]
    assert "The bill is made" in error["hint"]
    assert done.sent == ["PATCH invoiced"]
    assert (tmp_path / "41.json").is_file()
    assert marked(unpaid) == "refused"
    (row,) = unpaid("queue", "--json").json
    assert (row["verb"], row["what"]) == ("mark", "bill 41: 2 entries as invoiced")
    assert bill(unpaid, "41", "--mark").code == 6
    unpaid.ok("queue", "drop", str(row["row"]))
    assert (marked(unpaid), unpaid.ok("queue", "--json").json) == ("", [])
    assert unpaid.ok("bill", "void", "41").sent == []


def test_a_refusal_holds_up_no_other_bill_and_voiding_ends_it(unpaid: Bench) -> None:
    assert bill(unpaid, "41", "--mark").code == 6
    unpaid.ok("add", "Late", "yesterday", "14-15", "-p", "Site", "-b")
    assert bill(unpaid, "42", "--mark").code == 6
    for ref in ("41", "42"):
        assert unpaid.ok("bill", "void", ref).sent == []
    assert unpaid.ok("queue", "--json").json == []
    assert unpaid.fake.committed("entry") != []


def test_once_the_plan_is_paid_the_same_command_marks(unpaid: Bench) -> None:
    assert bill(unpaid, "41", "--mark").code == 6
    found = unpaid.fake.get(Workspace, unpaid.fake.workspace_id)
    unpaid.fake.change(found, plan="PRO")
    assert bill(unpaid, "41", "--mark").code == 0
    assert (invoiced(unpaid), marked(unpaid)) == (BOTH, "yes")


def test_an_entry_that_is_gone_at_clockify_refuses_until_the_copy_knows(paid: Bench) -> None:
    bill(paid)
    paid.fake.delete(paid.fake.entries()[0])
    done = bill(paid, "41", "--mark")
    assert (done.code, marked(paid)) == (6, "refused")
    assert invoiced(paid) == []
    paid.ok("log", "all", "--refresh")
    assert bill(paid, "41", "--mark").code == 0
    assert (invoiced(paid), marked(paid)) == (["Hour 0"], "yes")


# ── faults ───────────────────────────────────────────────────────────────────────────────────

QUICK = {"S1", "S5", "S11-99999999", "S13-502", "S14-4017", "S16-label", "S20-other-307"}
NOT_MET = ("S21", "S23", "S24", "S27", "S2")
"""Faults of the handshake, of reading, and of an answer's content, which is empty here."""


def _forms() -> Iterator[object]:
    for form in FORMS:
        # Clockify's answer is empty, so this fault cannot be seen.
        if form.name in NOT_MET or str(form) == "S17-empty-before":
            continue
        marks_ = () if str(form) in QUICK else (pytest.mark.long,)
        yield pytest.param(form, marks=marks_, id=str(form))


@pytest.mark.parametrize("form", list(_forms()))
def test_marked_once_or_again_to_the_same_effect_whatever_the_server_does(
    paid: Bench, form: Form
) -> None:
    if form.silent:
        paid.ok("config", "set", "sync.deadline", "1s")
    # Whatever the text of a 403, it concerns this request only.
    refused = form.name == "S15"
    args = {key: value for key, value in form.args.items() if key != "after"}
    if form.cuts_off:
        paid.fake.refuse()
    done = bill(paid, "41", "--mark") if form.cuts_off else None
    if done is None:
        fault = paid.fake.fault(form.name, MARK, **args)
        done = bill(paid, "41", "--mark")
        if "after" in form.args:
            paid.time.passes(seconds=120 * form.args["after"])
            fault.release()
            until(lambda: all(request.over for request in paid.fake.requests))
    else:
        paid.fake.accept_again()
    assert done.code == (6 if refused else 0)
    assert paid.ok("bill", "list", "--json").json[0]["ref"] == "41"
    if invoiced(paid) != BOTH or marked(paid) != "yes":
        assert marked(paid) == ("refused" if refused else "waiting")
        assert refused or "waiting" in done.err
    paid.fake.clear_faults()
    _settle(paid)
    assert (invoiced(paid), marked(paid)) == (BOTH, "yes")
    assert sorted(marks(paid)) == [(name, True) for name in BOTH]
    paid.ok("bill", "void", "41")
    _settle(paid)
    assert (invoiced(paid), marked(paid)) == ([], "")
    assert not paid.fake.elsewhere


def _settle(clockify: Bench) -> None:
    """Sync until nothing waits, sending refused changes again."""
    for _ in range(6):
        done = clockify("sync")
        rows = clockify("queue", "--json").json
        if not rows:
            return
        for row in rows:
            if row["state"] == "review":
                clockify("queue", "retry", str(row["row"]))
        clockify.time.passes(seconds=3700 if done.code == 8 else SETTLED)
    raise AssertionError(json.dumps(rows))


# ── the look before ──────────────────────────────────────────────────────────────────────────


def test_what_is_invoiced_in_clockify_is_left_out(paid: Bench) -> None:
    paid.fake.change(paid.fake.entries()[0], invoiced=True)
    done = bill(paid, "41", "--json")
    assert [line["seconds"] for line in done.json["lines"]] == [3600]
    assert "left out: 1 entry (1:00), invoiced in Clockify" in done.err
    nothing = bill(paid, "42", "--json")
    assert (nothing.code, nothing.error["code"]) == (2, "nothing-to-bill")
    assert paid.ok("bill", "check", "41").sent == ["POST detailed"]
    assert paid("bill", "check", "41", "--offline").code == 9


def test_a_free_plan_is_not_asked_what_is_invoiced(unpaid: Bench) -> None:
    assert bill(unpaid).sent == []


def test_what_this_computer_has_marked_is_no_reason_to_leave_it_out_of_a_correction(
    paid: Bench,
) -> None:
    bill(paid, "41", "--mark")
    first = paid.ok("log", "all", "--json").json[0]
    paid.ok("edit", first["localId"], "--for", "30m")
    done = paid.ok("bill", "new", "--correct", "41", "--ref", "41-K", "--json")
    assert done.json["total"] == "-47.50"
    assert done.json["corrects"] == "41"


def test_what_is_still_to_be_unmarked_can_be_billed(paid: Bench) -> None:
    bill(paid, "41", "--mark")
    paid.ok("bill", "void", "41", "--offline")
    paid.fake.fault("S12", MARK)
    done = bill(paid, "42", "--json")
    assert (done.code, len(done.json["lines"])) == (0, 1)
    assert done.json["lines"][0]["quantity"] == "2.00"


def test_a_bill_is_made_where_clockify_does_not_tell_what_is_invoiced(paid: Bench) -> None:
    paid.fake.fault("S12", {"method": "POST", "path": "/detailed$"})
    done = bill(paid, "41", "--json")
    assert done.code == 0
    assert "may be billed again" in done.err


def test_the_report_is_read_to_its_end(tmp_path: Path) -> None:
    with bench(tmp_path) as clockify:
        client = clockify.fake.add_client("Acme")
        site = clockify.fake.add_project("Site", client_id=client.id, hourly_rate=Rate(9500))
        for number in range(1002):
            start = 1_764_000_000 + 60 * number
            clockify.fake.add_entry(
                start, start + 60, project_id=site.id, billable=True, invoiced=number != 0
            )
        clockify.login()
        done = bill(clockify, "41", "--json")
        assert done.sent.count("POST detailed") == 2
        assert done.json["lines"][0]["seconds"] == 60


def test_the_queue_says_what_a_refused_mark_is_about(unpaid: Bench) -> None:
    bill(unpaid, "41", "--mark")
    (row,) = unpaid("queue", "--json").json
    assert (row["here"], row["clockify"]) == (None, None)
    assert [one["name"] for one in row["decisions"]] == ["retry", "drop"]
    shown = unpaid("queue", "--format", "table").out
    assert "bill 41: 2 entries as invoiced" in shown
    assert "deleted" not in shown
    assert "never recorded" not in shown


# ── rates ────────────────────────────────────────────────────────────────────────────────────

LEVELS = ("configuration", "workspace", "member", "project", "member of the project", "task")


@pytest.mark.parametrize("level", range(len(LEVELS)), ids=LEVELS)
def test_the_closest_rate_that_is_set_is_the_price(tmp_path: Path, level: int) -> None:
    cents = 5000 + 1000 * level
    with bench(tmp_path) as clockify:
        fake = clockify.fake
        rates = [Rate(6000 + 1000 * n) if n < level else None for n in range(5)]
        workspace, member, own, in_project, task = rates
        fake.change(fake.get(Workspace, fake.workspace_id), hourly_rate=workspace)
        fake.change(fake.get(Member, f"{fake.workspace_id}:{fake.user_id}"), hourly_rate=member)
        client = fake.add_client("Acme")
        members = (ProjectMember(fake.user_id, in_project),)
        site = fake.add_project("Site", client_id=client.id, hourly_rate=own, members=members)
        fake.add_task("Draft", site.id, hourly_rate=task)
        clockify.login()
        clockify.ok("config", "set", "rate", "50USD")
        clockify.ok("tasks", "list", "-p", "Site")
        # What Clockify has not seen has no rate of its own.
        clockify.ok(
            "add", "Late", "yesterday", "9-10", "-p", "Site", "-k", "Draft", "-b", "--offline"
        )
        (line,) = bill(clockify, "41", "--offline", "--json").json["lines"]
        assert (line["unitPrice"], line["currency"]) == (f"{cents // 100}.00", "USD")
        # Nor does a billed price change if Clockify sets a rate or changes its rates later.
        fake.change(site, hourly_rate=Rate(12345))
        clockify.ok("sync")
        assert bill(clockify, "41", "--json").json["lines"] == [line]


def test_a_mark_that_waited_in_a_backup_is_made_once_that_is_put_back(
    paid: Bench, tmp_path: Path
) -> None:
    kept = str(tmp_path / "kept.db")
    bill(paid, "41", "--mark", "--offline")
    paid.ok("backup", kept)
    paid.ok("sync")
    assert invoiced(paid) == BOTH
    paid.ok("bill", "void", "41")
    paid.ok("restore", kept, "--yes")
    assert marked(paid) == "waiting"
    paid("sync")
    paid.time.passes(seconds=SETTLED)
    paid.ok("sync")
    assert (invoiced(paid), marked(paid)) == (BOTH, "yes")
