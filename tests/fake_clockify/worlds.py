"""Seeded worlds: the same entries for the same size, over years, zones and clock changes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.fake_clockify.records import Client, Entry, Project, Rate, Tag, Task, User

if TYPE_CHECKING:
    from tests.fake_clockify.server import FakeClockify

SIZES = (10, 1000, 100_000)
LAST_DAY = datetime(2024, 12, 20, tzinfo=UTC)
ENTRIES_A_DAY = 8

PLAIN_NAMES = ("Website", "Mobile app", "Support", "Bookkeeping", "Research", "Training")
SCRIPT_NAMES = (
    "Übersetzung",
    "Сайт",
    "ウェブサイト",
    "الموقع",
    "אתר",
    "Ιστοσελίδα",
    "웹사이트",
    "网站",
)
HOSTILE_NAMES = (
    "=cmd|' /C calc'!A0",
    "tab\there",
    "line\nbreak",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "right\u202eleft",
    "zero\u200bwidth",
    "a" * 250,
    "e\u0301 and é",
    "👩‍👩‍👧 family",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE entries;--",
    "../../etc/passwd",
    " edges ",
    "-p",
    "@all",
    'comma, and "quote"',
    "%s %(x)s {0}",
    "C1 \x9b31m",
)
WORK = ("Write spec", "Review", "Stand-up", "Fix login", "Deploy", "Call with Müller", "計画", "")
# The user moved: in each year of the world, work was done in another zone.
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


def fill(fake: FakeClockify, size: int) -> None:
    """Put *size* entries of the first user, and what they name, into the first workspace."""
    chance = random.Random(size)
    with fake.state.lock:
        fake.state.by = "seed"
        projects, tasks, tags = _catalogue(fake, size)
        for entry in _entries(fake, size, chance, projects, tasks, tags):
            fake.state.put(entry)
        fake.state.by = "web"


def _catalogue(
    fake: FakeClockify, size: int
) -> tuple[list[Project], dict[str, list[Task]], list[Tag]]:
    names = [*PLAIN_NAMES, *SCRIPT_NAMES, *HOSTILE_NAMES]
    if size <= SIZES[0]:
        names = [*PLAIN_NAMES[:2], SCRIPT_NAMES[0], HOSTILE_NAMES[0]]
    clients: list[Client | None] = [None, *(fake.add_client(name) for name in names[::3])]
    projects = [
        fake.add_project(
            name,
            client_id=getattr(clients[place % len(clients)], "id", None),
            billable=place % 2 == 0,
            archived=place % 7 == 6,
            hourly_rate=Rate(5000 + 500 * place) if place % 3 == 0 else None,
        )
        for place, name in enumerate(names)
    ]
    tasks = {
        each.id: [fake.add_task(name, each.id) for name in ("Plan", "Build")]
        for each in projects[::2]
    }
    return projects, tasks, [fake.add_tag(name) for name in names[::2]]


def _entries(
    fake: FakeClockify,
    size: int,
    chance: random.Random,
    projects: list[Project],
    tasks: dict[str, list[Task]],
    tags: list[Tag],
) -> list[Entry]:
    user: User = fake.get(User, fake.user_id)
    made = []
    for number in range(size):
        start, end = _span(number, chance)
        project = chance.choice([None, *projects])
        task = chance.choice([None, *tasks.get(project.id, [])]) if project else None
        chosen = chance.sample(tags, chance.choice((0, 0, 1, 2)))
        made.append(
            Entry(
                fake.state.new_id(start),
                fake.workspace_id,
                user.id,
                start,
                end,
                _description(chance, number),
                project.id if project else None,
                task.id if task else None,
                tuple(each.id for each in chosen) or None,
                bool(project and project.billable),
            )
        )
    return made


def _span(number: int, chance: random.Random) -> tuple[int, int]:
    """Return start and end: eight entries a day, back from the last day, some over midnight."""
    day = LAST_DAY - timedelta(days=number // ENTRIES_A_DAY)
    zone = ZoneInfo(ZONES[day.year % len(ZONES)])
    place = number % ENTRIES_A_DAY
    hour = 23 if place == ENTRIES_A_DAY - 1 and number % 3 == 0 else 8 + place
    # On the days when clocks change this hour may exist twice, or not at all.
    hour = 2 if place == 0 and day.month in (3, 10, 11) else hour
    local = datetime(day.year, day.month, day.day, hour, chance.randrange(60), tzinfo=zone)
    start = int(local.timestamp())
    return start, start + chance.choice((0, 59, 900, 1800, 3300, 5400))


def _description(chance: random.Random, number: int) -> str:
    if number % 50 == 49:
        return chance.choice(HOSTILE_NAMES)
    if number % 500 == 250:
        return "long " * 599
    return chance.choice(WORK)
