"""Tests of `report --round` and `--amounts`, and of their settings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Clockify, prepared

WEBSITE, APP, SITE = "Acme/Website", "Acme/App", "Beta/Site"


@prepared
def tracked(clockify: Clockify) -> Clockify:
    """Track 58 minutes of Website on two days, 30 of App, 20 of Beta's Site, 15 not billable."""
    clockify("add", "Spec", "yesterday 8:00-8:07", "-p", WEBSITE, "-b")
    clockify("add", "Call", "yesterday 9:00-9:20", "-p", WEBSITE, "-b")
    clockify("add", "Code", "6:00-6:31", "-p", WEBSITE, "-b")
    clockify("add", "Fix", "7:00-7:30", "-p", APP, "-b")
    clockify("add", "Plan", "8:00-8:20", "-p", SITE, "-b")
    clockify("add", "Mail", "9:00-9:15", "-p", APP, "-B")
    return clockify


def report(clockify: Clockify, *args: str) -> Any:
    done = clockify("report", "week", "--json", *args)
    assert done.code == 0, done.err
    return json.loads(done.out)


def rounded(document: Any) -> dict[str, int]:
    return {group["name"]: group["roundedSeconds"] // 60 for group in document["groups"]}


def amounts(document: Any) -> dict[str, str]:
    return {each["currency"]: each["amount"] for each in document["amounts"]}


@pytest.mark.parametrize(
    ("how", "minutes"),
    [
        (("--round", "15m:up"), 90),
        (("--round", "15m:up", "--round-by", "entry"), 90),
        (("--round", "15m:up", "--round-by", "day"), 75),
        (("--round", "15m:up", "--round-by", "group"), 60),
        (("--round", "15m"), 45),
        (("--round", "15m:down"), 45),
        (("--round", "6m:up:day"), 66),
    ],
)
def test_time_is_rounded_as_asked_and_worked_time_stays_beside_it(
    tracked: Clockify, how: tuple[str, ...], minutes: int
) -> None:
    document = report(tracked, *how)
    assert rounded(document)["Acme / Website"] == minutes
    assert (
        sum(group["roundedSeconds"] for group in document["groups"]) == document["roundedSeconds"]
    )
    assert document["totalSeconds"] == (58 + 30 + 20 + 15) * 60
    assert "amounts" not in document


def test_what_is_not_asked_for_is_not_told(tracked: Clockify) -> None:
    document = report(tracked)
    assert not {"roundedSeconds", "amounts", "unratedSeconds"} & set(document)
    assert not {"roundedSeconds", "amounts"} & set(document["groups"][0])


def test_the_configuration_rounds_each_client_its_own_way(tracked: Clockify) -> None:
    tracked("config", "set", "round", "15m:up")
    tracked("config", "set", "round.Beta", "none")
    assert rounded(report(tracked)) == {
        "Acme / App": 30 + 15,
        "Acme / Website": 90,
        "Beta / Site": 20,
    }
    tracked("config", "set", "round.acme", "1h:up:group")
    assert rounded(report(tracked))["Acme / Website"] == 60
    assert rounded(report(tracked, "--round-by", "entry"))["Acme / Website"] == 180
    assert rounded(report(tracked, "--round", "6m:down"))["Beta / Site"] == 18
    assert "roundedSeconds" not in report(tracked, "--round", "none")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--round", "15"), '"15" has no unit'),
        (("--round", "15m:upp"), "15m:upp"),
        (("--round", "15m", "--round-by", "week"), 'cannot round by "week"'),
        (("--round-by", "day"), "needs --round"),
    ],
)
def test_a_rounding_that_is_none_is_refused(
    tracked: Clockify, args: tuple[str, ...], says: str
) -> None:
    done = tracked("report", *args)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def test_billable_time_costs_what_its_rates_say_by_currency(tracked: Clockify) -> None:
    tracked("config", "set", "rate", "95EUR")
    tracked("config", "set", f"rate.{SITE}", "80USD")
    document = report(tracked, "--amounts")
    assert amounts(document) == {"EUR": "139.33", "USD": "26.67"}
    assert {group["name"]: amounts(group) for group in document["groups"]} == {
        "Acme / App": {"EUR": "47.50"},
        "Acme / Website": {"EUR": "91.83"},
        "Beta / Site": {"USD": "26.67"},
    }
    assert document["unratedSeconds"] == 0
    by_client = report(tracked, "--amounts", "--by", "client,project")
    assert amounts(by_client) == amounts(document)
    assert amounts(by_client["groups"][0]) == {"EUR": "139.33"}


def test_rounded_time_is_what_is_priced(tracked: Clockify) -> None:
    tracked("config", "set", "rate", "95EUR")
    document = report(tracked, "--amounts", "--round", "15m:up", "-p", "Website")
    assert (document["roundedSeconds"], amounts(document)) == (5400, {"EUR": "142.50"})
    group = report(tracked, "--amounts", "--round", "15m:up:group", "-p", "Website")
    assert (group["roundedSeconds"], amounts(group)) == (3600, {"EUR": "95.00"})


def test_the_closest_rate_of_the_configuration_holds(tracked: Clockify) -> None:
    for key, rate in (("rate", "60EUR"), ("rate.ACME", "90EUR"), ("rate.acme / app", "120EUR")):
        assert tracked("config", "set", key, rate).code == 0
    document = report(tracked, "--amounts", "--sort", "name")
    assert [amounts(group) for group in document["groups"]] == [
        {"EUR": "60.00"},
        {"EUR": "87.00"},
        {"EUR": "20.00"},
    ]


def test_a_project_without_a_client_goes_by_its_own_name(clockify: Clockify) -> None:
    clockify("add", "Talk", "9-10", "-p", "Speaking", "-b")
    clockify("config", "set", "rate.Speaking", "500CHF")
    assert amounts(report(clockify, "--amounts")) == {"CHF": "500.00"}
    clockify("config", "set", "rate.none/Speaking", "600CHF")
    assert amounts(report(clockify, "--amounts")) == {"CHF": "600.00"}


def test_entries_without_a_rate_are_named(tracked: Clockify) -> None:
    tracked("config", "set", "rate.Acme", "95EUR")
    done = tracked("report", "week", "--amounts", "--json")
    assert json.loads(done.out)["unratedSeconds"] == 1200
    lines = done.err.splitlines()
    assert lines[0] == "1 billable entry (0:20) has no rate and no amount:"
    assert lines[1].strip().startswith("2026-11-24 08:00  0:20  Beta / Site · Plan  ")
    assert lines[2] == "Set one: `clockify config set rate.Beta/Site 95EUR`."


def test_that_nothing_is_billable_is_said(clockify: Clockify) -> None:
    clockify("add", "Mail", "8-9")
    assert "Nothing in this range is billable" in clockify("report", "--amounts").err
    assert clockify("report").err == ""
    clockify("edit", "last", "-b")
    assert "Nothing in this range is billable" not in clockify("report", "--amounts").err


def test_many_entries_without_a_rate_are_counted(clockify: Clockify) -> None:
    for minute in range(12):
        clockify("add", f"Call {minute}", f"8:{minute:02}-8:{minute + 1:02}", "-b")
    done = clockify("report", "today", "--amounts")
    assert "12 billable entries (0:12) have no rate" in done.err
    assert "and 2 more" in done.err
    assert done.err.count("Call ") == 10


def test_a_pipe_has_rounded_seconds_and_a_column_for_each_currency_last(tracked: Clockify) -> None:
    tracked("config", "set", "rate", "95EUR")
    tracked("config", "set", f"rate.{SITE}", "80USD")
    done = tracked("report", "week", "--amounts", "--round", "15m:up")
    assert done.out.splitlines() == [
        "Acme / Website\t3480\t3480\t3\t5400\t142.50\t",
        "Acme / App\t2700\t1800\t2\t2700\t47.50\t",
        "Beta / Site\t1200\t1200\t1\t1800\t\t40.00",
    ]


def test_csv_has_rounded_durations_and_amounts_as_numbers(tracked: Clockify) -> None:
    tracked("config", "set", "rate", "95EUR")
    args = ("report", "week", "--amounts", "--round", "15m:up", "--by", "client")
    done = tracked(*args, "--format", "csv")
    assert done.err == "Rounded up to 15m by entry.\n"
    assert done.out.splitlines() == [
        "client,duration,billableDuration,entryCount,roundedDuration,amountEUR",
        "Acme,1:43,1:28,5,2:15,190.00",
        "Beta,0:20,0:20,1,0:30,47.50",
    ]
    fields = tracked(*args, "--fields", "client,amounts,roundedSeconds").out.splitlines()
    assert fields[0] == "Acme\t190.00 EUR\t8100"
    picked = json.loads(tracked(*args, "--json", "--fields", "amounts").out)
    assert picked[0] == {"amounts": [{"currency": "EUR", "amount": "190.00"}]}


def test_an_entry_with_two_tags_is_paid_once(clockify: Clockify) -> None:
    clockify("config", "set", "rate", "95EUR")
    clockify("add", "Both", "9-10", "-b", "-g", "deep", "-g", "soon")
    document = report(clockify, "--amounts", "--round", "15m", "--by", "tag")
    assert (document["roundedSeconds"], amounts(document)) == (3600, {"EUR": "95.00"})
    assert [amounts(group) for group in document["groups"]] == [{"EUR": "95.00"}] * 2


def test_a_person_sees_how_time_is_rounded_what_was_worked_and_what_it_costs(
    tracked: Clockify,
) -> None:
    tracked("config", "set", "rate", "95EUR")
    tracked("config", "set", f"rate.{SITE}", "80USD")
    done = tracked("report", "week", "--amounts", "--round", "15m:up", "--format", "table")
    assert done.out.splitlines()[1:] == [
        "Rounded up to 15m by entry",
        "",
        "                 Rounded  Worked            EUR    USD",
        "Acme / Website      1:30    0:58   55 %  142.50",
        "Acme / App          0:45    0:45   27 %   47.50",
        "Beta / Site         0:30    0:20   18 %          40.00",
        "──────────────────────────────────────────────────────",
        "Total               2:45    2:03         190.00  40.00",
        "billable 1:48 of 2:03 worked (88 %)",
    ]


def test_json_and_the_title_say_how_each_client_is_rounded(tracked: Clockify) -> None:
    tracked("config", "set", "round", "15m:up")
    tracked("config", "set", "round.Beta", "6m:down:day")
    rounding = "up to 15m by entry; Beta: down to 6m by day"
    assert report(tracked)["rounding"] == rounding
    assert f"\nRounded {rounding}\n" in tracked("report", "week", "--format", "table").out


def test_the_total_alone_says_what_it_comes_to_rounded_and_in_money(tracked: Clockify) -> None:
    tracked("config", "set", "rate", "95EUR")
    tracked("config", "set", f"rate.{SITE}", "80USD")
    args = ("report", "week", "--total", "--amounts", "--round", "15m:up")
    assert tracked(*args).out == "7380\t9900\t190.00\t40.00\n"
    shown = tracked(*args, "--format", "table").out
    assert shown == "2:45, worked 2:03 · 190.00 EUR · 40.00 USD\n"
    assert json.loads(tracked(*args, "--json").out) == {
        "totalSeconds": 7380,
        "billableSeconds": 6480,
        "entryCount": 6,
        "roundedSeconds": 9900,
        "amounts": [
            {"currency": "EUR", "amount": "190.00"},
            {"currency": "USD", "amount": "40.00"},
        ],
        "unratedSeconds": 0,
    }


def test_what_is_rounded_away_comes_after_what_is_left(clockify: Clockify) -> None:
    clockify("add", "Call", "7:00-7:09", "-p", "Calls")
    clockify("add", "Call", "8:00-8:09", "-p", "Calls")
    clockify("add", "Write", "9:00-9:11", "-p", "Texts")
    document = report(clockify, "--round", "10m:down")
    assert [group["name"] for group in document["groups"]] == ["Texts", "Calls"]
    assert rounded(document) == {"Texts": 10, "Calls": 0}
