"""Tests that the workspace's required fields are checked before anything is acknowledged."""

from __future__ import annotations

import pytest

from tests.scenarios.rules.conftest import SignedIn, at_terminal
from tests.scenarios.signed_in.bench import Bench


def history(clockify: Bench) -> int:
    return len(clockify.ok("history", "--json").json)


@pytest.mark.parametrize(
    ("setting", "options", "complete"),
    [
        ("forceProjects", "-p NAME", ("-p", "Website")),
        ("forceTasks", "-p NAME and -k NAME", ("-p", "Website", "-k", "Draft")),
        ("forceTags", "-g NAME", ("-g", "deep")),
        ("forceDescription", "-d TEXT", ("-d", "Spec")),
    ],
)
def test_add_without_what_is_required_exits_6_names_the_option_and_changes_nothing(
    signed_in: SignedIn, setting: str, options: str, complete: tuple[str, ...]
) -> None:
    clockify = signed_in(**{setting: True})

    done = clockify("add", "8-9", "--json")

    assert (done.code, done.requests) == (6, ())
    assert done.error["code"] == "required"
    assert done.error["hint"] == f"Give {options}."
    assert history(clockify) == 0

    clockify.ok("add", "8-9", *complete)
    assert clockify.server_copy() == clockify.local_copy()
    assert len(clockify.server_copy()) == 1


def test_start_warns_and_starts_and_stop_wants_it(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)

    started = clockify.ok("start", "Spec")
    clockify.time.passes(minutes=30)
    refused = clockify("stop")

    assert started.err == "The workspace requires a project: `clockify stop -p NAME`.\n"
    assert (refused.code, refused.sent) == (6, ["GET workspaces"])
    assert "-p NAME" in refused.err
    assert clockify("status", "--check").code == 0

    clockify.ok("stop", "-p", "Website")
    (entry,) = clockify.fake.entries()
    assert entry.end is not None
    assert entry.project_id is not None


def test_a_start_over_a_timer_that_cannot_stop_yet_is_refused_and_both_stay_as_they_were(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(forceProjects=True, forceTags=True)
    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=30)

    refused = clockify("start", "Review", "-p", "Website", "-g", "deep")

    assert refused.code == 6
    assert "`clockify stop -p NAME -g NAME`" in refused.err
    assert [entry.description for entry in clockify.fake.running()] == ["Spec"]
    assert history(clockify) == 1


def test_a_timer_started_elsewhere_is_asked_about_before_it_is_stopped(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(forceProjects=True)
    clockify.fake.add_entry(clockify.time.now(), description="On the phone")
    clockify.time.passes(minutes=30)

    refused = clockify("stop")

    assert refused.code == 6
    assert [request.method for request in refused.requests] == ["GET", "GET"]
    assert refused.sent[-1] == "GET workspaces"
    assert history(clockify) == 0
    clockify.ok("stop", "-p", "Website")
    assert clockify.fake.running() == []


def test_a_timer_that_cannot_be_asked_about_is_stopped_later(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)
    clockify.fake.add_entry(clockify.time.now(), description="On the phone")
    clockify.time.passes(minutes=30)
    clockify.fake.refuse()

    done = clockify.ok("stop")

    assert "any timer running in Clockify will be stopped as of 10:30" in done.err
    clockify.fake.accept_again()


def test_resume_warns_of_what_the_entry_lacks(signed_in: SignedIn) -> None:
    clockify = signed_in()
    clockify.ok("add", "Old", "7-8")
    clockify.fake.set_settings(forceTags=True)
    clockify.ok("workspaces", "--refresh")

    assert "-g NAME" in clockify.ok("resume").err


def test_settings_that_changed_are_noticed_with_the_names_a_day_later(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.fake.set_settings(forceProjects=True)
    clockify.time.passes(hours=25)

    clockify.ok("sync")

    assert clockify("add", "8-9").code == 6
    assert history(clockify) == 0


def test_an_import_names_each_line_that_lacks_something(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)
    rows = (
        "start,end,description,client,project\n"
        "2026-11-23 08:00,2026-11-23 09:00,One,Acme,Website\n"
        "2026-11-23 09:00,2026-11-23 10:00,Two,,\n"
    )

    done = clockify("import", "-", typed=rows)

    assert done.code == 6
    assert "line 3: a project" in done.err
    assert "line 2" not in done.err
    assert history(clockify) == 0


def test_without_an_account_nothing_is_required(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)

    assert clockify("add", "8-9", "-w", "local").code == 0


# ── at a terminal ────────────────────────────────────────────────────────────────────────────


def test_at_a_terminal_what_lacks_is_picked_by_number(signed_in: SignedIn) -> None:
    clockify = signed_in(forceTasks=True, forceTags=True, forceDescription=True)

    done = at_terminal(clockify, "add", "8-9", typed="1\n1\n1, 2\nSpec\n")

    assert done.code == 0, done.err
    assert "  1  Acme / Website" in done.err
    (entry,) = clockify.fake.entries()
    assert (entry.description, len(entry.tag_ids or ())) == ("Spec", 2)
    assert entry.task_id is not None


def test_a_name_answers_too_and_a_number_of_nothing_is_asked_again(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)

    done = at_terminal(clockify, "add", "8-9", typed="7\nweb\n")

    assert done.code == 0, done.err
    assert "from 1 to 1," in done.err


@pytest.mark.parametrize("typed", ["", "\n"])
def test_who_picks_nothing_has_started_all_the_same_but_not_added(
    signed_in: SignedIn, typed: str
) -> None:
    clockify = signed_in(forceProjects=True)

    assert at_terminal(clockify, "add", "8-9", typed=typed).code == 6
    assert history(clockify) == 0
    assert at_terminal(clockify, "start", "Spec", typed=typed).code == 0
    assert history(clockify) == 1


def test_under_no_input_nobody_is_asked(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)

    done = at_terminal(clockify, "--no-input", "add", "8-9", typed="1\n")

    assert done.code == 6
    assert "Which project?" not in done.err


def test_what_was_picked_under_a_key_is_done_once(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)
    words = ("add", "Spec", "8-9", "--once", "spec")

    at_terminal(clockify, *words, typed="1\n")
    again = clockify(*words)

    assert again.code == 0, again.err
    assert "Already done" in again.out
    assert len(clockify.fake.entries()) == 1


TWO = (
    "start,end,description\n"
    "2026-11-23T08:00:00+01:00,2026-11-23T09:00:00+01:00,One\n"
    "2026-11-23T09:00:00+01:00,2026-11-23T10:00:00+01:00,Two\n"
)


def test_an_import_without_what_is_required_exits_6_and_changes_nothing(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(forceProjects=True)
    done = clockify("import", "-", typed=TWO)
    assert (done.code, done.requests) == (6, ())
    assert history(clockify) == 0


def test_an_import_of_which_clockify_refuses_some_exits_6_and_says_how_much(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.fake.set_settings(forceProjects=True)
    done = clockify("import", "-", typed=TWO)
    assert done.code == 6
    assert "Imported 2 entries" in done.out
    assert "Clockify refused 2 changes, the first to add " in done.err
    assert ": Time entry must have project" in done.err
    assert clockify("queue").code == 9
    clockify.ok("undo")
    assert clockify.local_copy() == clockify.server_copy() == []
