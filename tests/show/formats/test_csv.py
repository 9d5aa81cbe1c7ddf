from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.show.formats.csv import csv_lines

CELL = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"]))


def test_cells_are_quoted_where_they_must_be_and_lines_end_as_the_rfc_says() -> None:
    rows = [["plain", "a,b", 'say "x"', "two\nlines", " spaced ", ""]]
    assert "".join(csv_lines(["a", "b"], rows)) == (
        'a,b\r\nplain,"a,b","say ""x""","two\nlines"," spaced ",\r\n'
    )


def test_a_row_of_one_empty_cell_is_still_a_row() -> None:
    assert list(csv_lines(["task"], [[""]])) == ["task\r\n", '""\r\n']


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n))))
def test_a_spreadsheet_reads_what_was_written(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(["head"], rows))
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == rows


def test_a_row_is_written_before_the_next_is_read() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[str]]:
        for number in range(3):
            read.append(number)
            yield [str(number)]

    lines = iter(csv_lines(["n"], rows()))

    assert [next(lines), next(lines)] == ["n\r\n", "0\r\n"]
    assert read == [0]
