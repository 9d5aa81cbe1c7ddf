"""Tests of each setting's values by table; a shown value can be set again."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from clockify_cli.config.files import value_text
from clockify_cli.config.values import KEYS, OPEN_KEYS, find_key, nearest_key

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def read(key: str, raw: object) -> object:
    known = find_key(key)
    assert known is not None
    return known.read(raw)


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("tz", "Europe/Berlin", "Europe/Berlin"),
        ("week-start", "Sunday", 6),
        ("week-start", "mon", 0),
        ("clock", 12, "12"),
        ("clock", "24", "24"),
        ("workdays", "mon-fri", frozenset(range(5))),
        ("workdays", ["mon", "wednesday"], frozenset({0, 2})),
        ("workdays", "sat-mon", frozenset({5, 6, 0})),
        ("day-start", "04:00", 4 * HOUR),
        ("day-start", time(4, 30), 4 * HOUR + 30 * MINUTE),
        ("hours", "mon-thu 8h, fri 6h30m", {**dict.fromkeys(range(4), 8 * HOUR), 4: 6.5 * HOUR}),
        ("hours", "none", {}),
        ("fresh.entries", "1h 30m", 90 * MINUTE),
        ("sync.settle", "1s", timedelta(seconds=1)),
        ("default.tags", "a, b ,a", ("a", "b")),
        ("default.tags", ["a,b", "c"], ("a,b", "c")),
        ("default.billable", True, True),
        ("default.billable", "no", False),
        ("keyring", "on", True),
        ("api-url", "https://api.clockify.me/api/v1/", "https://api.clockify.me/api/v1"),
        ("api-url", "http://127.0.0.1:8080/api/v1", "http://127.0.0.1:8080/api/v1"),
        ("alias.x", "start Standup", "start Standup"),
        ("region", "EU", "eu"),
        ("rate", "95EUR", "95EUR"),
        ("rate", " 95.5 eur ", "95.5EUR"),
        ("rate.Acme Inc./Site v1.2", "95.50USD", "95.50USD"),
        ("round", "15m", "15m"),
        ("round", "6M:Up", "6m:up"),
        ("round.Acme", "1h30m:down:day", "1h30m:down:day"),
        ("round.Acme", "15m:group", "15m:group"),
        ("round.Acme", "none", "none"),
    ],
)
def test_a_value_is_read(key: str, raw: object, value: object) -> None:
    assert read(key, raw) == value


BAD: dict[str, list[object]] = {
    "rate": ["95", 95, "EUR", "95,50EUR", "95.505EUR", "-95EUR", "0EUR", "0.00EUR", "", "95 EURO"],
    "round": ["15", 15, "0m", "25h", "15m:", "15m:upp", "15m:day:up", "up", "", "15m:none"],
    "tz": ["", "Foo/Bar", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", 5, "x" * 5000],
    "week-start": ["funday", "mo", "", 1, None],
    "clock": ["13", 13, True, 12.5],
    "workdays": ["", "funday", "mon-", [], 5, ["mon", 3]],
    "day-start": ["24:00", "4", "04:60", "4 am", "٠٤:٠٠", 4, "-1:00"],
    "hours": ["8h", "mon", "mon 25h", "mon-thu: 8h", ["mon 8h"], "mon eight"],
    "fresh.entries": ["", "5", "5 minutes", -5, "1e9h", "5m!", "9" * 400 + "m"],
    "sync.settle": ["0s"],
    "sync.deadline": ["0s"],
    "default.tags": [5, "a,,b", [1]],
    "default.billable": ["maybe", 2, None],
    "default.project": ["", "   ", True, "a\nb", 5],
    "api-url": [
        "http://api.clockify.me/api/v1",
        "https://user:pw@api.clockify.me",
        "https://api.clockify.me/#x",
        "https://api.clockify.me/?x=1",
        "file:///etc/passwd",
        "https://",
        "https://api.clockify.me:0/",
        "https://api.clockify.me:99999/",
        "https://clöckify.me/",
        "https://[::1",
        5,
    ],
    "region": ["mars", ""],
    "alias.x": ["", 5, "a\0b"],
    "color": ["sometimes"],
}


@pytest.mark.parametrize(
    ("key", "raw"), [(key, raw) for key, values in BAD.items() for raw in values]
)
def test_a_value_that_is_no_good_is_refused_with_a_reason(key: str, raw: object) -> None:
    with pytest.raises(ValueError, match=r"^(is|has|would) "):
        read(key, raw)


@pytest.mark.parametrize("name", [key for key in KEYS if not KEYS[key].secret])
def test_the_default_of_a_key_as_text_sets_the_same(name: str) -> None:
    shown = value_text(name, KEYS[name].default)
    if shown:
        assert read(name, shown) == KEYS[name].default


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("hours", "mon-thu 8h, fri 6h30m"),
        ("workdays", "sat-mon"),
        ("day-start", "04:00:30"),
        ("fresh.entries", "90m"),
        ("fresh.entries", "0s"),
        ("week-start", "sunday"),
        ("default.tags", "a,b"),
        ("keyring", "yes"),
    ],
)
def test_a_value_as_text_sets_the_same(key: str, raw: str) -> None:
    value = read(key, raw)
    assert read(key, value_text(key, value)) == value


def test_the_key_is_never_text() -> None:
    assert value_text("key", "MTIzNDU2Nzg5MGFiY2RlZg") == "(hidden)"


def test_a_key_that_there_is_not_has_a_nearest() -> None:
    assert find_key("weekstart") is None
    assert nearest_key("weekstart") == "week-start"
    assert find_key("alias.") is None
    assert set(OPEN_KEYS) == {"alias", "rate", "round"}
