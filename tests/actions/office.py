"""A freelancer's timesheet in a folder, and actions on it; time stands still until it is moved."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockify_cli.actions.billing.bill_drafts import BillInput, Draft, draft, plan
from clockify_cli.actions.billing.bills import Made, make
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.viewing.filtering import FilterInput
from clockify_cli.config.settings import load_settings
from clockify_cli.domain.bill import Line
from clockify_cli.domain.entry import LOCAL, EntryFields, Item, Kind
from clockify_cli.paths import find_paths
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import entities, entries, undo
from clockify_cli.store.timesheet.entities import new_local_id
from clockify_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clockify_cli.store.db.connection import StoreConnection

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hour: float, day: int = 24, month: int = 11) -> datetime:
    """Return *hour* o'clock UTC on a day of 2026."""
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour)


@dataclass
class Office:
    """One timesheet; *config* is the text of the profile in the configuration file."""

    folder: Path
    config: str = ""
    now: datetime = NOW
    zone: str = "UTC"
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = find_paths({"CLOCKIFY_HOME": str(self.folder / "clockify")})
        self.db = Database(self.paths.database)
        self.configure(self.config)

    def configure(self, text: str) -> None:
        self.paths.config.mkdir(0o700, parents=True, exist_ok=True)
        self.paths.config_file.write_text(f'[default]\ntz = "{self.zone}"\n{text}\n')
        self.paths.config_file.chmod(0o600)

    def ctx(self, db: Database | None = None) -> AppContext:
        settings = load_settings(self.paths, {}, options={}, cwd=None)
        return AppContext(
            paths=self.paths,
            settings=settings,
            clock=_Clock(self.now),
            db=db or self.db,
            now=self.now,
            zone=settings.zone,
            session="test",
            environ={},
            warn=lambda _: None,
        )

    # ── names and entries ────────────────────────────────────────────────────────────────────

    def named(self, label: str) -> str:
        """Return the local id of ``Client``, ``Client/Project`` or ``Client/Project/Task``, made
        once."""
        if not label:
            return ""
        if label not in self.names:
            above, _, name = label.rpartition("/")
            owner = self.named(above) or None
            kinds: tuple[Kind, ...] = ("client", "project", "task")
            kind = kinds[label.count("/")]
            item = Item(
                kind=kind,
                local_id=new_local_id(),
                workspace_id=LOCAL,
                name=name,
                client=owner if kind == "project" else None,
                project=owner if kind == "task" else None,
            )
            with self.db.change(LOCAL, verb="make", at=self.now) as change:
                change.create_item(item)
            self.names[label] = item.local_id
        return self.names[label]

    def add(
        self,
        start: datetime,
        end: datetime | None,
        label: str = "Acme/Website",
        description: str = "",
        *,
        billable: bool = True,
        type_: str = "REGULAR",
    ) -> str:
        """Add an entry of ``Client/Project`` or ``Client/Project/Task``; return its local id."""
        client, project, task = ([*label.split("/"), "", ""])[:3]
        fields = EntryFields(
            start=start,
            end=end,
            description=description,
            project=self.named(f"{client}/{project}") if project else None,
            task=self.named(label) if task else None,
            billable=billable,
            type=type_,
        )
        with self.db.change(LOCAL, verb="add", at=self.now) as change:
            change.summary = description
            return change.create_entry(fields)

    def edit(self, entry: str, **changes: object) -> None:
        fields = entries.get(self.db, entry).fields
        with self.db.change(LOCAL, verb="edit", at=self.now) as change:
            change.update_entry(entry, replace(fields, **changes))  # type: ignore[arg-type]

    def delete(self, entry: str) -> None:
        with self.db.change(LOCAL, verb="delete", at=self.now) as change:
            change.delete_entry(entry)

    def rename(self, label: str, name: str) -> None:
        item = entities.get(self.db, self.names[label])
        with self.db.change(LOCAL, verb="edit", at=self.now) as change:
            change.update_item(replace(item, name=name))

    def undo(self, number: int | None = None) -> None:
        undo.undo(self.db, LOCAL, number, at=self.now)

    def redo(self) -> None:
        undo.redo(self.db, LOCAL, at=self.now)

    # ── bills ────────────────────────────────────────────────────────────────────────────────

    def draft(self, ref: str, *words: str, client: str = "Acme", **more: str) -> Draft:
        ctx = self.ctx()
        return draft(ctx, plan(ctx, given(ref, *words, client=client, **more)))

    def bill(self, ref: str, *words: str, client: str = "Acme", **more: str) -> Made:
        ctx = self.ctx()
        return make(ctx, plan(ctx, given(ref, *words, client=client, **more)))

    def correct(self, ref: str, of: str) -> Made:
        ctx = self.ctx()
        return make(ctx, plan(ctx, BillInput(ref=ref, correct=of)))


def given(ref: str, *words: str, client: str = "Acme", **more: Any) -> BillInput:
    """Return a short request; *more* are fields of `BillInput`, and ``project``."""
    projects = (more.pop("project"),) if "project" in more else ()
    chosen = FilterInput(clients=(client,), projects=projects)
    return BillInput(ref=ref, words=words, chosen=chosen, **more)


def rows(lines: tuple[Line, ...]) -> list[tuple[str, str, str, str]]:
    """Return what a reader of a bill sees of its lines."""
    return [
        (line.description, line.quantity_text, line.price_text, line.amount_text) for line in lines
    ]


@dataclass
class _Clock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> float:
        return self.moment.timestamp()

    def boottime(self) -> float:
        return self.moment.timestamp()

    def boot_id(self) -> str:
        return "boot"

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@contextmanager
def open_office(folder: Path, config: str = "", **more: str) -> Iterator[Office]:
    """Yield an office; its timesheet is closed at the end."""
    office = Office(folder, config, **more)  # type: ignore[arg-type]
    try:
        yield office
    finally:
        office.db.close()


def on_bills(db: StoreConnection, entries: Iterable[str]) -> dict[str, str]:
    """Return the REF of the active bill that each of *entries* is on, by local id."""
    return dict(
        db.each(
            """
            SELECT w.entry, b.ref FROM bill_entries w JOIN bills b ON b.id = w.bill
            WHERE w.live = 1 AND w.entry IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(list(entries)),),
        )
    )
