"""Tests that `status`, `status --short` and `status --check` show the active workspace's timer."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, bench

BOB = "0123456789abcdef0123456789abcdef"
"""The key of a second user."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Yield a home with two profiles of two users; each has a timer in each workspace and locally.

    Ada uses the profile default, Bob the profile work. The workspaces are the first one and Club;
    in Club Bob has no timer, and the profile idle has none anywhere.
    """
    with bench(tmp_path_factory.mktemp("shared")) as found:
        fake = found.fake
        bob = fake.change(fake.add_user("Bob"), key=BOB)
        club = fake.add_workspace("Club")
        for user in (fake.user_id, bob.id):
            fake.add_member(user, club.id)
        found.login()
        where = ("--api-url", fake.url, "--with-key", "--profile", "work")
        found.ok("login", *where, typed=BOB)
        found.ok("config", "set", "tz", "UTC", "--profile", "idle")
        for words in (
            "Ada first",
            "Ada club -w Club",
            "Home -w local",
            "Bob first --profile work",
        ):
            found.ok("start", "--offline", *words.split())
        yield found


@contextmanager
def placed(clockify: Bench, config: dict[str, str], project: str) -> Iterator[None]:
    """Set each profile's workspace from *config*, in a folder whose project's file is *project*.

    Everything is restored afterwards.
    """
    file = clockify.config_file()
    before = file.read_text()
    lines = []
    for line in before.splitlines():
        if line.startswith("workspace"):
            continue
        lines.append(line)
        profile = line.strip("[]")
        if line.startswith("[") and config.get(profile):
            lines.append(f"workspace = {config[profile]}")
    file.write_text("\n".join(lines) + "\n")
    folder = clockify.home / "project" / "src"
    folder.mkdir(parents=True, exist_ok=True)
    own = folder.parent / ".clockify.toml"
    own.unlink(missing_ok=True)
    if project:
        own.write_text(f"workspace = {project}\n")
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        file.write_text(before)


@pytest.mark.parametrize("seed", range(40))
def test_the_three_give_the_same_answer_for_any_settings(shared: Bench, seed: int) -> None:
    dice = random.Random(seed)
    fake = shared.fake
    first = fake.workspace_id
    said = ["", "", '"Club"', '"local"', f'"{first}"', "'club'", '"Clu"', '"Gone"', '"""Club"""']
    config = {profile: dice.choice(said) for profile in ("default", "work", "idle")}
    environ: dict[str, str] = {}
    if dice.random() < 0.4:
        environ["CLOCKIFY_WORKSPACE"] = dice.choice(["", " ", "Club", "clu", "local", first])
    if dice.random() < 0.3:
        environ |= {
            "CLOCKIFY_API_URL": fake.url,
            "CLOCKIFY_API_KEY": dice.choice([fake.key, BOB]),
        }
    options: list[str] = []
    if profile := dice.choice(["", "work", "idle"]):
        if dice.random() < 0.5:
            options = ["--profile", profile]
        else:
            environ["CLOCKIFY_PROFILE"] = profile
    with placed(shared, config, dice.choice(said) if dice.random() < 0.4 else ""):
        whole = shared("status", *options, **environ)
        told = shared("status", "--json", *options, **environ)
        short = shared("status", "--short", *options, **environ)
        check = shared("status", "--check", *options, **environ)
    assert not [done.requests for done in (whole, told, short, check) if done.requests]
    if whole.code != 0:
        assert (short.code, short.out, short.err) == (whole.code, "", whole.err)
        assert (check.code, check.out, check.err) == (whole.code, "", whole.err)
        return
    running = told.json["entry"]["description"] if told.json["running"] else ""
    assert (running in whole.out, short.code) == (True, 0)
    assert short.out.rpartition(" ")[0] == running if running else short.out == "\n"
    assert (check.code, check.out, check.err) == (0 if running else 3, "", "")


def test_the_settings_of_the_random_ones_differ_in_what_runs(shared: Bench) -> None:
    def short(config: dict[str, str], *args: str, project: str = "", **environ: str) -> str:
        with placed(shared, config, project):
            return shared.ok("status", "--short", *args, **environ).out.rpartition(" ")[0]

    assert short({}) == "Ada first"
    assert short({"default": '"Club"'}) == "Ada club"
    assert short({"default": "'Club' # of the club"}) == "Ada club"
    assert short({"default": '"clu"'}) == "Ada club"
    assert short({"default": '"Club"'}, CLOCKIFY_WORKSPACE="local") == "Home"
    assert short({"default": '"local"'}, project='"Club"') == "Ada club"
    assert short({}, "--profile", "work") == "Bob first"
    assert short({"work": '"Club"'}, "--profile", "work") == ""
    assert short({}, "--profile", "idle") == "Home"


def test_a_key_that_was_never_checked_is_told_and_not_asked_about(stranger: Bench) -> None:
    environ = {"CLOCKIFY_API_KEY": stranger.fake.key, "CLOCKIFY_API_URL": stranger.fake.url}
    for mode in ("--short", "--check"):
        done = stranger("status", mode, **environ)
        assert (done.code, done.out, done.requests) == (4, "", ())
        assert "clockify status" in done.err
    stranger.ok("status", **environ)
    assert stranger("status", "--check", **environ).code == 3


def prompt_line(clockify: Bench, name: str = "timer") -> str:
    file = clockify.home / "clockify" / "state" / name
    return file.read_text().strip().partition("\t")[2] if file.exists() else "no file"


def test_the_prompt_file_holds_the_configured_workspace_of_its_profile(clockify: Bench) -> None:
    fake = clockify.fake
    club = fake.add_workspace("Club")
    fake.add_member(fake.user_id, club.id)
    clockify.ok("workspaces", "--refresh")
    clockify.ok("start", "Here", "--offline")
    assert prompt_line(clockify) == "Here"
    clockify.ok("start", "There", "--offline", "-w", "Club")
    clockify.ok("start", "Nowhere", "--offline", CLOCKIFY_WORKSPACE="local")
    assert prompt_line(clockify) == "Here"
    clockify.ok("workspaces", "use", "Club")
    assert prompt_line(clockify) == "There"
    clockify.ok("config", "set", "workspace", "local")
    assert prompt_line(clockify) == "Nowhere"
    clockify.ok("config", "unset", "workspace")
    assert prompt_line(clockify) == "Here"
    clockify.ok("logout")
    assert prompt_line(clockify) == "Nowhere"


def test_each_profile_has_its_prompt_file_and_a_change_of_one_reaches_the_others(
    clockify: Bench,
) -> None:
    clockify.ok("config", "set", "tz", "UTC", "--profile", "two")
    clockify.ok("start", "Here", "--offline")
    assert prompt_line(clockify, "timer-two") == "no file"
    clockify.ok("start", "Home", "--profile", "two")
    assert (prompt_line(clockify), prompt_line(clockify, "timer-two")) == ("Here", "Home")
    clockify.ok("start", "Both", "-w", "local")
    assert (prompt_line(clockify), prompt_line(clockify, "timer-two")) == ("Here", "Both")
    clockify.ok("stop", "-w", "local")
    assert prompt_line(clockify, "timer-two") == ""


def test_completion_offers_the_names_of_the_workspace_that_commands_mean(
    clockify: Bench, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def offered(**environ: str) -> list[str]:
        done = clockify.ok("__complete", "2", "start", "-p", "", **environ)
        return done.out.split()

    clockify.ok("projects", "add", "Kept", "-w", "local")
    names = offered()
    assert "Kept" not in names
    assert offered(CLOCKIFY_WORKSPACE="local") == ["Kept"]
    clockify.config_file().write_text(
        clockify.config_file()
        .read_text()
        .replace('workspace = "', 'workspace = """')
        .replace(f'{clockify.fake.workspace_id}"', f'{clockify.fake.workspace_id}"""')
    )
    assert offered() == names
