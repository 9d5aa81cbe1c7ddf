"""Tests of where each setting comes from, and of messages about an invalid configuration."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from clockify_cli.config.settings import Settings, load_settings
from clockify_cli.errors import ConfigError, UsageError
from clockify_cli.paths import Paths, find_paths

CONFIG = """\
# My settings.
[default]
tz = "Europe/Berlin"
week-start = "sunday"
default.project = "Acme/Website"

[default.alias]
daily = "start Standup"

[work]
tz = "America/New_York"
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = find_paths({"CLOCKIFY_HOME": str(tmp_path)})
    found.config.mkdir(0o700)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a working folder, two levels below the one with a project's file."""
    folder = tmp_path / "project" / "src" / "deep"
    folder.mkdir(parents=True)
    return folder


def write(paths: Paths, text: str | bytes, mode: int = 0o600) -> None:
    raw = text.encode() if isinstance(text, str) else text
    paths.config_file.write_bytes(raw)
    paths.config_file.chmod(mode)


def load(
    paths: Paths,
    environ: dict[str, str] | None = None,
    cwd: Path | None = None,
    **options: str,
) -> Settings:
    return load_settings(paths, {"TZ": "UTC"} | (environ or {}), options=options, cwd=cwd)


def test_without_anything_the_defaults_hold(paths: Paths) -> None:
    settings = load(paths)
    assert settings.warnings == ()
    assert settings.profile == "default"
    assert (settings.zone_name, str(settings.origin("tz"))) == ("UTC", "machine")
    assert (settings.week_start, settings.workdays) == (0, frozenset(range(5)))
    assert settings.clock == "24"
    assert (settings.day_start, settings.hours) == (timedelta(), {})
    assert (settings.durations, settings.color, settings.region) == ("clock", "auto", "global")
    assert (settings.fresh_entries, settings.fresh_names) == (
        timedelta(minutes=5),
        timedelta(hours=24),
    )
    assert (settings.sync_deadline, settings.sync_settle) == (
        timedelta(seconds=10),
        timedelta(seconds=120),
    )
    assert (settings.default_project, settings.default_task) == (None, None)
    assert (settings.default_tags, settings.default_billable) == ((), None)
    assert (settings.default_description, settings.workspace, settings.api_url) == (None,) * 3
    assert (settings.aliases, settings.hooks) == ({}, {})


def test_the_file_is_read_for_the_profile_and_each_line_is_known(paths: Paths) -> None:
    write(paths, CONFIG)
    settings = load(paths)
    assert settings.zone.key == "Europe/Berlin"
    assert str(settings.origin("tz")) == f"config file {paths.config_file}:3"
    assert str(settings.origin("default.project")) == f"config file {paths.config_file}:5"
    assert str(settings.origin("alias.daily")) == f"config file {paths.config_file}:8"
    assert settings.aliases == {"daily": "start Standup"}
    assert load(paths, profile="work").zone_name == "America/New_York"
    assert load(paths, {"CLOCKIFY_PROFILE": "work"}).zone_name == "America/New_York"


def test_options_win_over_environment_over_project_over_file_over_account(
    paths: Paths, project: Path
) -> None:
    write(paths, '[default]\nworkspace = "file"\ntz = "Europe/Berlin"\n')
    (project.parents[1] / ".clockify.toml").write_text('workspace = "project"\n')
    environ = {"CLOCKIFY_WORKSPACE": "environment"}
    account = {"workspace": "account", "clock": "12", "tz": "Asia/Tokyo"}
    origins = []
    for settings in (
        load(paths, environ, project, workspace="option"),
        load(paths, environ, project),
        load(paths, cwd=project),
        load(paths),
    ):
        origins.append((settings.workspace, settings.origin("workspace").layer))
    assert origins == [
        ("option", "option"),
        ("environment", "environment"),
        ("project", "project file"),
        ("file", "config file"),
    ]
    with_account = load(paths).with_account(account)
    assert with_account.workspace == "file"
    assert (with_account.clock, str(with_account.origin("clock"))) == ("12", "Clockify")
    assert with_account.zone_name == "Europe/Berlin"


def test_an_empty_variable_counts_as_not_set(paths: Paths) -> None:
    write(paths, '[default]\nworkspace = "file"\n')
    environ = {"CLOCKIFY_WORKSPACE": "", "CLOCKIFY_TZ": " ", "CLOCKIFY_PROFILE": ""}
    assert load(paths, environ).workspace == "file"


def test_a_bad_variable_is_named(paths: Paths) -> None:
    with pytest.raises(ConfigError, match='CLOCKIFY_TZ: "Foo/Bar" is not a known time zone'):
        load(paths, {"CLOCKIFY_TZ": "Foo/Bar"})


def test_an_unknown_key_warns_and_names_the_nearest(paths: Paths) -> None:
    write(paths, '[default]\nweekstart = "sunday"\nhook.begin = "x"\ndefault.task = "y"\n')
    (first, second, third) = load(paths).warnings
    assert first.startswith(f"{paths.config_file}:2: unknown setting weekstart")
    assert first.endswith("did you mean week-start?")
    assert "hook.begin" in second
    assert "default.task" in third


def test_a_value_outside_a_profile_warns(paths: Paths) -> None:
    write(paths, 'tz = "UTC"\n')
    (warning,) = load(paths).warnings
    assert f"{paths.config_file}:1" in warning
    assert "[default]" in warning


def test_a_profile_that_the_file_lacks_is_refused_with_those_there_are(paths: Paths) -> None:
    write(paths, CONFIG)
    with pytest.raises(UsageError, match='there is no profile "wrok"') as refused:
        load(paths, profile="wrok")
    assert "Profiles: default, work." in refused.value.hint
    assert "clockify login --profile wrok" in refused.value.hint


def test_a_profile_of_the_environment_that_the_file_lacks_names_the_variable(paths: Paths) -> None:
    with pytest.raises(UsageError, match="CLOCKIFY_PROFILE: there is no profile"):
        load(paths, {"CLOCKIFY_PROFILE": "wrok"})


def test_a_profile_that_is_to_be_made_has_the_defaults(paths: Paths) -> None:
    write(paths, CONFIG)
    settings = load_settings(paths, {}, options={"profile": "new"}, cwd=None, new_profile=True)
    assert (settings.profile, settings.warnings) == ("new", ())
    assert settings.origin("tz").layer != "config file"


@pytest.mark.parametrize("name", ["../x", "", "a b", "x" * 65, "a.b", "\x1b"])
def test_a_profile_cannot_be_called_anything(paths: Paths, name: str) -> None:
    with pytest.raises(UsageError, match="is not a profile name"):
        load(paths, profile=name)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[default]\n\n\nweek-start = "funday"\n', ":4: week-start"),
        ("[default]\nclock = 13\n", ":2: clock"),
        ("[default]\ntz = 5\n", ":2: tz"),
        ('[default]\r\ntz = "Foo/Bar"\r\n', ":2: tz"),
        ('[default.fresh]\nentries = "soon"\n', ":2: fresh.entries"),
        ('[default]\n"fresh.names" = "x"\n', ":2: fresh.names"),
        ("[default]\ntz = \n", ":2 is not valid TOML"),
        ('[default]\ntz = "UTC"\ntz = "UTC"\n', ":3 is not valid TOML"),
        ("[default]\n[default]\n", ":2 is not valid TOML"),
        ("tz = 'UTC", ":1 is not valid TOML"),
        (b"[default]\n\xff\xfe\x00", ":2 is not UTF-8"),
        (b"\x00\x01\x02", ":1 is not valid TOML"),
        (b"#" * (10 << 20), " is larger than 1 MiB"),
        ("x = " + "[" * 5000, " is n"),
        ("[default]\nx = " + "9" * 5000, ":2 holds a number that is too long"),
        ("[default]\n\nx = [1, 0x" + "f" * 5000 + "]", ":3 holds a number that is too long"),
        ('default = "x"\n', ":1: default is not a table"),
    ],
)
def test_a_file_that_is_no_good_is_named_with_its_line(
    paths: Paths, text: str | bytes, place: str
) -> None:
    write(paths, text)
    with pytest.raises(ConfigError) as caught:
        load(paths)
    assert f"{paths.config_file}{place}" in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "\ufeff" + CONFIG, CONFIG.replace("\n", "\r\n")]
)
def test_empty_files_byte_order_marks_and_crlf_are_fine(paths: Paths, text: str) -> None:
    write(paths, text)
    settings = load(paths)
    assert settings.warnings == ()
    assert settings.zone_name == ("Europe/Berlin" if "Berlin" in text else "UTC")


class TestWhoseFile:
    def test_a_key_that_others_can_read_is_not_used_and_the_chmod_is_named(
        self, paths: Paths
    ) -> None:
        write(paths, '[default]\nkey = "secret-key"\ntz = "Europe/Berlin"\n', 0o644)
        settings = load(paths)
        assert settings.get("key") is None
        assert settings.zone_name == "Europe/Berlin"
        (warning,) = settings.warnings
        assert f"chmod 600 '{paths.config_file}'" in warning
        assert "secret-key" not in warning
        write(paths, '[default]\nkey = "secret-key"\n')
        assert load(paths).get("key") == "secret-key"

    def test_a_file_of_another_user_is_refused(self, paths: Paths) -> None:
        write(paths, CONFIG)
        try:
            os.chown(paths.config_file, 65534, 65534)
        except PermissionError:
            pytest.skip("NOT ROOT: a file of another user cannot be made here")
        with pytest.raises(ConfigError, match="belongs to another user"):
            load(paths)

    def test_a_link_to_a_file_of_ones_own_is_read(self, paths: Paths, tmp_path: Path) -> None:
        (tmp_path / "dotfiles.toml").write_text(CONFIG)
        paths.config_file.symlink_to(tmp_path / "dotfiles.toml")
        assert load(paths).zone_name == "Europe/Berlin"

    def test_a_link_to_nothing_is_refused(self, paths: Paths, tmp_path: Path) -> None:
        paths.config_file.symlink_to(tmp_path / "gone")
        with pytest.raises(ConfigError, match="link to nothing"):
            load(paths)

    def test_a_folder_or_a_pipe_in_its_place_is_refused_at_once(self, paths: Paths) -> None:
        paths.config_file.mkdir()
        with pytest.raises(ConfigError):
            load(paths)
        paths.config_file.rmdir()
        os.mkfifo(paths.config_file)
        with pytest.raises(ConfigError, match="not a regular file"):
            load(paths)


class TestProjectFile:
    def test_the_nearest_above_sets_what_it_may(self, paths: Paths, project: Path) -> None:
        (project.parents[1] / ".clockify.toml").write_text('project = "Far"\n')
        (project.parent / ".clockify.toml").write_text(
            'project = "Near"\ntask = "Build"\ntags = ["deep", "code"]\nbillable = true\n'
        )
        settings = load(paths, cwd=project)
        assert (settings.default_project, settings.default_task) == ("Near", "Build")
        assert (settings.default_tags, settings.default_billable) == (("deep", "code"), True)
        origin = str(settings.origin("default.task"))
        assert origin == f"project file {project.parent}/.clockify.toml:2"

    @pytest.mark.parametrize(
        "line",
        [
            'key = "x"',
            'api-url = "https://evil.example"',
            'key-command = "touch broken"',
            'hook.start = "touch broken"',
            'alias.start = "delete last"',
            'tz = "UTC"',
            '[default]\nkey = "x"',
        ],
    )
    def test_anything_else_is_named_and_ignored(
        self, paths: Paths, project: Path, line: str
    ) -> None:
        (project / ".clockify.toml").write_text(f'project = "Near"\n{line}\n')
        settings = load(paths, cwd=project)
        (warning,) = settings.warnings
        assert ".clockify.toml:" in warning
        assert "may not set" in warning
        assert settings.default_project == "Near"
        assert settings.get("key") is None
        assert (settings.api_url, settings.hooks, settings.aliases) == (None, {}, {})

    def test_a_bad_value_names_the_file_and_line(self, paths: Paths, project: Path) -> None:
        (project / ".clockify.toml").write_text("\nbillable = 5\n")
        with pytest.raises(ConfigError, match=r"\.clockify\.toml:2: billable"):
            load(paths, cwd=project)

    @pytest.mark.parametrize(
        ("head", "filled"),
        [
            ("ref: refs/heads/fix/login\n", "Work on fix/login"),
            ("0123456789abcdef0123456789abcdef01234567\n", "Work on 0123456"),
            ("ref: refs/heads/\x1b[31m\n", "Work"),
            ("anything else\n", "Work"),
            ("", "Work"),
        ],
    )
    def test_the_branch_is_filled_in(
        self, paths: Paths, project: Path, head: str, filled: str
    ) -> None:
        (project.parent / ".clockify.toml").write_text('description = "Work on {branch}"\n')
        (project.parent / ".git").mkdir()
        (project.parent / ".git" / "HEAD").write_text(head)
        assert load(paths, cwd=project).default_description == filled

    def test_the_branch_of_a_worktree_is_found(self, paths: Paths, project: Path) -> None:
        (project / ".clockify.toml").write_text('description = "{branch}: {other}"\n')
        (project / ".git").write_text("gitdir: ../../store\n")
        (project.parents[1] / "store").mkdir()
        (project.parents[1] / "store" / "HEAD").write_text("ref: refs/heads/topic\n")
        assert load(paths, cwd=project).default_description == "topic: {other}"

    def test_without_a_repository_the_branch_is_empty(self, paths: Paths, project: Path) -> None:
        (project / ".clockify.toml").write_text('description = "Work {branch}"\n')
        assert load(paths, cwd=project).default_description == "Work"

    def test_a_description_of_nothing_but_a_branch_does_not_count_without_one(
        self, paths: Paths, project: Path
    ) -> None:
        (project / ".clockify.toml").write_text('description = "on {branch}"\n')
        assert load(paths, cwd=project).default_description is None

    def test_a_removed_working_folder_is_no_error(self, paths: Paths) -> None:
        assert load(paths, cwd=None).default_project is None


def test_a_key_that_there_is_not_cannot_be_asked_for(paths: Paths) -> None:
    with pytest.raises(ConfigError, match="unknown setting"):
        load(paths).get("weekstart")


def test_the_value_of_the_key_is_in_no_message(paths: Paths) -> None:
    write(paths, '[default]\nkey = ["secret-key"]\n')
    with pytest.raises(ConfigError) as caught:
        load(paths)
    assert "secret-key" not in caught.value.message
