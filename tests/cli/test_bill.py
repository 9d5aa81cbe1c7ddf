"""Tests of `clockify bill`, from what was tracked to the lines of an invoice."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from clockify_cli.errors import UsageError
from tests.actions.conftest import office
from tests.actions.office import Office, at
from tests.cli.conftest import Clockify, Done, prepared

__all__ = ["office"]

LATER = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
HEADS = (
    "ref,description,project,task,quantity,unit,unit_price,amount,currency,"
    "service_start,service_end"
)


@prepared
def tracked(clockify: Clockify) -> Clockify:
    """Track work for two clients with two rates and two currencies; 15 minutes are not billable."""
    for key, rate in (("rate", "95EUR"), ("rate.Acme/App", "110EUR"), ("rate.Beta", "80USD")):
        assert clockify("config", "set", key, rate).code == 0
    clockify("add", "Spec", "yesterday 8:00-9:30", "-p", "Acme/Website", "-k", "Draft", "-b")
    clockify("add", "Call", "yesterday 10:00-10:20", "-p", "Acme/Website", "-b")
    clockify("add", "Code", "6:00-7:00", "-p", "Acme/App", "-b")
    clockify("add", "Plan", "7:00-7:30", "-p", "Beta/Site", "-b")
    clockify("add", "Mail", "8:00-8:15", "-p", "Acme/App", "-B")
    return clockify


def new(clockify: Clockify, *args: str, **more: Any) -> Done:
    return clockify("bill", "new", *args, **more)


def made(clockify: Clockify, *args: str) -> Any:
    done = new(clockify, *args, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def found(clockify: Clockify, *args: str) -> list[tuple[str, str]]:
    done = clockify("bill", "check", *args, "--json")
    findings = json.loads(done.out)
    assert done.code == (9 if findings else 0)
    return [(one["finding"], one["why"]) for one in findings]


# ── what is not billed yet ───────────────────────────────────────────────────────────────────


def test_what_is_not_billed_yet_is_told_by_client(tracked: Clockify) -> None:
    assert tracked("bill").out.splitlines() == [
        "Acme\t10200\t283.85 EUR\t2026-11-23",
        "Beta\t1800\t40.00 USD\t2026-11-24",
    ]
    assert json.loads(tracked("bill", "--json").out)[0] == {
        "client": "Acme",
        "seconds": 10200,
        "entryCount": 3,
        "amounts": [{"currency": "EUR", "amount": "283.85"}],
        "unratedCount": 0,
        "oldest": "2026-11-23",
    }
    new(tracked, "-c", "Acme", "--ref", "41")
    assert tracked("bill", "--fields", "client").out == "Beta\n"
    new(tracked, "-c", "Beta", "--ref", "42")
    done = tracked("bill", "--format", "table")
    assert (done.code, done.out) == (0, "")
    assert "Nothing left to bill" in done.err


def test_a_filter_chooses_what_is_told(tracked: Clockify) -> None:
    assert tracked("bill", "-c", "Beta").out == "Beta\t1800\t40.00 USD\t2026-11-24\n"
    assert tracked("bill", "-p", "App", "--fields", "client,seconds").out == "Acme\t3600\n"
    assert tracked("bill", "--search", "call").out == "Acme\t1200\t31.35 EUR\t2026-11-23\n"
    tracked("config", "set", "round", "1h:up:day")
    assert tracked("bill", "--search", "call").out == "Acme\t1200\t95.00 EUR\t2026-11-23\n"
    assert json.loads(tracked("bill", "-c", "Acme", "--json").out)[0]["client"] == "Acme"
    assert tracked("bill", "-c", "Nobody").code == 3


def test_what_has_no_rate_is_said(clockify: Clockify) -> None:
    clockify("add", "Work", "8-9", "-p", "Acme/Website", "-b")
    done = clockify("bill")
    assert done.out == "Acme\t3600\t\t2026-11-24\n"
    assert "Acme: 1 entry without a rate." in done.err
    assert "`clockify config set rate.Acme 95EUR`" in done.err


def test_time_without_a_client_can_be_billed_as_the_error_says(tracked: Clockify) -> None:
    tracked("add", "Own", "5:00-6:00", "-p", "Solo", "-b")
    assert "-c none" in new(tracked, "--ref", "43").err
    assert made(tracked, "-c", "none", "--ref", "43")["total"] == "95.00"


# ── making ───────────────────────────────────────────────────────────────────────────────────


def test_a_bill_is_json_as_described(tracked: Clockify) -> None:
    bill = made(tracked, "2026-11", "-c", "Acme", "--ref", "2026-041")
    ids = {
        entry["description"]: entry["localId"]
        for entry in json.loads(tracked("log", "week", "--json").out)
    }
    assert bill == {
        "ref": "2026-041",
        "state": "live",
        "client": "Acme",
        "currency": "EUR",
        "range": {
            "start": "2026-11-01T00:00:00+00:00",
            "end": "2026-12-01T00:00:00+00:00",
            "timeZone": "UTC",
        },
        "corrects": None,
        "createdAt": "2026-11-24T10:00:00Z",
        "lines": [
            line("App", "App", "", "1.00", "110.00", "110.00", 3600, "24", [ids["Code"]]),
            line(
                "Website · Draft", "Website", "Draft", "1.50", "95.00", "142.50", 5400, "23",
                [ids["Spec"]],
            ),
            line("Website", "Website", "", "0.33", "95.00", "31.35", 1200, "23", [ids["Call"]]),
        ],
        "total": "283.85",
    }  # fmt: skip
    assert json.loads(tracked("bill", "show", "2026-041", "--json").out) == bill


def line(
    description: str,
    project: str,
    task: str,
    quantity: str,
    price: str,
    amount: str,
    seconds: int,
    day: str,
    entries: list[str],
) -> dict[str, object]:
    return {
        "description": description,
        "project": project,
        "task": task,
        "quantity": quantity,
        "unit": "h",
        "unitPrice": price,
        "amount": amount,
        "currency": "EUR",
        "seconds": seconds,
        "serviceStart": f"2026-11-{day}",
        "serviceEnd": f"2026-11-{day}",
        "entryIds": entries,
    }


def test_csv_has_one_row_a_line(tracked: Clockify) -> None:
    done = new(tracked, "-c", "Acme", "--ref", "41", "--format", "csv")
    assert done.out.splitlines() == [
        HEADS,
        "41,App,App,,1.00,h,110.00,110.00,EUR,2026-11-24,2026-11-24",
        "41,Website · Draft,Website,Draft,1.50,h,95.00,142.50,EUR,2026-11-23,2026-11-23",
        "41,Website,Website,,0.33,h,95.00,31.35,EUR,2026-11-23,2026-11-23",
    ]
    piped = tracked("bill", "show", "41").out.splitlines()
    assert piped[0].split("\t") == done.out.splitlines()[1].split(",")


def test_in_every_format_lines_and_totals_reckon_right(tracked: Clockify, home: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    args = ("-c", "Acme", "--ref", "41", "--round", "15m:up", "--by", "project,task,day")
    document = made(tracked, *args)
    rows = [
        (Decimal(each["quantity"]), Decimal(each["unitPrice"]), Decimal(each["amount"]))
        for each in document["lines"]
    ]
    total = Decimal(document["total"])
    assert [quantity * price for quantity, price, _ in rows] == [amount for *_, amount in rows]
    assert sum(amount for *_, amount in rows) == total == Decimal("300.00")
    text = tracked("bill", "show", "41", "--format", "csv").out
    read = [
        (Decimal(row["quantity"]), Decimal(row["unit_price"]), Decimal(row["amount"]))
        for row in csv.DictReader(io.StringIO(text))
    ]
    assert read == rows
    for name in ("bill.xlsx", "bill.html"):
        assert tracked("bill", "show", "41", "-o", name).code == 0
    page = Page((home / "bill.html").read_text())
    assert [tuple(map(Decimal, each[2:])) for each in page.rows] == rows
    assert page.total.endswith("300.00 EUR")
    for computed in (True, False):
        book = openpyxl.load_workbook(home / "bill.xlsx", data_only=computed)
        *lines, last = list(book["Bill"].iter_rows(min_row=2, values_only=True))
        assert [Decimal(str(each[4])) for each in lines] == [quantity for quantity, *_ in rows]
        amounts = [each[7] for each in lines]
        if computed:
            assert [Decimal(str(amount)) for amount in amounts] == [amount for *_, amount in rows]
            assert last[7] == 300
        else:
            assert amounts[0] == "=ROUND(E2*G2,2)"
            assert last[7] == f"=SUM(H2:H{len(rows) + 1})"


class Page(HTMLParser):
    """The cells of the table in a page, and everything that it would request from others."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[list[str]] = []
        self.asked: list[str] = []
        self.tags: set[str] = set()
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        if tag == "tr":
            self.cells.append([])
        elif tag in ("td", "th"):
            self._in_cell = True
            self.cells[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[-1][-1] += data

    @property
    def rows(self) -> list[list[str]]:
        return self.cells[1:-1]

    @property
    def total(self) -> str:
        return " ".join(self.cells[-1])


HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>&'


def test_hostile_names_are_texts_in_every_format(clockify: Clockify, home: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    clockify("config", "set", "rate", "95EUR")
    clockify("projects", "add", HOSTILE, "-c", "Acme")
    clockify("add", "Work", "8-9", "-p", f"Acme/{HOSTILE}", "-b")
    assert new(clockify, "-c", "Acme", "--ref", "41", "-o", "bill.csv").code == 0
    assert f"'{HOSTILE}".replace('"', '""') in (home / "bill.csv").read_text()
    for name in ("bill.html", "bill.xlsx"):
        assert clockify("bill", "show", "41", "-o", name).code == 0
    page = Page((home / "bill.html").read_text())
    assert (page.rows[0][0], page.asked) == (HOSTILE, [])
    assert "script" not in page.tags
    cell = openpyxl.load_workbook(home / "bill.xlsx")["Bill"]["B2"]
    assert (cell.value, cell.data_type) == (HOSTILE, "s")


def test_a_table_has_a_head_its_lines_and_the_total(tracked: Clockify) -> None:
    done = new(tracked, "-c", "Acme", "--ref", "41", "--format", "table")
    lines = [" ".join(each.split()) for each in done.out.splitlines()]
    assert lines[0] == "Bill 41 · Acme · up to 2026-11-24 10:00"
    assert lines[3] == "App 1.00 h 110.00 110.00 2026-11-24 2026-11-24"
    assert lines[-1] == "Total 2.83 h 283.85 EUR"
    assert done.err.splitlines()[-1] == "Created bill 41 for Acme: 2.83 h, 283.85 EUR."


def test_what_is_left_out_is_said(tracked: Clockify) -> None:
    tracked("start", "More", "-p", "Acme/App", "-b")
    done = new(tracked, "-c", "Acme", "--ref", "41")
    assert "left out: 1 entry (0:15), not billable" in done.err
    assert "left out: 1 entry (0:00), still running" in done.err


def test_a_dry_run_makes_nothing(tracked: Clockify) -> None:
    before = json.loads(new(tracked, "-c", "Acme", "--ref", "41", "-n", "--json").out)
    assert (before["dryRun"], before["total"]) == (True, "283.85")
    assert tracked("bill", "list").out == ""
    assert new(tracked, "-c", "Acme", "--ref", "41", "-n").out.startswith("41\tApp\t")


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("-c", "Acme"), 2, "a bill needs a --ref"),
        (("--ref", "41"), 2, "a bill is for one client"),
        (("-c", "Nobody", "--ref", "41"), 3, "Nobody"),
        (("-c", "Beta", "--ref", "41", "2026-10"), 2, "nothing to bill for Beta"),
        (("-c", "Acme", "--ref", "41", "--currency", "USD"), 2, "nothing to bill for Acme"),
        (("--correct", "40", "--ref", "41"), 3, 'no bill named "40"'),
        (("-c", "Acme", "--ref", "41", "--by", "tag"), 2, "cannot have a line for each tag"),
        (("-c", "Acme", "--ref", "41", "--format", "xlsx"), 2, "cannot be written to the screen"),
        (("-c", "Acme", "--ref", "41", "-o", "a.pdf"), 2, "not a format of a bill"),
        (("-c", "Acme", "--ref", "41", "-o", "a.csv", "--json"), 2, "contradicts the ending"),
        (("-c", "Acme", "--ref", "41", "-o", "no/where.csv"), 2, "does not exist"),
    ],
)
def test_what_cannot_be_billed_says_why_and_makes_nothing(
    tracked: Clockify, args: tuple[str, ...], code: int, says: str
) -> None:
    done = new(tracked, *args)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert tracked("bill", "list").out == ""


def test_an_entry_without_a_rate_and_two_currencies_refuse_the_bill(tracked: Clockify) -> None:
    tracked("config", "set", "rate.Acme/App", "110USD")
    done = new(tracked, "-c", "Acme", "--ref", "41", "--json")
    error = json.loads(done.err)["error"]
    assert (done.code, error["code"]) == (2, "currencies")
    assert error["hint"] == "Choose one: --currency EUR."
    tracked("config", "unset", "rate")
    done = new(tracked, "-c", "Acme", "--ref", "41", "--json")
    error = json.loads(done.err)["error"]
    assert (done.code, error["code"]) == (2, "no-rate")
    assert len(error["details"]) == 2


# ── asking, and files ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("typed", "bills"), [("y\n", 1), ("n\n", 0), ("", 0)])
def test_a_person_sees_the_lines_and_is_asked(tracked: Clockify, typed: str, bills: int) -> None:
    done = new(tracked, "-c", "Acme", "--ref", "41", typed=typed, person=True)
    assert "Total  2.83 h  283.85 EUR" in done.err
    assert "Create bill 41?" in done.err
    assert done.code == (0 if bills else 2)
    assert len(tracked("bill", "list").out.splitlines()) == bills


def test_with_yes_nobody_is_asked(tracked: Clockify) -> None:
    done = new(tracked, "-c", "Acme", "--ref", "41", "--yes", person=True)
    assert (done.code, "?" in done.err) == (0, False)


def test_a_file_is_written_and_the_same_again_is_no_change(tracked: Clockify, home: Path) -> None:
    args = ("-c", "Acme", "--ref", "41", "-o", "bill.csv")
    first = new(tracked, *args)
    assert (first.code, first.out) == (0, "")
    assert first.err.endswith("283.85 EUR, written to bill.csv.\n")
    text = (home / "bill.csv").read_bytes()
    again = new(tracked, *args, now=LATER)
    assert again.code == 0
    assert "already exists" in again.err
    (home / "bill.csv").write_text("mine")
    refused = new(tracked, *args)
    assert (refused.code, (home / "bill.csv").read_text()) == (2, "mine")
    assert new(tracked, *args, "--force").code == 0
    assert (home / "bill.csv").read_bytes() == text
    assert sorted(path.name for path in home.iterdir()) == ["bill.csv", "clockify"]


def test_where_the_file_may_not_be_written_no_bill_is_made(tracked: Clockify, home: Path) -> None:
    (home / "bill.csv").write_text("mine")
    done = new(tracked, "-c", "Acme", "--ref", "41", "-o", "bill.csv")
    assert done.code == 2
    assert "exists" in done.err
    assert tracked("bill", "list").out == ""


def test_quiet_prints_the_ref(tracked: Clockify) -> None:
    done = new(tracked, "-c", "Acme", "--ref", "41", "-q", "--format", "table")
    assert (done.out, done.err) == ("41\n", "")
    assert tracked("bill", "void", "41", "-q").out == "41\n"


# ── afterwards ───────────────────────────────────────────────────────────────────────────────


def test_the_same_ref_prints_the_stored_bill_and_other_content_is_refused(
    tracked: Clockify,
) -> None:
    first = new(tracked, "2026-11", "-c", "Acme", "--ref", "41")
    tracked("add", "Late", "9-9:30", "-p", "Acme/App", "-b")
    again = new(tracked, "2026-11", "-c", "Acme", "--ref", "41")
    assert (again.code, again.out) == (0, first.out)
    other = new(tracked, "2026-11", "-c", "Acme", "--ref", "41", "--by", "day")
    assert (other.code, "other content" in other.err) == (2, True)
    assert found(tracked) == [("new", "is not billed")]


def test_check_names_what_differs_with_the_command_and_exits_9(tracked: Clockify) -> None:
    new(tracked, "2026-11", "-c", "Acme", "--ref", "41")
    done = tracked("bill", "check")
    assert (done.code, done.out) == (0, "")
    assert "Nothing changed in 1 bill." in done.err
    document = json.loads(tracked("log", "today", "--json").out)
    code = next(each["localId"] for each in document if each["description"] == "Code")
    tracked("edit", code, "--for", "30m")
    done = tracked("bill", "check", "41")
    assert done.code == 9
    assert done.out == f"41\tchanged\t2026-11-24T06:00:00+00:00\t1:00 became 0:30\t{code}\n"
    assert "`clockify bill new --correct 41 --ref REF` bills the difference." in done.err
    assert tracked("bill", "check", "42").code == 3
    correction = made(tracked, "--correct", "41", "--ref", "41-K")
    assert (correction["corrects"], correction["total"]) == ("41", "-55.00")
    assert [each["amount"] for each in correction["lines"]] == ["-110.00", "55.00"]
    assert found(tracked) == []


def test_late_work_in_another_currency_is_no_difference_to_a_bill(tracked: Clockify) -> None:
    tracked("config", "set", "rate.Acme/App", "110USD")
    new(tracked, "2026-11", "-c", "Acme", "--ref", "41", "--currency", "EUR")
    assert found(tracked) == []
    tracked("add", "Review", "5:00-5:30", "-p", "Acme/Website", "-b")
    assert found(tracked) == [("new", "is not billed")]
    assert made(tracked, "--correct", "41", "--ref", "41-K")["total"] == "47.50"
    assert found(tracked) == []
    assert tracked("bill", "-c", "Acme").out == "Acme\t3600\t110.00 USD\t2026-11-24\n"


def test_editing_or_deleting_what_is_billed_says_so(tracked: Clockify) -> None:
    new(tracked, "2026-11", "-c", "Acme", "--ref", "41")
    done = tracked("edit", "last", "-d", "Mails")
    assert "bill" not in done.err
    code = json.loads(tracked("log", "today", "--json").out)[0]["localId"]
    note = "is on bill 41: `clockify bill check 41` shows what that changes."
    assert note in tracked("edit", code, "--for", "30m").err
    assert note in tracked("delete", code).err
    assert note in tracked("undo").err


def test_undo_takes_back_a_bill_and_a_void(tracked: Clockify) -> None:
    new(tracked, "-c", "Acme", "--ref", "41")
    assert tracked("bill", "void", "41").out == (
        "Bill 41 is void; its entries can be billed again.\n"
    )
    assert tracked("bill", "list", "--fields", "ref,state").out == "41\tvoid\n"
    undone = tracked("undo")
    assert (undone.code, "void 41 for Acme" in undone.out) == (0, True)
    assert tracked("bill", "list", "--fields", "ref,state").out == "41\tlive\n"
    assert tracked("undo").code == 0
    assert tracked("bill", "list").out == ""
    assert tracked("redo").code == 0
    assert tracked("bill", "list", "--fields", "ref,state").out == "41\tlive\n"
    verbs = [each["verb"] for each in json.loads(tracked("history", "--json").out)]
    assert verbs[-5:] == ["bill", "void", "undo", "undo", "redo"]


def test_bills_are_listed_with_what_they_come_to(tracked: Clockify) -> None:
    new(tracked, "-c", "Acme", "--ref", "41")
    new(tracked, "-c", "Beta", "--ref", "42")
    tracked("bill", "void", "42")
    assert tracked("bill", "list").out.splitlines() == [
        "41\tlive\tAcme\t2.83\t283.85\tEUR\t2026-11-24T10:00:00+00:00\t",
        "42\tvoid\tBeta\t0.50\t40.00\tUSD\t2026-11-24T10:00:00+00:00\t",
    ]
    documents = json.loads(tracked("bill", "list", "--json").out)
    assert [each["total"] for each in documents] == ["283.85", "40.00"]
    assert tracked("bill", "show", "43").code == 3


def test_a_bill_is_in_the_backup(tracked: Clockify, home: Path) -> None:
    new(tracked, "-c", "Acme", "--ref", "41")
    tracked("backup", "copy.db")
    tracked("bill", "void", "41")
    assert tracked("restore", "copy.db", "--yes").code == 0
    assert tracked("bill", "list", "--fields", "ref,state").out == "41\tlive\n"


# ── kept with the timesheet ──────────────────────────────────────────────────────────────────


def test_bills_travel_with_a_backup_and_stand_in_history(
    tracked: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = made(tracked, "2026-11", "-c", "Acme", "--ref", "41")
    assert tracked("backup", "kept.db").code == 0
    assert tracked("bill", "void", "41").code == 0
    made(tracked, "-c", "Acme", "--ref", "42")
    verbs = [one["verb"] for one in json.loads(tracked("history", "--json").out)]
    assert verbs[-3:] == ["bill", "void", "bill"]
    assert tracked("restore", "kept.db", "--yes").code == 0
    assert json.loads(tracked("bill", "list", "--json").out) == [bill]
    assert found(tracked) == []
    # On another computer nothing of it can be billed again, either.
    monkeypatch.setenv("CLOCKIFY_HOME", str(home / "another"))
    assert tracked("restore", "kept.db", "--yes").code == 0
    assert json.loads(tracked("bill", "show", "41", "--json").out) == bill
    again = new(tracked, "-c", "Acme", "--ref", "43", "--json")
    assert json.loads(again.err)["error"]["code"] == "nothing-to-bill"
    assert tracked("undo").code == 0


# ── odd input ────────────────────────────────────────────────────────────────────────────────

BAD_REFS = ("", " ", "a\nb", "a\x1b[31mb", "a\u202eb", "-1", "x" * 101, "a\tb")


@pytest.mark.parametrize("ref", BAD_REFS)
def test_a_ref_that_is_none_is_quoted_and_makes_nothing(tracked: Clockify, ref: str) -> None:
    done = new(tracked, "-c", "Acme", f"--ref={ref}")
    assert (done.code, done.out) == (2, "")
    assert "is not a REF" in done.err
    assert "\x1b" not in done.err
    assert tracked("bill", "list").out == ""


@pytest.mark.parametrize("ref", ["=1+1", "+49", "@x", "../../x", "41;rm -rf", "né 41/2", "'41"])
def test_any_other_ref_is_taken_and_is_a_text_everywhere(
    tracked: Clockify, home: Path, ref: str
) -> None:
    bill = made(tracked, "-c", "Acme", "--ref", ref)
    assert bill["ref"] == ref
    text = tracked("bill", "show", ref, "--format", "csv").out
    cell = next(csv.reader(io.StringIO(text.splitlines()[1])))[0]
    assert cell == (f"'{ref}" if ref[0] in "=+@" else ref)
    assert tracked("bill", "check", ref).code == 0
    assert tracked("bill", "void", ref).code == 0
    assert sorted(path.name for path in home.iterdir()) == ["clockify"]


def test_a_currency_of_another_length_can_be_chosen(office: Office) -> None:
    """Clockify lets its users name a currency as they like."""
    office.add(at(9), at(10), "Acme/Website")
    office.db.run("UPDATE entry SET extra = ?", (json.dumps({"hourlyRate": COIN}),))
    office.add(at(11), at(12), "Acme/Website")
    with pytest.raises(UsageError, match="EUR and POINTS"):
        office.draft("41")
    found = office.draft("41", currency="points")
    assert (found.bill.currency, found.bill.total.text) == ("POINTS", "12.34")


COIN = {"amount": 1234, "currency": "Points"}


@pytest.mark.parametrize("amount", [0, -9500, True, 10**30])
def test_a_rate_that_is_none_is_no_price(office: Office, amount: int) -> None:
    office.configure("")
    office.add(at(9), at(10), "Acme/Website")
    rate = json.dumps({"hourlyRate": {"amount": amount, "currency": "EUR"}})
    office.db.run("UPDATE entry SET extra = ?", (rate,))
    with pytest.raises(UsageError) as error:
        office.draft("41")
    assert error.value.code == "no-rate"


def test_a_bill_as_a_workbook_goes_into_a_pipe(
    tracked: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert new(tracked, "-c", "Acme", "--ref", "41").code == 0
    for words in (("show", "41"), ("new", "-c", "Acme", "--ref", "41")):
        pipe = io.TextIOWrapper(io.BytesIO(), "utf-8")
        monkeypatch.setattr(sys, "stdout", pipe)
        done = tracked("bill", *words, "--format", "xlsx", "-o", "-")
        assert done.code == 0, done.err
        assert pipe.buffer.getvalue()[:2] == b"PK"
