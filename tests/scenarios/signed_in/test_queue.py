"""Tests of the queue as a person sees it: signed out, not sent yet, and possible duplicates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from clockify_cli.sync.guard import sole_sender
from tests.fake_clockify.records import CustomField
from tests.scenarios.signed_in.bench import Bench

POST = {"method": "POST", "path": "/time-entries$"}


def test_after_signing_out_the_queue_shows_what_waits_and_for_whom(clockify: Bench) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    clockify.ok("logout")
    done = clockify.ok("queue")
    assert "waits" in done.out
    assert done.requests == ()
    assert "1 change waits for Ada Lovelace" in done.err
    assert "clockify login" in done.err
    (row,) = clockify.ok("queue", "--json").json
    assert row["state"] == "waiting"
    assert "@" in row["account"]


def test_what_two_accounts_wait_for_is_listed_for_each(clockify: Bench) -> None:
    clockify.ok("add", "of Ada", "7-8", "--offline")
    eve = clockify.fake.add_user("Eve")
    clockify.ok(
        "login", "--api-url", clockify.fake.url, "--with-key", "--keep-local", typed=eve.key
    )
    clockify.ok("add", "of Eve", "8-9", "--offline")
    clockify.ok("logout")
    done = clockify.ok("queue")
    assert "1 change waits for Ada Lovelace" in done.err
    assert "1 change waits for Eve" in done.err
    assert "of Ada" in done.out
    assert "of Eve" in done.out


def test_signed_out_with_nothing_waiting_the_queue_is_nobodys(clockify: Bench) -> None:
    clockify.ok("logout")
    done = clockify("queue")
    assert done.code == 4
    assert "clockify login" in done.err


def test_a_decision_wants_the_account_that_it_is_for(clockify: Bench) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    clockify.ok("logout")
    for words in (("retry", "1"), ("drop", "1")):
        done = clockify("queue", *words)
        assert done.code == 4
        assert "clockify login" in done.err


def test_what_was_refused_still_asks_for_a_decision_after_signing_out(clockify: Bench) -> None:
    clockify.fake.add_custom_field("Ticket no", required=True)
    assert clockify("add", "refused", "7-8").code == 6
    clockify.ok("logout")
    done = clockify("queue")
    assert done.code == 9
    assert "sign in" in done.err.lower()


def test_an_entry_of_a_colleague_is_not_adopted(clockify: Bench) -> None:
    clockify.fake.add_custom_field("Ticket no", required=True)
    colleague = clockify.fake.add_user("Eve")
    start = clockify.time.now() - timedelta(hours=3)
    theirs = clockify.fake.add_entry(start, start + timedelta(hours=1), "Hers", user=colleague.id)
    assert clockify("add", "refused", "7-8").code == 6
    done = clockify("queue", "adopt", "1", theirs.id)
    assert done.code == 2
    assert "somebody else's entry" in done.err
    assert "review" in clockify("queue").out


def test_whoami_status_and_doctor_tell_a_person_who_signed_out_what_waits(
    clockify: Bench,
) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    before = clockify.ok("status")
    assert "queue" not in before.err
    clockify.ok("logout")
    whoami = clockify("whoami")
    assert whoami.code == 4
    for said in (whoami.err, clockify.ok("status").err, clockify("doctor").out):
        assert "1 change" in said
        assert "clockify queue" in said
    assert clockify.ok("status", "--short").err == ""
    assert clockify.ok("status", "-q").err == ""


def test_a_row_that_merely_waits_is_not_for_deciding(clockify: Bench) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    (row,) = clockify.ok("queue", "--json").json
    for word in ("drop", "retry"):
        done = clockify("queue", word, str(row["row"]), "--offline")
        assert done.code == 2
        assert "waiting to be sent" in done.err
        assert "clockify sync" in done.err
        assert "clockify undo" in done.err
    number = clockify.ok("undo", "--list", "--json").json[0]["number"]
    assert f"clockify undo {number}" in done.err
    clockify.ok("undo", str(number), "--offline")
    assert clockify.ok("log", "all", "--offline", "--json").json == []


def test_a_row_whose_answer_got_lost_is_not_for_deciding_yet(clockify: Bench) -> None:
    clockify.fake.fault("S3", match=POST)
    clockify.ok("add", "lost", "7-8")
    (row,) = clockify.ok("queue", "--json").json
    done = clockify("queue", "drop", str(row["row"]), "--offline")
    assert done.code == 2
    assert "was sent" in done.err
    assert "clockify sync" in done.err


def doubled(clockify: Bench) -> str:
    """Send an entry twice; return the id of the late one, which the first request created."""
    clockify.fake.fault("S3", match=POST)
    clockify.ok("add", "Standup", "7-8")
    clockify.time.passes(seconds=200)
    clockify.ok("sync")
    (first,) = clockify.fake.entries()
    start = datetime.fromtimestamp(first.start, UTC)
    late = clockify.fake.add_entry(start, start + timedelta(hours=1), "Standup")
    clockify.time.passes(seconds=200)
    return late.id


def test_what_may_be_recorded_twice_stands_in_the_queue_with_the_next_step(
    clockify: Bench,
) -> None:
    late = doubled(clockify)
    told = clockify.ok("sync")
    assert f"{late} (`clockify queue`)" in " ".join(told.err.split())
    done = clockify.ok("queue")
    assert done.requests == ()
    assert "2026-11-24 07:00–08:00" in done.err
    assert f"clockify delete {late}" in done.err
    clockify.ok("delete", late)
    assert late not in clockify.ok("queue").err


def test_a_day_later_nobody_speaks_of_doubles_any_more(clockify: Bench) -> None:
    late = doubled(clockify)
    clockify.ok("sync")
    clockify.time.passes(hours=25)
    assert late not in clockify.ok("queue").err


def lost_before(clockify: Bench) -> None:
    """Add an older entry whose answer is lost."""
    clockify.fake.fault("S3", match=POST)
    clockify.ok("add", "lost", "6-7")


def test_a_change_that_was_sent_does_not_pass_for_one_that_waits(clockify: Bench) -> None:
    lost_before(clockify)
    for words in (("clients", "add", "NewC"), ("add", "after", "7-8")):
        done = clockify.ok(*words)
        assert "Saved. " not in done.err
        assert "1 other change still waits (`clockify queue`): Clockify did not answer" in done.err
    assert "1 change still waits (`clockify queue`)" in clockify.ok("log", "--refresh").err


def test_a_change_that_waits_for_an_older_one_says_so(clockify: Bench) -> None:
    lost_before(clockify)
    done = clockify.ok("delete", "last")
    assert "waiting for an older one: Clockify did not answer" in done.err
    assert "(2 waiting" in done.err


def refused(clockify: Bench) -> str:
    """Add an entry without a required field unknown here; return the row that Clockify refused."""
    clockify.fake.add_custom_field("Ticket no", required=True)
    assert clockify("add", "refused", "7-8").code == 6
    row = clockify("queue", "--json").json[-1]
    assert row["what"] == "refused, 2026-11-24 07:00–08:00"
    return str(row["row"])


def test_a_decision_says_what_was_decided_and_what_came_of_it(clockify: Bench) -> None:
    row = refused(clockify)
    again = clockify("queue", "retry", row)
    assert again.code == 6
    assert f"Clockify refused row {row} (add refused, 2026-11-24 07:00–08:00) again." in again.out
    assert "Clockify refused to add refused, 2026-11-24 07:00–08:00: " in again.err
    mended = clockify.ok("queue", "edit", row, "--field", "Ticket no=A-1")
    assert f"Sent to Clockify: row {row} (add refused, 2026-11-24 07:00–08:00)" in mended.out
    assert "07:00–08:00 · 1:00" in mended.out


def test_what_is_dropped_is_here_as_clockify_has_it(clockify: Bench) -> None:
    done = clockify.ok("queue", "drop", refused(clockify))
    assert "(add refused, 2026-11-24 07:00–08:00); the entry is deleted here too" in done.out
    assert clockify.local_copy() == []


def test_a_retry_that_cannot_be_sent_yet_says_so(clockify: Bench) -> None:
    done = clockify.ok("queue", "retry", refused(clockify), "--offline")
    assert "Waiting to be sent: row" in done.out
    assert "not sent because of --offline (1 waiting" in done.err


def test_a_retry_that_was_done_is_not_said_to_wait(clockify: Bench) -> None:
    lost_before(clockify)
    row = refused(clockify)
    (field,) = list(clockify.fake.state.all(CustomField))
    clockify.fake.state.put(replace(field, required=False))
    done = clockify.ok("queue", "retry", row)
    assert "Sent to Clockify: row" in done.out
    assert "Saved. " not in done.err
    assert "1 other change still waits" in done.err


def test_a_sync_after_a_lost_answer_says_when_it_is_looked_up(clockify: Bench) -> None:
    lost_before(clockify)
    done = clockify.ok("sync")
    assert "1 change waiting" in done.out
    assert "Clockify did not answer. `clockify sync` in 2 minutes checks" in done.out
    quiet = clockify.ok("sync", "-q")
    assert (quiet.out, quiet.err) == ("", "")
    assert "answer was lost" in " ".join(clockify.ok("sync", "--help").out.split())


def test_a_sync_that_gets_no_answer_says_so_once(clockify: Bench) -> None:
    lost_before(clockify)
    clockify.time.passes(minutes=3)
    clockify.fake.refuse()
    done = clockify("sync")
    assert done.code == 7
    assert done.err.count("can't be reached") == 1


def test_what_a_copied_timesheet_held_is_looked_up_and_a_new_change_is_sent_at_once(
    clockify: Bench,
) -> None:
    clockify.ok("add", "sent", "5-6")
    clockify.ok("add", "waits", "6-7", "--offline")
    clockify.time.passes(minutes=10)
    (clockify.home / "clockify" / "state" / "sync.json").unlink()
    done = clockify.ok("start", "now")
    assert [each.description for each in clockify.fake.running()] == ["now"]
    assert "other change still waits" in done.err
    assert "may have been sent before this timesheet was copied" in done.err
    synced = clockify.ok("sync")
    assert "before this timesheet was restored or copied" in synced.out
    clockify.time.passes(minutes=3)
    assert clockify.ok("sync").code == 0
    assert sorted(each.description for each in clockify.fake.entries()) == ["now", "sent", "waits"]


def test_a_sync_while_another_sends_says_so(clockify: Bench) -> None:
    clockify.ok("add", "waits", "6-7", "--offline")
    with sole_sender(clockify.home / "clockify" / "data" / "sync.lock") as held:
        assert held == "held"
        said = clockify("sync").out
    assert (
        "1 change waiting to be sent, another clockify process is sending, and will send this too."
        in said
    )


def test_a_name_that_was_made_to_mend_a_change_goes_with_it(clockify: Bench) -> None:
    clockify.fake.set_settings(forceTags=True)
    assert clockify("add", "Ref", "7-7:30").code == 6
    clockify.ok("queue", "edit", "1", "-g", "fresh", "--create")
    (entry,) = clockify.fake.entries()
    assert len(entry.tag_ids or ()) == 1
    assert len(clockify.ok("history", "--json").json) == 1
    clockify.ok("undo")
    assert clockify.fake.entries() == []
    assert clockify.ok("tags", "--refresh").out == ""
    clockify.ok("redo")
    assert clockify.local_copy() == clockify.server_copy()
    (entry,) = clockify.fake.entries()
    assert len(entry.tag_ids or ()) == 1


def test_a_lost_answer_that_cannot_be_looked_up_is_told_as_such(clockify: Bench) -> None:
    clockify.fake.fault("S5", POST)
    clockify.fake.fault("S12", {"method": "GET"}, times=None)
    done = clockify.ok("add", "arrived", "6-7")
    assert "Clockify did not answer; `clockify sync` checks" in done.err


def test_numbers_of_rows_and_of_changes_are_told_apart(clockify: Bench) -> None:
    # A change with two rows: from here on, row numbers are ahead of change numbers.
    clockify.ok("add", "a", "5-6", "-p", "New", "--create", "--offline")
    clockify.fake.add_custom_field("Ticket no", required=True)
    assert clockify("add", "refused", "7-8").code == 6
    rows = clockify("queue", "--json").json
    row = rows[-1]["row"]
    change = clockify.ok("undo", "--list", "--json").json[-1]["number"]
    assert row > change

    listed = clockify("queue")
    assert f"`clockify queue retry {rows[0]['row']}`" in listed.err
    assert "for `clockify undo` are different: `clockify undo --list` shows them." in listed.err

    wrong = clockify("undo", str(row))
    assert wrong.code == 3
    assert f"{row} is a row of `clockify queue`; `clockify undo {change}` undoes" in wrong.err
    assert clockify("undo", "999").code == 3

    other = clockify("queue", "drop", "999")
    assert (other.code, "`clockify queue` lists the rows." in other.err) == (3, True)


def test_a_number_of_a_change_names_its_row(clockify: Bench) -> None:
    clockify.ok("projects", "add", "Old")
    clockify.ok("add", "a", "5-6", "-p", "New", "--create")
    clockify.fake.add_custom_field("Ticket no", required=True)
    assert clockify("add", "refused", "7-8").code == 6
    (row,) = clockify("queue", "--json").json
    change = clockify.ok("undo", "--list", "--json").json[-1]["number"]
    assert row["row"] != change

    done = clockify("queue", "drop", str(change))

    assert done.code == 3
    assert f"{change} is a number of `clockify undo --list`" in done.err
    assert f"that change has row {row['row']}" in done.err


def test_a_dry_run_of_a_drop_says_what_it_would_do_and_does_nothing(clockify: Bench) -> None:
    clockify.fake.add_custom_field("Ticket no", required=True)
    assert clockify("add", "refused", "7-8").code == 6
    before = (clockify("queue", "--json").json, clockify.ok("log", "--json").json)
    number = str(before[0][0]["row"])

    looked = clockify.ok("queue", "drop", number, "-n")

    assert "ould" in looked.out + looked.err
    assert f"drop row {number} (add refused" in looked.out + looked.err
    assert looked.requests == ()
    assert (clockify("queue", "--json").json, clockify.ok("log", "--json").json) == before

    clockify.ok("queue", "drop", number)
    assert clockify.ok("queue", "--json").json == []
