"""Tests that `whoami` and `config list` are tables on a terminal, and plain text elsewhere."""

from __future__ import annotations

import pytest

from tests.scenarios.signed_in.bench import Bench


def test_whoami_is_a_table_that_keeps_long_facts_in_their_column(clockify: Bench) -> None:
    plain = clockify.ok("whoami").out
    clockify.screen = True
    shown = clockify.ok("whoami", NO_COLOR="1", COLUMNS="40").out
    for text in (plain, shown):
        names = [line.split("  ")[0] for line in text.splitlines() if line[:1].strip()]
        assert names[:4] == ["Signed in", "Clockify", "Workspace", "Time zone"]
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert "\x1b[1mSigned in" in clockify.ok("whoami").out
    assert "\x1b" not in plain


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_settings_are_in_line_at_every_width(clockify: Bench, columns: str) -> None:
    clockify.ok("config", "set", "alias.long", "report month --by " + ",".join(["client"] * 9))
    clockify.screen = True
    lines = clockify.ok("config", "list", NO_COLOR="1", COLUMNS=columns).out.splitlines()
    assert all(len(line) <= int(columns) for line in lines)
    assert any(line.startswith("alias.long") for line in lines)
    starts = {line.index("5m") for line in lines if line.startswith("fresh.entries")}
    starts |= {line.index("24h") for line in lines if line.startswith("fresh.names")}
    assert len(starts) == 1
