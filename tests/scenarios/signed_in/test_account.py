"""Tests of signing in and out, and of what the account allows."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.fake_clockify.server import FakeClockify
from tests.scenarios.signed_in.bench import Bench, another, bench, sign_in


def stored_nothing(clockify: Bench) -> bool:
    file = clockify.config_file()
    return not file.exists() or "key" not in file.read_text()


def test_a_wrong_key_is_refused_with_the_place_where_one_is_made(stranger: Bench) -> None:
    done = sign_in(stranger, "wrong-key-0123456789")
    assert done.code == 4
    assert "Profile settings" in done.err
    assert "wrong-key" not in done.err
    assert stored_nothing(stranger)
    assert stranger("start", "local work").out.startswith("Started")


@pytest.mark.parametrize(
    "key", ["", " ", "\n", "Bearer abc123456789", "two words", "ab\tcd", "kéy-0123456789"]
)
def test_what_cannot_be_a_key_is_refused_before_anything_is_asked(
    stranger: Bench, key: str
) -> None:
    done = sign_in(stranger, key)
    assert done.code in (2, 4)
    assert done.requests == ()
    assert key.strip() == "" or key not in done.err
    assert "Traceback" not in done.err
    assert stored_nothing(stranger)


def test_a_key_with_a_line_end_after_it_is_that_key(stranger: Bench) -> None:
    assert sign_in(stranger, f"{stranger.fake.key}\r\n").code == 0


def test_without_a_network_signing_in_stores_nothing_and_exits_7(stranger: Bench) -> None:
    stranger.fake.refuse()
    done = sign_in(stranger, stranger.fake.key)
    assert done.code == 7
    assert stored_nothing(stranger)
    assert stranger("start", "local work").out.startswith("Started")


def test_an_address_that_is_no_clockify_is_said_to_be_none(stranger: Bench) -> None:
    stranger.fake.fault("S16", times=None)
    done = sign_in(stranger, stranger.fake.key)
    assert done.code == 7
    assert "sent an answer that Clockify would not send" in done.err


def test_with_several_workspaces_and_nobody_to_ask_the_active_one_is_taken(
    stranger: Bench,
) -> None:
    stranger.fake.add_workspace("Side job")
    other = stranger.fake.add_workspace("Club")
    stranger.fake.add_member(stranger.fake.user_id, other.id)
    done = stranger.login()
    assert "workspace Acme" in done.out
    assert "There are other workspaces: `clockify workspaces` lists" in done.err
    rows = stranger.ok("workspaces", "--json").json
    assert [(row["name"], row["active"]) for row in rows] == [("Acme", True), ("Club", False)]


def test_a_workspace_can_be_named_when_signing_in(stranger: Bench) -> None:
    other = stranger.fake.add_workspace("Club")
    stranger.fake.add_member(stranger.fake.user_id, other.id)
    assert "workspace Club" in stranger.login("--workspace", "club").out
    stranger.ok("start", "Board meeting")
    assert [each.description for each in stranger.fake.entries(other.id)] == ["Board meeting"]


def test_a_workspace_that_is_not_there_leaves_nothing_behind(stranger: Bench) -> None:
    done = sign_in(stranger, stranger.fake.key, "--workspace", "Nowhere")
    assert done.code == 3
    assert "Acme" in done.err
    assert stored_nothing(stranger)


def test_region_and_address_together_are_refused(stranger: Bench) -> None:
    done = sign_in(stranger, stranger.fake.key, "--region", "eu")
    assert done.code == 2
    assert done.requests == ()


@pytest.mark.parametrize("region", ["mars", ""])
def test_a_region_that_does_not_exist_is_refused_with_those_that_do(
    stranger: Bench, region: str
) -> None:
    done = stranger("login", "--with-key", "--region", region, typed=stranger.fake.key)
    assert done.code == 2
    assert "eu" in done.err


@pytest.mark.parametrize(
    "url", ["ftp://example.org/api/v1", "example", "http://example.org/api/v1", "https://", "  "]
)
def test_an_address_that_cannot_be_one_is_refused_before_the_key_is_sent(
    stranger: Bench, url: str
) -> None:
    done = sign_in(stranger, stranger.fake.key, url=url)
    assert done.code == 2
    assert done.requests == ()
    assert stored_nothing(stranger)


def test_without_a_terminal_the_key_has_to_be_given(stranger: Bench) -> None:
    done = stranger("login", "--api-url", stranger.fake.url)
    assert done.code == 2
    assert "--with-key" in done.err


def test_rows_of_the_first_account_wait_while_another_is_signed_in(clockify: Bench) -> None:
    clockify.ok("add", "of Ada", "7-8", "--offline")
    with another(clockify) as other:
        told = f"1 change waits for Ada Lovelace (ada@example.com) at {clockify.fake.url}: "
        signed_in = sign_in(clockify, other.key, url=other.url)
        assert signed_in.code == 0
        assert told in signed_in.err
        clockify.ok("start", "of somebody else")
        assert told in clockify.ok("sync").err
        assert clockify.ok("sync", "-q").err == ""
        assert [each.description for each in other.entries()] == ["of somebody else"]
        seen = len(clockify.fake.requests)
        whoami = clockify.ok("whoami")
        assert "1" in whoami.out
        assert told in clockify.ok("queue").err
        assert "of Ada" not in clockify.ok("log", "all").out
        assert len(clockify.fake.requests) == seen
    clockify.login()
    assert "waits for" not in clockify.ok("sync").err
    assert [each.description for each in clockify.fake.entries()] == ["of Ada"]


def test_one_account_at_two_addresses_is_two_and_each_says_what_waits_for_the_other(
    clockify: Bench,
) -> None:
    clockify.ok("add", "first address", "7-8", "--offline")
    url = clockify.fake.url.replace("127.0.0.1", "localhost")
    told = f"`clockify login --api-url {clockify.fake.url}` sends it."
    assert told in sign_in(clockify, clockify.fake.key, url=url).err
    deleted = clockify.ok("delete", "last")
    assert "waiting for an older change of another account" in deleted.err
    assert told in clockify.ok("queue").err
    assert clockify.fake.entries() == []
    clockify.login()
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.entries()] == ["first address"]
    sign_in(clockify, clockify.fake.key, url=url)
    clockify.ok("sync")
    assert clockify.fake.entries() == []


def test_what_waits_goes_to_the_address_that_it_is_for_and_to_no_other(clockify: Bench) -> None:
    clockify.ok("add", "first address", "7-8", "--offline")
    told = clockify.config_file().read_text()
    url = clockify.fake.url.replace("127.0.0.1", "localhost")
    clockify.config_file().write_text(told.replace(clockify.fake.url, url))
    for words in ("sync", "log --refresh", "whoami --refresh"):
        done = clockify(*words.split())
        assert (done.code, done.requests) == (4, ()), words
        assert f"you are signed in at {clockify.fake.url}, but the settings name {url}" in done.err
        assert f"`clockify login --api-url {url}`" in done.err
    done = clockify("start", "waits too", "--at", "9:00")
    assert (done.code, done.requests) == (0, ())
    assert url in done.err
    assert sign_in(clockify, clockify.fake.key, url=url).code == 0
    clockify.ok("sync")
    assert clockify.fake.entries() == []
    clockify.config_file().write_text(told)
    clockify.login()
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.entries()] == ["waits too", "first address"]


def test_what_waits_does_not_go_to_another_path_of_the_same_host(clockify: Bench) -> None:
    clockify.ok("add", "first address", "7-8", "--offline")
    done = clockify("sync", CLOCKIFY_API_URL=clockify.fake.url.replace("/api/v1", "/other/api/v1"))
    assert (done.code, done.requests) == (4, ())
    clockify.ok("sync", CLOCKIFY_API_URL=f"{clockify.fake.url}/")
    assert [each.description for each in clockify.fake.entries()] == ["first address"]


def test_a_key_of_another_user_at_the_same_clockify_sends_nothing_of_the_first(
    clockify: Bench,
) -> None:
    clockify.ok("add", "of Ada", "7-8", "--offline")
    eve = clockify.fake.add_user("Eve")
    done = sign_in(clockify, eve.key)
    assert done.code == 0
    clockify.ok("sync")
    assert clockify.fake.entries() == []
    assert clockify.fake.entries(user=eve.id) == []
    clockify.login()
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.entries()] == ["of Ada"]


def test_signing_out_forgets_the_key_and_keeps_the_journal(clockify: Bench) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    done = clockify.ok("logout")
    assert done.requests == ()
    assert "1 change" in done.err
    assert clockify.fake.key not in clockify.config_file().read_text()
    assert clockify("sync").code == 4
    assert "waits" not in clockify.ok("log", "all").out
    clockify.login()
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.entries()] == ["waits"]


def test_signing_out_says_what_it_cannot_take_away(clockify: Bench) -> None:
    done = clockify.ok("logout", CLOCKIFY_API_KEY=clockify.fake.key)
    assert "could not be removed: CLOCKIFY_API_KEY" in done.err


def test_signing_out_twice_does_no_harm(clockify: Bench) -> None:
    assert clockify.ok("logout").out == "Signed out Ada Lovelace.\n"
    assert clockify.ok("logout").out == "You were not signed in.\n"
    assert clockify.ok("logout", "--json").json["signedOut"] is False
    assert clockify.ok("logout", CLOCKIFY_API_KEY="0123456789ab").err == (
        "warning: could not be removed: CLOCKIFY_API_KEY in the environment\n"
    )


def test_whoami_tells_who_and_how_much_is_left_and_masks_the_key(free: Bench) -> None:
    free.ok("log")
    done = free.ok("whoami")
    assert done.requests == ()
    assert free.fake.key not in done.out + done.err
    for word in ("Ada Lovelace", "Acme (Free)", "at most 29", "Europe/Berlin"):
        assert word in done.out
    assert free.ok("whoami", "--json").json["requestsLeft"] == 29


def test_whoami_asks_clockify_once_where_it_is_told_to(clockify: Bench) -> None:
    clockify.time.passes(hours=3)
    before = clockify.ok("whoami", "--json").json["asOf"]
    done = clockify.ok("whoami", "--refresh", "--json")
    assert done.sent == ["GET user"]
    assert done.json["asOf"] > before
    assert clockify.ok("whoami", "--json").json["asOf"] == done.json["asOf"]
    assert clockify.ok("whoami", "--refresh", "--offline").requests == ()


def test_whoami_says_where_clockify_cannot_be_asked(clockify: Bench) -> None:
    clockify.fake.refuse()
    assert clockify("whoami", "--refresh").code == 7
    clockify.fake.accept_again()
    clockify.fake.revoke_key(clockify.fake.key)
    assert clockify("whoami", "--refresh").code == 4


def test_whoami_asks_for_the_account_while_the_work_is_local(clockify: Bench) -> None:
    clockify.ok("workspaces", "use", "local")
    assert clockify.ok("whoami", "--refresh").sent == ["GET user"]


def test_a_key_that_is_refused_lists_no_workspaces(clockify: Bench) -> None:
    clockify.fake.revoke_key(clockify.fake.key)
    done = clockify("workspaces", "--refresh")
    assert (done.code, done.out) == (4, "")
    assert "revoked" in done.err
    assert "Acme" in clockify.ok("workspaces").out


def test_a_key_that_may_not_be_used_lists_no_workspaces(clockify: Bench) -> None:
    clockify.config_file().chmod(0o644)
    done = clockify("workspaces", "--refresh")
    assert (done.code, done.out) == (4, "")
    assert "chmod 600" in done.err
    clockify.config_file().chmod(0o600)
    eve = clockify.fake.add_user("Eve")
    stored = clockify.config_file().read_text()
    clockify.config_file().write_text(stored.replace(clockify.fake.key, eve.key))
    done = clockify("workspaces", "--refresh")
    assert (done.code, done.out) == (4, "")
    assert "the API key belongs to Eve" in done.err


def test_without_an_account_there_is_the_workspace_local(stranger: Bench) -> None:
    assert stranger.ok("workspaces", "--refresh").out == "local\tlocal\ttrue\n"


def test_a_command_can_work_in_another_workspace_once(stranger: Bench) -> None:
    club = stranger.fake.add_workspace("Club")
    stranger.fake.add_member(stranger.fake.user_id, club.id)
    stranger.login()
    stranger.ok("add", "Board", "7-8", "-w", "club")
    stranger.ok("add", "Work", "8-9")
    assert [each.description for each in stranger.fake.entries(club.id)] == ["Board"]
    assert [each.description for each in stranger.fake.entries()] == ["Work"]
    assert "Board" in stranger.ok("log", "-w", "Club").out
    assert "Board" not in stranger.ok("log").out
    assert "Club" in stranger.ok("workspaces", "use", "club").out
    assert "Board" in stranger.ok("log").out
    assert stranger("log", "-w", "Nowhere").code == 3


def test_two_profiles_are_two_accounts(clockify: Bench) -> None:
    with another(clockify) as other:
        done = sign_in(clockify, other.key, "--profile", "side", url=other.url)
        assert done.code == 0
        clockify.ok("add", "aside", "7-8", "--profile", "side")
        clockify.ok("add", "main", "8-9")
        clockify.ok("add", "aside too", "9-9:30", CLOCKIFY_PROFILE="side")
        assert [each.description for each in clockify.fake.entries()] == ["main"]
        assert {each.description for each in other.entries()} == {"aside", "aside too"}


def test_a_key_in_the_environment_needs_no_login(stranger: Bench) -> None:
    environ = {"CLOCKIFY_API_KEY": stranger.fake.key, "CLOCKIFY_API_URL": stranger.fake.url}
    done = stranger.ok("start", "from CI", **environ)
    assert done.sent[:2] == ["GET user", "GET workspaces"]
    assert [each.description for each in stranger.fake.running()] == ["from CI"]
    stranger.time.passes(minutes=5)
    assert stranger.ok("stop", **environ).sent == ["PATCH time-entries"]
    assert stored_nothing(stranger)
    assert stranger.fake.key not in _everything(stranger.home)


def _everything(folder: Path) -> str:
    return "".join(
        path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()
    )


def test_a_wrong_key_in_the_environment_exits_4_and_says_which(clockify: Bench) -> None:
    done = clockify("sync", CLOCKIFY_API_KEY="wrong-key-0123456789")
    assert done.code == 4
    assert "CLOCKIFY_API_KEY" in done.err


@pytest.mark.parametrize("key", ["", " ", "\t"])
def test_a_key_of_the_environment_that_is_blank_is_none(clockify: Bench, key: str) -> None:
    assert clockify.ok("sync", "--refresh", CLOCKIFY_API_KEY=key).requests
    assert "configuration file" in clockify.ok("whoami", CLOCKIFY_API_KEY=key).out
    clockify.ok("start", "Write spec", CLOCKIFY_API_KEY=key)
    assert len(clockify.fake.running()) == 1
    assert "still there" not in clockify.ok("logout", CLOCKIFY_API_KEY=key).err


def test_a_stored_key_is_not_sent_to_another_host(clockify: Bench) -> None:
    with FakeClockify(plan="PRO") as other:
        for words in (("sync",), ("start", "x"), ("log", "--refresh")):
            done = clockify(*words, CLOCKIFY_API_URL=other.url)
            assert done.code == 4
            assert "CLOCKIFY_API_KEY" in done.err
        assert other.requests == []


def test_a_key_file_that_others_can_read_is_not_used_until_it_is_rerouted(clockify: Bench) -> None:
    clockify.config_file().chmod(0o644)
    done = clockify("sync")
    assert done.code == 4
    assert "chmod 600" in done.err
    assert done.requests == ()
    clockify.config_file().chmod(0o600)
    assert clockify.ok("sync").requests


def test_the_key_can_come_from_a_command(stranger: Bench) -> None:
    secret = stranger.home / "secret"
    secret.write_text(f"{stranger.fake.key}\n")
    command = shlex.join([sys.executable, "-c", f"print(open({str(secret)!r}).read())"])
    stranger.ok("login", "--api-url", stranger.fake.url, "--key-command", command)
    assert stranger.fake.key not in stranger.config_file().read_text()
    assert stranger.ok("start", "Write spec").sent == ["POST time-entries"]
    secret.write_text("")
    stranger.time.passes(minutes=5)
    done = stranger("stop")
    assert done.code == 0
    assert done.requests == ()
    assert "key-command printed nothing" in done.err


def test_a_revoked_key_lets_changes_wait_and_says_how_to_go_on(clockify: Bench) -> None:
    clockify.fake.revoke_key(clockify.fake.key)
    done = clockify("start", "Write spec")
    assert done.code == 0
    assert "clockify login" in done.err
    assert clockify("sync").code == 4
    clockify.fake.restore_key(clockify.fake.key)
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.running()] == ["Write spec"]


def tracked_before(clockify: Bench) -> dict[str, str]:
    """Track three entries without an account, the last one with names; return their local ids."""
    clockify.ok("add", "one", "5-6")
    clockify.ok("add", "two", "6-7", "-p", "Website", "-g", "deep")
    clockify.ok("add", "three", "7-8", "-p", "Website", "-k", "Design", "--create")
    found = clockify.ok("log", "all", "--json").json
    return {entry["description"]: entry["localId"] for entry in found}


def test_what_was_tracked_before_stays_until_it_is_sent(stranger: Bench) -> None:
    tracked_before(stranger)
    done = stranger.login()
    assert "3 entries stay" in done.err
    assert "--send-local" in done.err
    assert stranger.fake.entries() == []
    assert len(stranger.ok("log", "all", "-w", "local", "--json").json) == 3


def test_what_was_tracked_before_can_be_sent_once_and_keeps_its_ids(stranger: Bench) -> None:
    ids = tracked_before(stranger)
    stranger.login("--keep-local")
    looked = stranger.ok("login", "--send-local", "-n")
    assert looked.requests == ()
    assert stranger.fake.entries() == []
    stranger.ok("login", "--send-local")
    held = stranger.fake.entries()
    assert sorted(entry.description for entry in held) == ["one", "three", "two"]
    now = stranger.ok("log", "all", "--json").json
    assert {entry["description"]: entry["localId"] for entry in now} == ids
    assert stranger.local_copy() == stranger.server_copy()
    assert stranger("login", "--send-local").code == 3
    assert len(stranger.fake.entries()) == 3
    refused = stranger("undo")
    assert refused.code in (2, 3)
    assert len(stranger.fake.entries()) == 3


def test_what_was_tracked_before_can_be_sent_while_signing_in(stranger: Bench) -> None:
    tracked_before(stranger)
    stranger.login("--send-local")
    assert len(stranger.fake.entries()) == 3
    assert stranger.local_copy() == stranger.server_copy()


def test_what_was_tracked_before_takes_the_names_that_the_workspace_has(stranger: Bench) -> None:
    project = stranger.fake.add_project("Website")
    tracked_before(stranger)
    stranger.login("--send-local")
    named = {entry.description: entry.project_id for entry in stranger.fake.entries()}
    assert named == {"one": None, "two": project.id, "three": project.id}


def test_sending_what_was_tracked_before_survives_the_request_limit(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE") as clockify:
        for number in range(50):
            clockify.ok("add", f"Work {number}", "--for", "5m", "--overlap")
        done = clockify.login("--send-local")
        assert "kept for timers" in done.err
        for _ in range(3):
            clockify.time.passes(hours=1)
            clockify("sync")
        assert len(clockify.fake.entries()) == 50
        assert clockify.local_copy() == clockify.server_copy()


def test_what_clockify_calls_none_is_shown_and_meant_by_its_id(stranger: Bench) -> None:
    called_none = stranger.fake.add_project("none").id
    loud = stranger.fake.add_tag("!urgent").id
    stranger.login()
    assert "none" in stranger.ok("projects").out
    stranger.ok("add", "Odd", "7-8", "-p", called_none, "-g", loud)
    stranger.ok("add", "Plain", "8-9", "-p", "none")
    assert [e["description"] for e in stranger.ok("log", "-p", called_none, "--json").json] == [
        "Odd"
    ]
    assert [e["description"] for e in stranger.ok("log", "-p", "none", "--json").json] == ["Plain"]
    assert [e["description"] for e in stranger.ok("log", "-g", f"!{loud}", "--json").json] == [
        "Plain"
    ]


def test_a_filter_finds_the_project_that_an_option_records_on(stranger: Bench) -> None:
    for name in (" pad ", "pad"):
        stranger.fake.add_project(name)
    stranger.login()
    stranger.ok("add", "Padded", "7-8", "-p", " pad ")
    stranger.ok("add", "Plain", "8-9", "-p", "pad")
    for name, described in ((" pad ", "Padded"), ("pad", "Plain")):
        shown = stranger.ok("log", "-p", name, "--json").json
        assert [entry["description"] for entry in shown] == [described]


def test_status_says_that_nothing_was_fetched_yet(stranger: Bench) -> None:
    address = {"CLOCKIFY_API_KEY": stranger.fake.key, "CLOCKIFY_API_URL": stranger.fake.url}
    done = stranger.ok("status", **address)
    assert "Nothing has been fetched from Clockify yet. `clockify sync` fetches it." in done.err
    stranger.ok("sync", **address)
    assert stranger.ok("status", **address).err == ""


def test_a_setting_that_names_a_workspace_of_another_account_is_named(clockify: Bench) -> None:
    with another(clockify) as other:
        environ = {"CLOCKIFY_API_KEY": other.key, "CLOCKIFY_API_URL": other.url}
        for _ in range(2):
            done = clockify("log", **environ)
            assert done.code == 3
            assert f"error: {clockify.config_file()}:4 names the workspace" in done.err
            assert "CLOCKIFY_WORKSPACE" in done.err
            assert "-w NAME" in done.err
        assert clockify("log", "-w", "Acme", **environ).code == 0
        assert clockify("log", CLOCKIFY_WORKSPACE="Acme", **environ).code == 0
        assert "CLOCKIFY_WORKSPACE names" in clockify("log", CLOCKIFY_WORKSPACE="x", **environ).err


def test_workspaces_are_listed_whatever_workspace_the_settings_name(clockify: Bench) -> None:
    with another(clockify) as other:
        environ = {"CLOCKIFY_API_KEY": other.key, "CLOCKIFY_API_URL": other.url}
        done = clockify.ok("workspaces", "--json", **environ)
        assert [(row["name"], row["active"]) for row in done.json] == [("Acme", False)]
        assert f"{clockify.config_file()}:4 names the workspace" in done.err


def test_a_workspace_can_be_chosen_in_place_of_one_that_is_gone(clockify: Bench) -> None:
    clockify.ok("config", "set", "workspace", "Gone")
    assert clockify("log").code == 3
    clockify.ok("workspaces", "use", "Acme")
    clockify.ok("log")


@pytest.mark.parametrize(
    "more", [(), ("--profile", "side"), ("--key-command", "echo wrong-key-01")]
)
def test_after_a_wrong_key_the_hint_repeats_what_was_asked_for(
    stranger: Bench, more: tuple[str, ...]
) -> None:
    given = ("--api-url", stranger.fake.url, *more)
    key = () if "--key-command" in more else ("--with-key",)
    done = stranger("login", *given, *key, typed="wrong-key-0123456789")
    assert done.code == 4
    assert f"`{shlex.join(['clockify', 'login', *given])}`" in " ".join(done.err.split())
