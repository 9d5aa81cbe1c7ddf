from __future__ import annotations

from clockify_cli.show.queue_rows import QueueRow, queue_table
from tests.show.samples import LOOK, NOW, screen, shown

REASON = (
    "Clockify refused it: the project is archived, and no time can be recorded on it any more; "
    "choose another one with `clockify queue edit 4 -p NAME`"
)


def test_the_reason_stands_whole_under_its_row() -> None:
    on = screen(width=80)
    rows = [
        QueueRow(4, NOW, "a", "start", "Review · Acme / Website", "review", REASON),
        QueueRow(12, NOW, "b", "stop", "Review · Acme / Website", "waiting", ""),
    ]
    queue_table(on, rows, LOOK)
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
