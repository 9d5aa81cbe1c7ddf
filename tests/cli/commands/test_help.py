"""Tests that each page of `clockify help TOPIC` fits the screen and names only what exists."""

from __future__ import annotations

import re

import pytest

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.commands.help import TOPICS
from clockify_cli.config.settings import ENVIRONMENT
from tests.cli.conftest import Clockify


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_fits_80_columns_and_names_no_command_that_there_is_not(
    clockify: Clockify, topic: str
) -> None:
    done = clockify("help", topic)
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    named = re.findall(r"\bclockify ([a-z]+)", done.out)
    assert set(named) <= set(COMMANDS)


def test_an_unknown_topic_names_the_nearest(clockify: Clockify) -> None:
    done = clockify("help", "filtres")
    assert done.code == 2
    assert "filters" in done.err


def test_help_wants_no_timesheet_and_no_readable_configuration(
    clockify: Clockify, config_file: object
) -> None:
    assert clockify("help", "environment").code == 0


def test_the_exit_codes_are_all_listed(clockify: Clockify) -> None:
    out = clockify("help", "exit-codes").out
    listed = [int(code) for code in re.findall(r"^  (\d+) ", out, re.MULTILINE)]
    assert listed == [*range(10), 130, 143]


@pytest.mark.parametrize(
    "name", ["HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", *ENVIRONMENT, "CLOCKIFY_HOME"]
)
def test_the_environment_is_listed(clockify: Clockify, name: str) -> None:
    assert name in clockify("help", "environment").out
