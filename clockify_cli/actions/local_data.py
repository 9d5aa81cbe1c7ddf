"""What was tracked without an account, carried into a workspace of Clockify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from clockify_cli.actions.connecting import connect
from clockify_cli.actions.desk import Desk
from clockify_cli.actions.recording import recorded
from clockify_cli.actions.wording import describe
from clockify_cli.domain.catalogue import KINDS, Item, Kind
from clockify_cli.domain.change import Changed
from clockify_cli.domain.counting import counted
from clockify_cli.domain.entry import LOCAL, EntryFields, TimeEntry
from clockify_cli.domain.names import fold
from clockify_cli.errors import NotFound, NotSignedIn
from clockify_cli.store import catalogue, copying, entries
from clockify_cli.values import dataclass, field, replace


@dataclass(slots=True)
class _Carried:
    """What becomes of the names of ``local``: those to be *made*, and those *matched* by name.

    *ids*: local ids in ``local``, and those in the account's workspace.
    """

    ids: dict[str, str] = field(default_factory=dict)
    made: list[Item] = field(default_factory=list)
    matched: list[Item] = field(default_factory=list)


def tracked(desk: Desk) -> int:
    """How many entries the workspace ``local`` holds."""
    return entries.count(desk.db, LOCAL)


def running(desk: Desk) -> str | None:
    """What the timer that runs in ``local`` is called; None where none runs there."""
    found = entries.running(desk.db, LOCAL)
    return describe(found) if found else None


def names_known(desk: Desk) -> bool:
    """Whether the copy holds any name of the desk's workspace."""
    return any(catalogue.items(desk.db, desk.workspace, kind) for kind in KINDS)


def send_local(desk: Desk, *, dry_run: bool = False) -> Changed:
    """Move all of ``local`` into the desk's workspace, to be sent like any change there.

    Names that the workspace has already are used, others are made. Entries keep their local ids.
    A timer that runs in both goes on in ``local``. Clockify is asked first whether the key is good.
    Raises NotSignedIn, Unreachable, LimitReached, and NotFound where nothing was tracked.
    """
    if desk.account is None:
        raise NotSignedIn("you are not signed in", "`clockify login` connects Clockify.")
    moving = _movable(desk)
    if dry_run:
        carried = _carried(desk)
        return Changed(
            verb="send-local",
            entries=tuple(moving),
            created=tuple(carried.made),
            matched=tuple(carried.matched),
            summary=_summary(moving),
            dry_run=True,
        )
    connect(desk).remote.user()
    with recorded(desk, "send-local") as record:
        # Another process may have changed it while Clockify was asked.
        moving = _movable(desk)
        carried = _carried(desk)
        for item in carried.made:
            record.change.create_item(item)
        for entry in moving:
            record.change.create_entry(_translated(entry.fields, carried.ids), entry.local_id)
            copying.move_entry(desk.db, entry.local_id, desk.workspace, desk.user)
        record.change.summary = _summary(moving)
    done = record.done([entry.local_id for entry in moving])
    return replace(done, created=_as_now(desk, carried.made), matched=tuple(carried.matched))


def _as_now(desk: Desk, made: Sequence[Item]) -> tuple[Item, ...]:
    """The names that were made, as they are once they were sent."""
    found = []
    for item in made:
        with suppress(NotFound):
            found.append(catalogue.get(desk.db, item.local_id))
    return tuple(found)


def _summary(moving: list[TimeEntry]) -> str:
    return f"{counted(len(moving), 'entry')} tracked here"


def _movable(desk: Desk) -> list[TimeEntry]:
    """What is to move, the oldest first. Raises NotFound where that is nothing."""
    found = entries.newest(desk.db, LOCAL, None, 10_000_000)[::-1]
    if entries.running(desk.db, desk.workspace, desk.user) is not None:
        found = [entry for entry in found if not entry.running]
    if not found:
        raise NotFound("nothing was tracked here", "`clockify log all -w local` would list it.")
    return found


def _carried(desk: Desk) -> _Carried:
    carried = _Carried()
    for kind in KINDS:
        there = {_place(item): item for item in catalogue.items(desk.db, desk.workspace, kind)}
        for item in catalogue.items(desk.db, LOCAL, kind):
            moved = _moved(item, desk.workspace, carried.ids)
            same = there.get(_place(moved))
            (carried.matched if same else carried.made).append(same or moved)
            carried.ids[item.local_id] = (same or moved).local_id
    return carried


def _moved(item: Item, workspace: str, ids: Mapping[str, str]) -> Item:
    """*item* as a new one of *workspace*; its owner was carried over before it."""
    from clockify_cli.store.entities import new_local_id

    return replace(
        item,
        local_id=new_local_id(),
        workspace_id=workspace,
        client=ids.get(item.client or ""),
        project=ids.get(item.project or ""),
    )


def _place(item: Item) -> tuple[Kind, str, str | None, str | None]:
    return item.kind, fold(item.name), item.client, item.project


def _translated(fields: EntryFields, ids: Mapping[str, str]) -> EntryFields:
    return replace(
        fields,
        project=ids.get(fields.project or ""),
        task=ids.get(fields.task or ""),
        tags=tuple(ids[tag] for tag in fields.tags if tag in ids),
    )
