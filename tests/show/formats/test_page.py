"""Tests of HTML pages: valid, without requests, every text escaped, and readable by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.bill import Bill, BillRange, Line, Named, Terms
from clockify_cli.domain.entry import BREAK, REGULAR, Ref
from clockify_cli.domain.measured import Measure, Sums
from clockify_cli.domain.money import Amount, Rate
from clockify_cli.domain.report import Dimension, Group, Report
from clockify_cli.domain.terminal_text import clean_line
from clockify_cli.domain.timesheet import Timesheet, TimesheetRow
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from clockify_cli.show.formats import day_chart as charts
from clockify_cli.show.formats.day_chart import day_chart
from clockify_cli.show.formats.page import (
    bill_page,
    calendar_unit,
    log_page,
    report_page,
    timesheet_page,
)
from clockify_cli.show.messages import TWICE
from clockify_cli.show.views import Cover
from tests.show.samples import DAYS, NOW, SPEC, STANDUP, TIMES

HOSTILE = "\"><script>alert('x')</script>&amp;<img src=http://evil.example/x onerror=y> \x1b[31m"
SEEN = HOSTILE.replace("\x1b", "^[")
COVER = Cover("Time report", "Week 48", (("Person", HOSTILE), ("Entries", f"client {HOSTILE}")))
HOUR = 3600
Parsed = Element


def group(name: str, seconds: int, *groups: Group, dimension: Dimension = "project") -> Group:
    """Return a group of billable time at 95 EUR an hour."""
    cents = seconds * 9500 // HOUR
    return Group(
        dimension=dimension,
        key=name,
        name=name,
        seconds=seconds,
        billable_seconds=seconds,
        entry_count=1,
        groups=groups,
        sums=Sums(seconds + 900, (Amount(cents, "EUR"),)),
    )


def report(*groups: Group, by: tuple[Dimension, ...] = ("project",), **more: Any) -> Report:
    seconds = sum(each.seconds for each in groups)
    return Report(
        start=NOW,
        end=NOW + timedelta(days=7),
        by=by,
        seconds=more.pop("seconds", seconds),
        billable_seconds=seconds,
        entry_count=len(groups),
        groups=groups,
        **more,
    )


LENGTHS: tuple[Dimension, list[tuple[date, int]]] = (
    "day",
    [(day, hour * HOUR) for day, hour in zip(DAYS, (7, 0, 8, 3, 5, 0, 0), strict=True)],
)
BILL = Bill(
    id="b" * 32,
    ref=HOSTILE,
    state="void",
    client=Named("c", HOSTILE),
    currency="EUR",
    range=BillRange(start=None, end=NOW, time_zone="Europe/Berlin"),
    terms=Terms(),
    created=NOW,
    lines=(
        Line(
            key="k",
            description=HOSTILE,
            project="Website",
            task="",
            quantity=150,
            rate=Rate(9500, "EUR"),
            amount=14250,
            seconds=5400,
            first=date(2026, 11, 23),
            last=date(2026, 11, 24),
            entries=("e",),
        ),
    ),
    corrects="40",
)


def hostile_report() -> str:
    inner = group(HOSTILE, HOUR, dimension="task")
    measured = report(
        group(HOSTILE, HOUR, inner),
        group("Other", 2 * HOUR),
        by=("project", "task"),
        measure=Measure(rounded=True, priced=True),
        sums=Sums(3 * HOUR + 1800, (Amount(28500, "EUR"),)),
        unrated=(1, 600),
        running=True,
        of_types={BREAK: 1800},
    )
    return report_page(measured, COVER, TIMES, LENGTHS)


def hostile_log() -> str:
    entry = replace(SPEC, description=HOSTILE, tags=(Ref("t", None, HOSTILE),))
    rows = (EntryRow(entry, 1, 1800, 4380), EntryRow(replace(STANDUP, type=BREAK), 2))
    days = (LogDay(DAYS[1], 4620, rows, {BREAK: 240}),)
    view = LogView("Week 48", days, 4620, 4380, left_out=3, of_types={BREAK: 240})
    return log_page(view, COVER, TIMES)


def hostile_timesheet() -> str:
    seconds = (HOUR, 0, 1800, 0, 0, 0, 0)
    pause = (0, 0, 600, 0, 0, 0, 0)
    row = TimesheetRow(key="p", name=HOSTILE, seconds=seconds, total=5400, of_types={BREAK: pause})
    sheet = Timesheet(
        days=DAYS, rows=(row,), totals=seconds, total=5400, running=True, of_types={BREAK: pause}
    )
    return timesheet_page(sheet, sheet, COVER, TIMES)


PAGES = {
    "report": hostile_report(),
    "log": hostile_log(),
    "timesheet": hostile_timesheet(),
    "bill": bill_page(BILL, TIMES),
    "nothing": report_page(report(), COVER, TIMES, ("day", [])),
    "no entries": log_page(LogView("Week 48", (), 0, 0), COVER, TIMES),
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def parsed(page: str) -> Parsed:
    """Parse *page* as a browser does; whatever HTML does not allow is an error."""
    found: Parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return found


def texts(element: Parsed) -> Iterator[str]:
    yield from (text.strip() for text in element.itertext() if text.strip())


def cells(page: str) -> list[list[str]]:
    return [
        ["".join(cell.itertext()).strip() for cell in row if local(cell) in ("td", "th")]
        for row in parsed(page).iter("tr")
    ]


def local(element: Parsed) -> str:
    return str(element.tag).rpartition("}")[2]


@every_page
def test_a_page_is_valid_and_asks_nobody_for_anything(page: str) -> None:
    for element in parsed(page).iter():
        assert local(element) not in ("script", "link", "img", "iframe", "object", "base", "form")
        names = {str(name).lower() for name in element.attrib}
        assert not names & {"src", "href", "xlink:href", "action", "data", "poster", "srcset"}
        assert not any(name.startswith("on") for name in names)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in style


@every_page
def test_a_page_has_one_title_its_language_and_heads_that_a_screen_reader_finds(page: str) -> None:
    root = parsed(page)
    assert root.get("lang") == "en"
    (title,) = root.iter("title")
    (h1,) = root.iter("h1")
    assert "".join(title.itertext()).startswith("".join(h1.itertext()).strip())
    assert len(list(root.iter("h2"))) == 1
    for table in root.iter("table"):
        assert len(list(table.iter("caption"))) == 1
        for head in table.iter("th"):
            assert head.get("scope") in ("col", "row", "rowgroup")
        for row in table.iter("tr"):
            assert any(local(cell) == "th" for cell in row) or page is PAGES["log"]
    for drawing in (each for each in root.iter() if local(each) == "svg"):
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label")


@pytest.mark.parametrize(
    ("kind", "times"), [("report", 6), ("log", 4), ("timesheet", 4), ("bill", 4)]
)
def test_hostile_names_are_shown_literally_wherever_they_stand(kind: str, times: int) -> None:
    root = parsed(PAGES[kind])

    found = sum(SEEN in "".join(element.itertext()) for element in root.iter() if not len(element))
    found += sum(SEEN in value for element in root.iter() for value in element.attrib.values())

    assert found == times
    assert "\x1b" not in PAGES[kind]


@settings(max_examples=20)
@given(st.text(min_size=1, max_size=60))
def test_any_name_is_shown_as_it_is_cleaned(name: str) -> None:
    page = report_page(report(group(name, HOUR)), COVER, TIMES, LENGTHS)

    # A browser ignores spaces at the ends of a text.
    assert cells(page)[1][0] == clean_line(name).strip()


def test_the_rows_of_a_report_are_its_groups_with_their_shares_and_amounts() -> None:
    page = report_page(
        report(
            group("Website", 3 * HOUR, group("Draft", 3 * HOUR, dimension="task")),
            group("App", HOUR),
            by=("project", "task"),
            measure=Measure(priced=True),
            sums=Sums(0, (Amount(38000, "EUR"),)),
        ),
        Cover("Time report"),
        TIMES,
        LENGTHS,
    )

    assert cells(page) == [
        ["Project", "Time", "EUR", "Share"],
        ["Website", "3:00", "285.00", "Website: 75 %75 %"],
        ["Draft", "3:00", "285.00", ""],
        ["App", "1:00", "95.00", "App: 25 %25 %"],
        ["Total", "4:00", "380.00", ""],
    ]
    widths = [rect.get("width") for rect in parsed(page).iter() if local(rect) == "rect"]
    assert widths[-2:] == ["750", "250"]


def test_the_shares_come_to_100_percent() -> None:
    thirds = [group(name, HOUR) for name in ("a", "b", "c")]

    shown = cells(report_page(report(*thirds), COVER, TIMES, LENGTHS))

    assert [row[-1].split(": ")[1] for row in shown[1:-1]] == ["34 %34 %", "33 %33 %", "33 %33 %"]


def test_what_is_rounded_says_so_and_stands_beside_what_was_worked() -> None:
    page = PAGES["report"]

    assert cells(page)[0] == ["Project", "Rounded", "Worked", "EUR", "Share"]
    assert cells(page)[-1] == ["Total", "3:30", "3:00", "285.00", ""]
    assert "Worked time by day" in page
    assert "0:10 of billable time has no rate and is in no amount." in page
    assert "Of it break 0:30." in page
    assert "Counts the running timer up to 2026-11-24 10:19." in page


def test_tags_that_count_twice_are_said_to() -> None:
    tagged = [group(name, HOUR, dimension="tag") for name in ("a", "b")]

    assert TWICE in report_page(report(*tagged, by=("tag",), seconds=HOUR), COVER, TIMES, LENGTHS)
    assert TWICE not in report_page(report(*tagged, by=("tag",)), COVER, TIMES, LENGTHS)


def test_a_log_has_a_part_for_each_day_and_says_what_is_left_out() -> None:
    rows = cells(PAGES["log"])

    assert rows[1] == ["Tue 24 Nov 2026", "1:17", "of it break 0:04"]
    assert rows[2][:3] == ["09:02–10:15", "0:30 of 1:13", "Acme / Website"]
    assert rows[3][:4] == ["10:15–now", "0:04", "Internal", "Standup (break)"]
    assert rows[-1] == ["Total", "1:17", "of it break 0:04, billable 1:13"]
    assert "3 earlier entries are not shown" in PAGES["log"]


def test_a_timesheet_has_a_column_for_each_day_and_a_row_for_each_type() -> None:
    rows = cells(PAGES["timesheet"])

    assert rows[0] == ["Project", *(f"{day:%a} {day.day}" for day in DAYS), "Total", "Worked"]
    assert rows[1][1:] == ["1:00", "", "0:20", "", "", "", "", "1:20", "1:20"]
    assert rows[2][0] == f"{SEEN} (break)"
    assert rows[3] == ["Total", "1:00", "", "0:30", "", "", "", "", "1:30", "1:30"]
    assert rows[4] == ["of it break", "", "", "0:10", "", "", "", "", "0:10", "0:10"]
    assert REGULAR not in PAGES["timesheet"]


def test_a_bill_says_for_whom_and_what_it_is_about() -> None:
    said = list(texts(parsed(PAGES["bill"])))

    assert said[said.index("Service") + 1] == "2026-11-23 to 2026-11-24"
    assert said[said.index("Corrects") + 1] == "bill 40"
    assert said[said.index("State") + 1] == "void"
    assert cells(PAGES["bill"])[1][1:] == ["2026-11-23 to 2026-11-24", "1.50", "95.00", "142.50"]


# ── the chart of days ────────────────────────────────────────────────────────────────────────


def chart(lengths: Sequence[int], unit: Dimension = "day") -> charts.DayChart:
    first = date(2026, 11, 1)
    days = [(first + timedelta(days=number), length) for number, length in enumerate(lengths)]
    found = day_chart("Time", unit, days, TIMES)
    assert found is not None
    return found


def test_columns_are_as_high_as_their_time_and_stand_on_the_lowest_line() -> None:
    found = chart([2 * HOUR, 0, 4 * HOUR])

    first, none, last = found.bars
    assert last.height == pytest.approx(2 * first.height)
    assert none.height == 0
    assert {round(bar.y + bar.height, 1) for bar in found.bars} == {found.lines[0].y}
    assert [line.label for line in found.lines] == ["0:00", "1:00", "2:00", "3:00", "4:00"]
    assert [bar.value for bar in found.bars] == ["2:00", "", "4:00"]
    assert found.bars[0].label == "Sun 1"
    assert found.bars[0].title == "Sun 1 Nov 2026: 2:00"


@pytest.mark.parametrize("most", [60, 900, HOUR, 7 * HOUR + 59, 24 * HOUR, 9000 * HOUR])
@pytest.mark.parametrize("count", [2, 14, 31, 62])
def test_every_column_is_within_the_drawing(most: int, count: int) -> None:
    found = chart([most] * count)

    assert 2 <= len(found.lines) <= 6
    for bar in found.bars:
        assert found.left <= bar.x
        assert bar.x + bar.width <= found.width
        assert 10 <= bar.y <= bar.y + bar.height <= found.height


def test_many_days_have_fewer_names_and_weeks_and_months_their_own() -> None:
    assert [bar.label for bar in chart([HOUR] * 31).bars][:2] == ["1", "2"]
    assert sum(bool(bar.label) for bar in chart([HOUR] * 62).bars) == 9
    assert chart([HOUR] * 3, "week").bars[0].title == "the week of Sun 1 Nov 2026: 1:00"
    assert chart([HOUR] * 3, "month").bars[0].label == "Nov 26"
    assert [calendar_unit(days) for days in (1, 62, 63, 434, 435)] == [
        "day",
        "day",
        "week",
        "week",
        "month",
    ]


@pytest.mark.parametrize("lengths", [[], [HOUR], [0, 0]])
def test_there_is_no_chart_of_nothing(lengths: list[int]) -> None:
    assert day_chart("Time", "day", [(DAYS[0], each) for each in lengths], TIMES) is None


# ── colours ──────────────────────────────────────────────────────────────────────────────────

CSS = (Path(charts.__file__).parent / "templates" / "page.css").read_text()


def schemes() -> list[dict[str, str]]:
    """Return the colours in light, in dark and on paper."""
    return [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.S)
    ]


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_it_is_meant() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


WEBSITE = {"Website": "#ffeb3b"}
"""A colour that is almost white, on a white page."""


def swatches(page: str) -> list[tuple[str, str]]:
    """Return the colour of each swatch, and the text after it."""
    return [
        (str(span.get("style", "")).partition(";")[0], "".join(parent.itertext()).strip())
        for parent in parsed(page).iter()
        for span in parent
        if span.get("class") == "swatch"
    ]


def test_a_project_has_its_own_colour_beside_its_name_and_in_its_bar() -> None:
    inner = group("Draft", HOUR, dimension="task")
    found = report(group("Website", HOUR, inner), group("App", HOUR), by=("project", "task"))

    page = report_page(found, COVER, TIMES, LENGTHS, WEBSITE)

    assert swatches(page) == [("background: #ffeb3b", "Website"), ("", "App")]
    bars = [each for each in parsed(page).iter() if each.get("width") == "500"]
    assert [(bar.get("class"), bar.get("style")) for bar in bars] == [
        ("own", "fill: #ffeb3b"),
        (None, None),
    ]
    assert all(
        span.get("aria-hidden")
        for span in parsed(page).iter()
        if local(span) == "span" and span.get("class") == "swatch"
    )


def test_logs_and_timesheets_have_colours_too() -> None:
    project = SPEC.project
    assert project is not None
    view = LogView("Week 48", (LogDay(DAYS[1], 4380, (EntryRow(SPEC, 1),)),), 4380, 4380)
    row = TimesheetRow(key="p", name="Website", seconds=(HOUR,) * 7, total=7 * HOUR)
    sheet = Timesheet(days=DAYS, rows=(row,), totals=row.seconds, total=row.total)

    log = log_page(view, COVER, TIMES, {project.local_id: "#0b83d9"})
    grid = timesheet_page(sheet, None, COVER, TIMES, {"p": "#0b83d9"})

    assert swatches(log) == [("background: #0b83d9", "Acme / Website")]
    assert swatches(grid) == [("background: #0b83d9", "Website")]


@pytest.mark.parametrize("page", [*PAGES.values(), report_page(report(), COVER, TIMES, LENGTHS)])
def test_without_colours_there_are_no_swatches(page: str) -> None:
    assert swatches(page) == []


def test_what_has_a_colour_of_its_own_has_a_line_around_it_that_is_seen() -> None:
    """Its colour may be that of the page."""
    assert ".bar rect.own { stroke: var(--faint);" in CSS
    assert "border-color: var(--faint)" in report_page(
        report(group("Website", HOUR)), COVER, TIMES, LENGTHS, WEBSITE
    )


@pytest.mark.parametrize("number", range(3), ids=["light", "dark", "print"])
def test_texts_and_bars_can_be_told_from_what_is_behind_them(number: int) -> None:
    colors = schemes()[number]
    assert len(schemes()) == 3
    for text in ("text", "faint"):
        for behind in ("page", "band"):
            assert contrast(colors[text], colors[behind]) >= 4.5, (text, behind)
    assert contrast(colors["bar"], colors["page"]) >= 3
    others = re.findall(r"#[0-9a-f]{3,6}\b", re.sub(r":root \{.*?\}", "", CSS, flags=re.S))
    assert others == [], "colours beside those that were measured"
