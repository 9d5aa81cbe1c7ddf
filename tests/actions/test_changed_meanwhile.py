"""Tests that a change keeps what another command changed since the entries were read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clockify_cli.actions.names import managing
from clockify_cli.actions.names.managing import ItemSettings
from clockify_cli.actions.tracking import editing
from clockify_cli.actions.tracking.editing import EditDays, EditedLine, EditEntries
from clockify_cli.actions.tracking.entries import delete
from clockify_cli.actions.tracking.entry_input import EntryInput
from clockify_cli.domain.entry import TimeEntry
from clockify_cli.domain.time.spans import Span
from clockify_cli.errors import UsageError
from clockify_cli.store.timesheet import entities, entries
from tests.actions.office import Office, at

Act = Callable[[Office, list[TimeEntry]], object]


@pytest.fixture
def seen(office: Office) -> list[TimeEntry]:
    """Return three adjacent entries as a command has read them."""
    made = [office.add(at(hour), at(hour + 1), description="work") for hour in (8, 9, 10)]
    return [entries.get(office.db, local_id) for local_id in made]


def edit(office: Office, chosen: list[TimeEntry], **more: object) -> None:
    given = EntryInput(description=more.pop("description", None))  # type: ignore[arg-type]
    editing.edit(office.ctx(), chosen, EditEntries(given=given, **more))  # type: ignore[arg-type]


def in_an_editor(office: Office, chosen: list[TimeEntry], **more: object) -> None:
    edit(office, chosen[:1], seconds_seen=True, **more)


def as_days(office: Office, chosen: list[TimeEntry], *, description: str) -> None:
    first = chosen[0]
    assert first.end is not None
    given = EntryInput(description=description, project="Acme/Website", tags=("none",))
    span = Span(first.start, first.end)
    line = EditedLine(number=1, given=given, span=span, entry=first)
    editing.edit_days(office.ctx(), EditDays(lines=(line,)))


def said(office: Office, seen: list[TimeEntry]) -> list[tuple[str, bool]]:
    now = (entries.get(office.db, entry.local_id) for entry in seen)
    return [(entry.description, entry.billable) for entry in now]


@pytest.mark.parametrize(
    "act",
    [
        lambda office, seen: edit(office, seen[:1], description="said"),
        lambda office, seen: edit(office, seen, description="said"),
        lambda office, seen: in_an_editor(office, seen, description="said"),
        lambda office, seen: as_days(office, seen, description="said"),
    ],
    ids=["one", "many", "in an editor", "as days"],
)
def test_another_field_that_was_changed_since_stays(
    office: Office, seen: list[TimeEntry], act: Act
) -> None:
    office.edit(seen[0].local_id, billable=False)
    act(office, seen)
    assert said(office, seen)[0] == ("said", False)
    office.undo()
    assert said(office, seen)[0] == ("work", False)


@pytest.mark.parametrize(
    "act",
    [
        lambda office, seen: edit(office, seen, description="said"),
        lambda office, seen: in_an_editor(office, seen, description="said"),
        lambda office, seen: as_days(office, seen, description="said"),
        lambda office, seen: delete(office.ctx(), seen),
        lambda office, seen: editing.edit_days(office.ctx(), EditDays(deleted=tuple(seen))),
        lambda office, seen: editing.split_entry(office.ctx(), seen[0], ["8:30"]),
        lambda office, seen: editing.cut_entry(office.ctx(), seen[0], "8:20-8:40"),
        lambda office, seen: editing.join_entries(office.ctx(), seen, yes=True),
    ],
    ids=["many", "in an editor", "as days", "delete", "deleted days", "split", "cut", "join"],
)
def test_what_was_changed_since_is_not_overwritten_and_nothing_is_done(
    office: Office, seen: list[TimeEntry], act: Act
) -> None:
    office.edit(seen[0].local_id, description="by another")
    with pytest.raises(UsageError) as raised:
        act(office, seen)
    assert raised.value.code == "changed-meanwhile"
    assert said(office, seen) == [("by another", True), ("work", True), ("work", True)]


def test_times_that_depend_on_each_other_are_not_merged(
    office: Office, seen: list[TimeEntry]
) -> None:
    office.edit(seen[2].local_id, end=at(12))
    with pytest.raises(UsageError, match="was changed in the meantime"):
        edit(office, seen[1:], shift="+2h")


def test_of_one_entry_the_latest_command_holds(office: Office, seen: list[TimeEntry]) -> None:
    office.edit(seen[0].local_id, description="by another", end=at(8.5))
    edit(office, seen[:1], description="said", by="15m", overlap=True)
    now = entries.get(office.db, seen[0].local_id)
    assert (now.description, now.end) == ("said", at(8.75))


def test_the_same_change_made_twice_is_no_conflict(office: Office, seen: list[TimeEntry]) -> None:
    office.edit(seen[0].local_id, description="said")
    edit(office, seen, description="said")
    assert [text for text, _ in said(office, seen)] == ["said"] * 3


def test_a_merge_leaves_other_fields_as_they_are_by_now(
    office: Office, seen: list[TimeEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = (
        entities.get(office.db, office.named(f"Acme/{n}")) for n in ("Website", "New")
    )
    monkeypatch.setattr(managing, "check_merge", lambda *_: tuple(seen))
    office.edit(seen[0].local_id, description="by another")
    managing.merge(office.ctx(), source, target, archive_source=False)
    now = [entries.get(office.db, entry.local_id) for entry in seen]
    assert [entry.description for entry in now] == ["by another", "work", "work"]
    assert {entry.project.name for entry in now if entry.project} == {"New"}


def test_what_another_command_said_of_a_name_stays_or_refuses_the_change(office: Office) -> None:
    shown = entities.get(office.db, office.named("Acme/Website"))
    billable = ItemSettings(billable=True)
    managing.rename(office.ctx(), shown, "Site", ItemSettings())
    managing.rename(office.ctx(), shown, None, billable)
    now = entities.get(office.db, shown.local_id)
    assert (now.name, now.billable) == ("Site", True)
    with pytest.raises(UsageError, match='project "Site" was changed in the meantime'):
        managing.rename(office.ctx(), shown, "Page", ItemSettings())
    assert entities.get(office.db, shown.local_id) == now
