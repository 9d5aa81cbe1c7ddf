"""Tests that impossible changes of entries and names are refused and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Clockify
from tests.cli.refusals import Bad, bad, check_refused, track
from tests.examples import thinned

LONG = "x" * 10_000
NO_TEXT = "caf\udce9"
TRACKED = (
    "projects add Acme/Website",
    "projects add Acme/Webshop",
    "projects add Old",
    "projects archive Old",
    "tasks add Website/Design",
    "tags add deep",
    "tags add deeper",
    "add Review 7-7:30 -p Acme/Website -g deep",
    "add Call 8-8:15",
    "add Mail 8:15-9 -p Webshop",
    "fav add spec -d Spec",
    "start Write -p Webshop",
    "log",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "clockify"


@pytest.fixture(autouse=True)
def tracked(clockify: Clockify, home: Path, made: Path) -> None:
    """Track three entries, the running @1 last, and names that resemble each other."""
    track(clockify, home, made, TRACKED)


ENTRIES = (
    *(
        Bad((command, word, *more), "no entry", 3)
        for command, more in (
            ("edit", ("-d", "x")),
            ("split", ("--at", "8")),
            ("cut", ("8-8:10",)),
            ("join", ("last",)),
        )
        for word in ("../../user", "a?x=1", "%2e%2e/x", "f" * 24, "\x1b[31mred", NO_TEXT, LONG)
    ),
    *(
        Bad((command, word, *more), "not the number of an entry")
        for command, more in (("edit", ("-d", "x")), ("split", ("--at", "8")))
        for word in ("@x", "@-1", "@1.5", "@" + "9" * 400)
    ),
    bad("edit @99 -d x", "no @99", 3),
    *(
        bad(f"edit last {option} {said}", f"{instead} {said}`")
        for option, said, instead in (
            ("--end", "+30m", "--by"),
            ("--end", "+1h30m", "--by"),
            ("--end", "-23h", "--by"),
            ("--start", "+10m", "--shift"),
            ("--start", "-1m", "--shift"),
        )
    ),
    bad("join @1", "entries"),
    bad("join last last", "entries"),
)

TIMES = (
    *(
        Bad(("edit", "last", option, text), says)
        for option in ("--start", "--end")
        for text, says in (
            ("25:00", "the day ends at 24:00"),
            ("9:60", "minutes go to 59"),
            ("2026-02-30 9:00", "not a date"),
            ("02/03/2026 9:00", "02/03/2026"),
            ("", "time"),
            ("٩:٣٠", "cannot read"),
            ("23:59", "in the future"),
            ("1969-12-31 9:00", "1970"),
            (LONG, "cannot read"),
            (NO_TEXT, "cannot read"),
        )
    ),
    *(
        Bad(("edit", "last", option, text), says)
        for option in ("--for", "--by", "--shift")
        for text, says in (
            ("1e9h", "1e9h"),
            ("1:75", "minutes go to 59"),
            ("", 'cannot read ""'),
            ("9" * 400 + "h", "999"),
            ("1d", "days"),
            (NO_TEXT, "cannot read"),
        )
    ),
    bad("edit last --for 0", "0"),
    bad("edit last --for -5m", "-5m"),
    bad("edit last --by -2h", "is not after the start"),
    bad("edit last --start 9", "is not after the start"),
    bad("edit last --end 8:10", "is not after the start"),
    bad("edit @3 --end 9", "this overlaps"),
    bad("edit @3 --end 9 --adjust", "another entry would be left"),
    bad("edit current --end now", "still running"),
    bad("edit current --by 5m", "still running"),
    bad("edit @2 @3 --start 8", "change one entry"),
    bad("split last --at 9:30", "between its start and its end"),
    bad("split last --at 8:15", "between its start and its end"),
    bad("split last --at 25:00", "the day ends at 24:00"),
    bad("split last", "--at"),
    bad("cut last 10-11", "outside the entry"),
    bad("cut last 8-9:30", "cut out the whole entry"),
    bad("cut last junk", "junk"),
    bad("cut last 9-9", "has no length"),
    bad("join @3 @2 @1", "--yes"),
    bad("edit --day junk", "junk"),
    bad("edit --range 2026-02-30 -b", "not a date"),
    bad("edit --range 2026-11-24..2026-11-01 -b", "ends before"),
    bad("edit --range 2025 -b", "no entries", 3),
)

FIELDS = (
    bad("edit last -p Webs", "two projects", 5),
    bad("edit last -p Old", "archived", 3),
    bad("edit last -p Websiet", "Website", 3),
    bad("edit last -k Website/Design", "belongs to another project"),
    bad("edit last -g deepre", "deeper", 3),
    bad("edit last --remove-tag nothing", "no tag named", 3),
    Bad(("edit", "last", "-d", "a\0b"), "control character"),
    Bad(("edit", "last", "-d", "\x1b[31mred"), "control character"),
    Bad(("edit", "last", "-d", NO_TEXT), "text"),
    Bad(("edit", "last", "-d", LONG), "3000"),
    bad("edit last", "editor"),
    bad("edit last --where-project Website -b", "--range"),
    bad("edit last --range today -b", "--range"),
    bad("edit --range today --where-project nowhere -b", "no project named", 3),
    bad("edit --range today --where-type holliday -b", "holliday"),
    bad("edit --range today --where-tag ! -b", "empty"),
    bad("edit --range today -b", "--yes"),
    bad("edit --day today", "terminal"),
    bad("edit --day today -b", "--day"),
    bad("start --fav nothing", "no favorite named", 3),
    bad("fav remove nothing", "no favorite named", 3),
    *(Bad(("fav", "add", name, "-d", "x"), "the name") for name in (" ", LONG, "\x1b", NO_TEXT)),
    Bad(("fav", "add", "", "-d", "x"), "NAME"),
    *(bad(f"recent {number}", "number") for number in ("0", "-1", "1.5", "٣", "9" * 400)),
    bad("start X --for 0", "0"),
    bad("start X --for 1:75", "minutes go to 59"),
    bad("start X --for 25m --at 9:05", "would have ended"),
)

NAMES = (
    bad("projects rename Webs Site", "two projects", 5),
    bad("projects rename Nowhere Site", "no project named", 3),
    bad("projects rename Website webshop", "already"),
    *(
        Bad((family, "rename", old, new), says)
        for family, old in (("projects", "Website"), ("tags", "deep"), ("clients", "Acme"))
        for new, says in (
            ("", "empty"),
            ("  ", "empty"),
            (LONG, "250"),
            ("a\nb", "character"),
            ("\x1b[31m", "character"),
            (NO_TEXT, "text"),
            ("none", "none"),
        )
    ),
    *(
        Bad(("projects", "rename", "Website", "--color", color), "is not a colo")
        for color in ("red", "#12", "#GGGGGG", "", "#03A9F4FF", NO_TEXT)
    ),
    bad("projects rename Website -c Nobody", "no client named", 3),
    bad("tasks rename Website/Design --estimate junk", "junk"),
    bad("projects rename Website", "rename"),
    bad("projects rename A B C", "rename"),
    bad("projects archive Old", "already"),
    bad("projects unarchive Website", "not archived"),
    bad("projects merge Website Website", "into itself"),
    bad("projects merge Website", "two names"),
    bad("projects merge Website Nowhere", "no project named", 3),
    bad("projects delete Website", "--yes"),
    bad("projects delete Nowhere --yes", "no project named", 3),
    bad("projects archive", "NAME"),
    bad("api GET /user", "not signed in", 4),
)


@pytest.mark.parametrize("wrong", thinned([*ENTRIES, *TIMES, *FIELDS, *NAMES]), ids=str)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    check_refused(clockify, home, wrong)
