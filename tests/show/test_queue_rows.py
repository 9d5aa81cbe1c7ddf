from __future__ import annotations

from clockify_cli.domain.queued import Decision, QueueRow, Sides
from clockify_cli.show.drawn.lists import queue_table
from tests.show.samples import NOW, TIMES, screen, shown

REASON = (
    "Clockify refused it: the project is archived, and no time can be recorded on it any more; "
    "choose another one with `clockify queue edit 4 -p NAME`"
)


def test_a_long_description_is_cut_before_the_time_of_its_entry() -> None:
    long = "Review of the planning documents · Acme / Website, 2026-11-23 09:00–10:30"
    rows = [
        QueueRow(4, NOW, "a", "add", long, "review", ""),
        QueueRow(
            5,
            NOW,
            "b",
            "stop",
            "会議の準備と資料の確認をする、来週, 2026-11-24 10:15–…",
            "waiting",
            "",
        ),
        QueueRow(
            6, NOW, "c", "create", "project Acme, 2026 and what comes after it", "waiting", ""
        ),
    ]
    on = screen(80)
    queue_table(on, rows, TIMES)
    assert [line[29:] for line in shown(on).splitlines()] == [
        "Review of the pla…, 2026-11-23 09:00–10:30  review",
        "会議の準備と資料の確…, 2026-11-24 10:15–…   waiting",
        "project Acme, 2026 and what comes after it  waiting",
    ]
    on = screen(60)
    queue_table(on, rows, TIMES)
    assert shown(on).splitlines()[1:4:2] == [
        "    Review of the planning document…, 2026-11-23 09:00–10:30",
        "    会議の準備と資料の確認をする、来週, 2026-11-24 10:15–…",
    ]
    assert shown(on).splitlines()[0] == "4  Tue 24 Nov 10:19  add     review"


def test_the_reason_stands_whole_under_its_row() -> None:
    on = screen(width=80)
    rows = [
        QueueRow(4, NOW, "a", "start", "Review · Acme / Website", "review", REASON),
        QueueRow(12, NOW, "b", "stop", "Review · Acme / Website", "waiting", ""),
    ]
    queue_table(on, rows, TIMES)
    lines = shown(on).splitlines()
    assert lines[0].split() == [
        "4",
        "Tue",
        "24",
        "Nov",
        "10:19",
        "start",
        "Review",
        "·",
        "Acme",
        "/",
        "Website",
        "review",
    ]
    assert lines[-1].endswith("waiting")
    assert all(line.startswith("    ") for line in lines[1:-1])
    assert " ".join(" ".join(lines[1:-1]).split()) == REASON
    assert max(map(len, lines)) <= 80


SIDES = Sides(
    sent="never",
    here=None,
    there=None,
    here_text="Ours, 2026-11-24 07:00–08:00",
    there_text="Theirs, 2026-11-24 07:00–08:00",
    decisions=(
        Decision("retry", "clockify queue retry 12", "sends what is here"),
        Decision("drop", "clockify queue drop 12", "keeps Clockify's version here too"),
    ),
)


def test_both_sides_and_a_command_for_each_outcome_stand_under_a_row() -> None:
    row = QueueRow(12, NOW, "a", "edit", "Ours", "review", "both changed it", "", SIDES)
    on = screen(width=80)
    queue_table(on, [row], TIMES)
    assert shown(on).splitlines()[1:] == [
        "    both changed it",
        "    Here:     Ours, 2026-11-24 07:00–08:00",
        "    Clockify: Theirs, 2026-11-24 07:00–08:00",
        "    clockify queue retry 12  # sends what is here",
        "    clockify queue drop 12  # keeps Clockify's version here too",
    ]
    on = screen(width=44)
    queue_table(on, [row], TIMES)
    lines = shown(on).splitlines()
    assert "    clockify queue drop 12" in lines
    assert max(map(len, lines)) <= 44
