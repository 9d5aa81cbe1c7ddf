"""A large timesheet, made fast: five years of work on many projects."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from clockify_cli.domain.entry import LOCAL
from clockify_cli.store.db.connection import StoreConnection

FIRST = datetime(2021, 11, 24, tzinfo=UTC)


def fill(
    db: StoreConnection, entries: int = 100_000, projects: int = 2_000, years: int = 5
) -> None:
    """Add *entries* entries over *years* years from `FIRST`, with projects, clients and tags."""
    dice = random.Random(20261124)
    with db.transaction():
        _catalogue(db, projects)
        step = years * 365 * 86_400 // entries
        begin = int(FIRST.timestamp())
        db.run_many(
            """
            INSERT INTO entry (local_id, workspace, start, "end", description, project, billable,
                               custom_fields, type)
            VALUES (?, ?, ?, ?, ?, ?, ?, '[]', 'REGULAR')
            """,
            (
                (
                    f"{n:032x}",
                    LOCAL,
                    begin + n * step,
                    begin + n * step + dice.randrange(60, step),
                    f"Task {dice.randrange(500)}",
                    f"{dice.randrange(projects):08x}{'b' * 24}",
                    dice.randrange(2),
                )
                for n in range(entries)
            ),
        )
        db.run_many(
            "INSERT INTO entry_tag (entry, position, tag) VALUES (?, 0, ?)",
            ((f"{n:032x}", f"{n % 20:08x}{'c' * 24}") for n in range(0, entries, 2)),
        )


def _catalogue(db: StoreConnection, projects: int) -> None:
    insert = "INSERT INTO item (local_id, kind, workspace, name, client) VALUES (?, ?, ?, ?, ?)"
    clients = projects // 20
    db.run_many(
        insert,
        ((f"{n:08x}{'a' * 24}", "client", LOCAL, f"Client {n}", None) for n in range(clients)),
    )
    db.run_many(
        insert,
        (
            (f"{n:08x}{'b' * 24}", "project", LOCAL, f"Project {n}", f"{n % clients:08x}{'a' * 24}")
            for n in range(projects)
        ),
    )
    db.run_many(insert, ((f"{n:08x}{'c' * 24}", "tag", LOCAL, f"tag{n}", None) for n in range(20)))


LAST = FIRST + timedelta(days=5 * 365)
