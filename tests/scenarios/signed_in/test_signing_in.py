"""Tests of `login --dry-run`, of what a login moves, and of odd keys and addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_clockify import FakeClockify
from tests.interleaving import meanwhile
from tests.scenarios.signed_in.bench import Bench, Done


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def look(clockify: Bench, *options: str) -> Done:
    """Run `login --dry-run` with the valid key."""
    where = ("--api-url", clockify.fake.url, "--with-key")
    return clockify.ok("login", *where, "-n", *options, typed=clockify.fake.key)


def tracked_before(clockify: Bench) -> None:
    clockify.ok("add", "one", "6-7", "-p", "Acme/Website", "-g", "deep")
    clockify.ok("add", "two", "7-8", "-p", "Website", "-k", "Design", "--create")


def test_a_dry_run_checks_the_key_says_whose_it_is_and_leaves_the_home_empty(
    stranger: Bench,
) -> None:
    done = look(stranger)
    assert done.out == "Would sign in as Ada Lovelace (ada@example.com), workspace Acme.\n"
    assert done.sent == ["GET user", "GET workspaces"]
    assert files(stranger.home) == []
    assert stranger("whoami").code == 4


def test_a_dry_run_refuses_a_wrong_key(stranger: Bench) -> None:
    done = stranger(
        "login", "--api-url", stranger.fake.url, "--with-key", "-n", typed="wrong-key-0123456789"
    )
    assert done.code == 4
    assert files(stranger.home) == []


def test_a_dry_run_that_nobody_gives_a_key_leaves_the_home_empty(stranger: Bench) -> None:
    done = stranger("login", "-n")
    assert done.code == 2
    assert done.requests == ()
    assert files(stranger.home) == []


def test_a_dry_run_beside_a_timesheet_keeps_settings_account_and_entries(stranger: Bench) -> None:
    tracked_before(stranger)
    before = stranger.ok("log", "all", "--json").out
    done = look(stranger)
    assert "2 entries" in done.err
    assert "--send-local" in done.err
    assert not stranger.config_file().exists()
    assert stranger("whoami").code == 4
    assert stranger.ok("log", "all", "--json").out == before


def test_a_dry_run_while_signed_in_changes_nothing_of_it(clockify: Bench) -> None:
    clockify.fake.add_workspace("Side job")
    club = clockify.fake.add_workspace("Club")
    clockify.fake.add_member(clockify.fake.user_id, club.id)
    before = clockify.config_file().read_bytes()
    assert "workspace Club" in look(clockify, "--workspace", "club").out
    assert clockify.config_file().read_bytes() == before
    assert "Workspace  Acme" in clockify.ok("whoami").out


def test_a_dry_run_for_a_script_says_whose_the_key_is(stranger: Bench) -> None:
    told = look(stranger, "--json").json
    assert told["dryRun"] is True
    assert told["name"] == "Ada Lovelace"
    assert told["workspace"]["name"] == "Acme"
    assert files(stranger.home) == []


def test_a_dry_run_of_signing_in_says_what_would_go_along(stranger: Bench) -> None:
    tracked_before(stranger)
    done = look(stranger, "--send-local")
    assert done.out.splitlines()[:4] == [
        "Would sign in as Ada Lovelace (ada@example.com), workspace Acme.",
        "Would create project Website for client Acme, "
        "task Design for project Acme / Website, tag deep.",
        "Would move 2 entries tracked here",
        "Would move  one · Acme / Website #deep      06:00–07:00 · 1:00",
    ]
    assert "names in Acme are not known yet" in done.err
    assert stranger.fake.entries() == []
    assert len(stranger.ok("log", "all", "--json").json) == 2


def test_sending_what_was_tracked_before_names_what_it_makes_and_what_is_there(
    stranger: Bench,
) -> None:
    client = stranger.fake.add_client("Acme")
    stranger.fake.add_project("Website", client_id=client.id)
    tracked_before(stranger)
    stranger.login("--keep-local")
    names = ["Already in Clockify: project Website for client Acme."]
    looked = stranger.ok("login", "--send-local", "-n")
    assert looked.out.splitlines()[:3] == [
        "Would create task Design for project Acme / Website, tag deep.",
        *names,
        "Would move 2 entries tracked here",
    ]
    assert "no copy" not in looked.err
    done = stranger.ok("login", "--send-local")
    assert done.out.splitlines() == [
        "Created task Design for project Acme / Website, tag deep.",
        *names,
        "Moved 2 entries tracked here",
    ]
    assert [row["verb"] for row in stranger.ok("history", "--json").json][-1] == "move"


def test_a_bill_says_nothing_of_entries_that_only_moved(stranger: Bench) -> None:
    stranger.ok("config", "set", "rate", "95EUR")
    stranger.ok("add", "Spec", "8-9", "-p", "Acme/Site", "-b")
    stranger.ok("bill", "new", "-c", "Acme", "--ref", "41", "--yes")
    stranger.login("--keep-local")
    assert "bill" not in stranger.ok("login", "--send-local").err
    assert stranger("bill", "check").code == 0


def test_many_names_that_go_along_are_counted(stranger: Bench) -> None:
    for number in range(9):
        stranger.ok("add", f"w{number}", "--for", "5m", "--overlap", "-g", f"t{number}", "--create")
    stranger.login("--keep-local")
    assert "Would create 9 tags.\n" in stranger.ok("login", "--send-local", "-n").out


def test_a_script_reads_which_names_went_along(stranger: Bench) -> None:
    stranger.fake.add_tag("deep")
    tracked_before(stranger)
    stranger.login("--keep-local")
    told = stranger.ok("login", "--send-local", "--json").json
    assert [item["name"] for item in told["created"]] == ["Acme", "Website", "Design"]
    assert all(item["id"] for item in told["created"])
    assert [item["name"] for item in told["matched"]] == ["deep"]
    assert told["entries"]
    assert all(entry["syncState"] == "synced" for entry in told["entries"])


def test_a_login_that_sends_nothing_of_what_was_tracked_tells_a_script_who_signed_in(
    stranger: Bench,
) -> None:
    tracked_before(stranger)
    told = stranger.login("--json").json
    assert told["name"] == "Ada Lovelace"


def test_signing_in_again_sends_what_waits(clockify: Bench) -> None:
    clockify.ok("start", "Wait", "--offline")
    gone = clockify.ok("logout")
    assert "The timer Wait keeps running in Clockify" not in gone.out
    assert "1 change waits to be sent" in gone.err
    assert "Sent 1 change that had been waiting." in clockify.login().err
    assert [each.description for each in clockify.fake.running()] == ["Wait"]
    assert clockify.ok("queue").out == ""
    gone = clockify.ok("logout")
    assert "The timer Wait keeps running in Clockify; sign in to stop it." in gone.err


def shortened(clockify: Bench) -> str:
    """Return the address of Clockify without its required ending."""
    return clockify.fake.url.removesuffix("/api/v1")


def test_an_address_without_the_end_of_clockifys_is_said_to_lack_it(stranger: Bench) -> None:
    url = shortened(stranger)
    done = stranger("login", "--api-url", url, "--with-key", typed=stranger.fake.key)
    assert done.code == 2
    assert f"{url} answered, but not as Clockify does" in done.err
    assert f"{url}/api/v1" in done.err
    assert not stranger.config_file().exists()


def test_an_address_whose_answer_is_a_page_is_said_to_lack_its_end_too(stranger: Bench) -> None:
    stranger.fake.fault("S16", times=None)
    url = shortened(stranger)
    done = stranger("login", "--api-url", url, "--with-key", typed=stranger.fake.key)
    assert done.code == 7
    assert f"{url}/api/v1" in done.err


@pytest.mark.parametrize("around", ["\n\n\n", "  \r\n \n", "\r\n\r\n"], ids=["lf", "both", "crlf"])
def test_space_around_a_key_is_none_of_it(around: str, stranger: Bench, tmp_path: Path) -> None:
    where = ("--api-url", stranger.fake.url)
    stranger.ok("login", *where, "--with-key", typed=f"{around}{stranger.fake.key}{around}")
    secret = tmp_path / "secret"
    secret.write_text(f"{stranger.fake.key}  \n")
    stranger.ok("login", *where, "--key-command", f"cat {secret}")
    secret.write_text("")


def test_signing_out_where_nobody_was_in_keeps_the_settings(stranger: Bench) -> None:
    stranger.ok("config", "set", "tz", "Europe/Rome")
    before = stranger.config_file().read_bytes()
    stranger.ok("logout")
    assert stranger.config_file().read_bytes() == before


def test_what_lies_in_local_is_listed_whichever_workspace_is_active(stranger: Bench) -> None:
    tracked_before(stranger)
    stranger.login("--keep-local")
    rows = stranger.ok("workspaces", "--json").json
    assert [(row["name"], row["active"]) for row in rows] == [("Acme", True), ("local", False)]
    assert stranger.ok("workspaces").out.splitlines()[-1].startswith("local\tlocal")
    stranger.ok("login", "--send-local")
    assert [row["name"] for row in stranger.ok("workspaces", "--json").json] == ["Acme"]


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (("delete", "last", "-w", "local"), ["Timer"]),
        (("stop", "-w", "local"), ["Mine", "Timer"]),
        (("login", "--send-local", "--yes"), ["Mine", "Timer"]),
    ],
    ids=["delete", "stop", "send-local"],
)
def test_what_another_terminal_does_to_local_as_it_is_sent_holds(
    stranger: Bench, words: tuple[str, ...], there: list[str]
) -> None:
    stranger.ok("add", "Mine", "7-8")
    stranger.ok("start", "Timer")
    stranger.login("--keep-local")
    stranger.time.passes(minutes=10)
    with meanwhile("recorded", lambda: stranger.ok(*words)) as left:
        done = stranger("login", "--send-local", "--yes")
    assert left == []
    assert done.code == (3 if "login" in words else 0)
    stranger.ok("sync")
    assert sorted(entry.description for entry in stranger.fake.entries()) == there
    assert len(stranger.fake.running()) == (0 if "stop" in words else 1)


def test_another_account_of_the_same_person_is_told_apart_and_nobody_is_sent_in_circles(
    clockify: Bench,
) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    before = clockify.ok("whoami", "--json").json
    again = clockify.fake.add_user(before["name"], email=before["email"])

    for words in (("login", "--with-key", "--keep-local"), ("sync",), ("queue",)):
        done = clockify.ok(*words, typed=again.key)
        assert f"1 change waits for another account of {before['name']}" in done.err
        assert f"with the id {before['id']}; you are signed in to {again.id}" in done.err
        assert "clockify login" not in done.err
    clockify.ok("logout")
    assert "waits" in clockify.ok("queue").out

    # The right account's key sends it.
    done = clockify.ok("login", "--with-key", "--keep-local", typed=clockify.fake.key)
    assert "waits for" not in done.err
    assert [entry.description for entry in clockify.fake.entries()] == ["waits"]


def test_a_key_of_another_account_of_the_same_person_is_told_by_its_id(clockify: Bench) -> None:
    before = clockify.ok("whoami", "--json").json
    again = clockify.fake.add_user(before["name"], email=before["email"])
    text = clockify.config_file().read_text()
    clockify.config_file().write_text(text.replace(clockify.fake.key, again.key))

    done = clockify("sync")

    assert done.code == 4
    assert f"belongs to {before['name']} (id {again.id})" in done.err
    assert f"to another {before['name']} (id {before['id']})" in done.err
    assert clockify.ok("login", "--with-key", typed=again.key).code == 0
    clockify.ok("sync")


def test_signing_in_where_the_environment_names_another_clockify_works_at_once(
    clockify: Bench,
) -> None:
    with FakeClockify(plan="FREE") as other:
        there = {"CLOCKIFY_API_URL": other.url}
        refused = clockify("status", **there)
        assert refused.code == 4
        assert "clockify login" in refused.err
        done = clockify.ok("login", "--with-key", "--keep-local", typed=other.key, **there)
        assert "Signed in" in done.out
        clockify.ok("status", **there)
