from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from clockify_cli.domain.exchange.rows import WrongLine, refuse_lines
from clockify_cli.errors import UsageError

from .files import json_entry, json_text, read

LINE = "start,end,description\r\n2026-11-23T08:00Z,2026-11-23T09:00Z,Café\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_gives_the_same(encoding: str) -> None:
    file = read((LINE if len(LINE) % 2 == 0 else LINE + "\n").encode(encoding))

    assert [row.description for row in file.rows] == ["Café"]
    assert file.notes == ()


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_latin_1_is_read_and_said(encoding: str) -> None:
    file = read(LINE.encode(encoding))

    assert [row.description for row in file.rows] == ["Café"]
    assert file.notes == ("The file is not UTF-8; it was read as Windows-1252.",)


@pytest.mark.parametrize(
    ("headings", "words", "encoding", "page"),
    [
        ("Opis,Użytkownik,Email", "Łąka w Świdnicy", "cp1250", "1250"),
        ("Opis,Użytkownik,Email", "Cafe", "cp1250", "1250"),
        ("Beschreibung,Benutzer,E-Mail", "Größe über Maß", "cp1252", "1252"),
        ("Descrição,Usuário,E-mail", "Ação é à", "cp1252", "1252"),
    ],
)
def test_an_old_encoding_is_told_by_the_headings(
    headings: str, words: str, encoding: str, page: str
) -> None:
    text = f"start,end,{headings}\n2026-11-23 08:00,2026-11-23 09:00,{words},Ada,a@x.com\n"
    file = read(text.encode(encoding))
    assert [row.description for row in file.rows] == [words]
    assert file.notes[0] == f"The file is not UTF-8; it was read as Windows-{page}."


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_make_no_difference(separator: str, ending: str) -> None:
    text = LINE.replace(",", separator).replace("\r\n", ending)

    assert len(read(text).rows) == 1


def test_a_line_that_names_the_separator_is_passed_over() -> None:
    file = read("sep=;\r\n" + LINE.replace(",", ";"))

    assert [row.line for row in file.rows] == [3]


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("entries.csv", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped(LINE), "ZIP archive"),
        (gzip.compress(LINE.encode()), "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\x00", "database"),
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"abc\x00def\x00", "binary"),
        (b"\xff\xfe\x00\xd8", "not valid UTF-16"),
        (b"start,end\n\x81\x8d\n", "not text in UTF-8"),
        (b"x" * (64 * 1024 * 1024 + 1), "larger than 64 MiB"),
    ],
    ids=["zip", "gzip", "pdf", "sqlite", "empty", "blank", "nul", "utf-16", "bytes", "large"],
)
def test_what_is_no_text_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(data)


def test_a_file_of_no_known_kind_shows_its_first_line() -> None:
    with pytest.raises(UsageError) as caught:
        read("Name,Age\nAnn,5\n")

    assert "no columns start and end" in caught.value.message
    assert caught.value.details == ("its first line: name, age",)


def test_a_file_with_starts_says_that_the_ends_are_missing() -> None:
    with pytest.raises(UsageError, match="no column for the end or the duration") as caught:
        read("start,minutes\n2026-11-23 09:00,90\n")

    assert "--column duration=HEADING" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("| start | end |\n| --- | :---: |\n| 2026-11-23 09:00 | 2026-11-23 10:00 |\n", "Markdown"),
        ("\n<!DOCTYPE html>\n<table>", "a web page"),
        ('<?xml version="1.0"?><entries/>', "a web page or XML"),
    ],
)
def test_markup_is_refused_as_what_it_is(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read(text)

    assert "--format csv" in caught.value.hint


def test_a_first_cell_in_brackets_is_no_markup() -> None:
    text = "<x>|start|end\n1|2026-11-23 09:00|2026-11-23 10:00\n"

    assert len(read(text, columns=("skip=<x>",)).rows) == 1


@pytest.mark.long
def test_a_file_of_over_a_million_rows_is_refused() -> None:
    with pytest.raises(UsageError, match="more than 1000000 rows"):
        read("start,end\n" + "x,y\n" * 1_000_001)


def test_quotes_that_do_not_close_are_refused() -> None:
    with pytest.raises(UsageError, match="cannot be read from line 2 on"):
        read('start,end\n"2026-11-23T08:00Z,2026-11-23T09:00Z\n')


def test_a_source_that_is_not_built_is_refused() -> None:
    with pytest.raises(UsageError, match='no import from "sundial"'):
        read(LINE, source="sundial")


def test_the_future_and_more_than_a_day_are_doubtful_and_nothing_else_is() -> None:
    spans = [
        ("2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-22T08:00:00Z", "2026-11-23T08:00:01Z"),
        ("2026-11-24T11:00:00Z", "2026-11-24T12:00:01Z"),
    ]
    entries = [json_entry(timeInterval={"start": start, "end": end}) for start, end in spans]

    file = read(json_text(*entries))

    assert [one.line for one in file.doubtful] == [2, 3]
    assert file.doubtful[0].why == "it lasts 24 hours"
    assert file.doubtful[1].why.startswith("it ends in the future")


RUNNING = "2026-11-24T11:00:00+01:00"
OWN_ID = "0" * 31


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN_ID}1\t2026-11-23T09:00:00+01:00\t2026-11-23T10:00:00+01:00\t3600\t\t\tx\t\ttrue\tlocal\n"
        f"{OWN_ID}2\t{RUNNING}\t\t7200\tNorth / Site\t\tNow\t\ttrue\tlocal\n",
        "id,start,end,duration,project,task,description,tags,billable,state,type\n"
        f"{OWN_ID}1,2026-11-23T09:00:00+01:00,2026-11-23T10:00:00+01:00,1:00,,,x,,true,local,\n"
        f"{OWN_ID}2,{RUNNING},,2:00,North / Site,,Now,,true,local,\n",
    ],
    ids=["tsv", "csv"],
)
def test_a_log_with_the_running_timer_gives_the_others(text: str) -> None:
    file = read(text)

    assert [row.description for row in file.rows] == ["x"]
    assert file.running is not None
    assert file.running.ids == (f"{OWN_ID}2",)
    command = "clockify start -d Now -p North/Site -b --at 2026-11-24T11:00+01:00"
    assert file.running.command == command


def test_a_log_without_types_says_so() -> None:
    (note,) = read(
        f"{OWN_ID}1\t2026-11-23T09:00:00Z\t2026-11-23T10:00:00Z\t3600\t\t\tx\t\ttrue\tlocal\n"
    ).notes

    assert "does not say which entries are breaks" in note


def test_a_line_with_two_faults_counts_once() -> None:
    one, two = WrongLine(2, "it has no end"), WrongLine(2, "it has no name")

    assert refuse_lines([one, two], "line", "").message.startswith("1 line cannot")
    assert len(refuse_lines([one, two], "line", "").details) == 2
