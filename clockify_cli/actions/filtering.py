"""Names in a FILTER become the ids that entries are chosen by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names_copy import with_names
from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.entry import TYPES, read_type, type_name
from clockify_cli.domain.filters import Choice, EntryFilter
from clockify_cli.domain.names import (
    EXCLUDING,
    NONE,
    Candidate,
    not_found,
    quoted,
    resolve,
)
from clockify_cli.errors import UsageError
from clockify_cli.store import catalogue
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFilter:
    """A FILTER as typed: names, ``!name`` or ``not:name``, and ``none``; *types* are words."""

    projects: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    search: str | None = None
    billable: bool | None = None


EVERYTHING = AskedFilter()


def entry_filter(ctx: AppContext, asked: AskedFilter) -> EntryFilter:
    """The entries that *asked* lets through; raises NotFound or Ambiguous for a name.

    A name that is not known here is looked for at Clockify, where that may be done.
    """
    return with_names(ctx, lambda: _known_filter(ctx, asked))


def _known_filter(ctx: AppContext, asked: AskedFilter) -> EntryFilter:
    search = asked.search or ""
    if any("\ud800" <= char <= "\udfff" for char in search):
        raise UsageError("the text of --search holds bytes that are no text", "Type it in UTF-8.")
    return EntryFilter(
        clients=_choice(ctx, "client", asked.clients),
        projects=_choice(ctx, "project", asked.projects),
        tasks=_choice(ctx, "task", asked.tasks),
        tags=_choice(ctx, "tag", asked.tags),
        types=_types(asked.types),
        search=search,
        billable=asked.billable,
    )


def _choice(ctx: AppContext, kind: Kind, texts: Sequence[str]) -> Choice:
    if not texts:
        return Choice()
    candidates = _candidates(ctx, kind)
    return _chosen(texts, lambda name: None if name == NONE else _resolved(kind, name, candidates))


def _chosen(texts: Sequence[str], meaning: Callable[[str], str | None]) -> Choice:
    """What *texts* choose and exclude, each name by its *meaning*."""
    any_of: set[str | None] = set()
    none_of: set[str | None] = set()
    for text in texts:
        sign = next((sign for sign in EXCLUDING if text.startswith(sign)), "")
        name = text.removeprefix(sign)
        (none_of if sign else any_of).add(meaning(name))
    return Choice(frozenset(any_of), frozenset(none_of))


def _types(texts: Sequence[str]) -> Choice:
    return _chosen(texts, _type)


def _type(text: str) -> str:
    found = read_type(text)
    if found is None:
        words = ", ".join(type_name(type_).replace(" ", "-") for type_ in TYPES)
        raise UsageError(f'"{quoted(text)}" is not a type of entry', f"--type takes {words}.")
    return found


def _resolved(kind: Kind, name: str, candidates: Sequence[Candidate]) -> str:
    if not candidates:
        raise not_found(name, candidates, kind)
    return resolve(name, candidates, substring=True).local_id


def _candidates(ctx: AppContext, kind: Kind) -> list[Candidate]:
    parents = _parents(ctx, kind)
    return [
        Candidate(
            kind, item.local_id, item.server_id, item.name, parents.get(_owner(item)), item.archived
        )
        for item in catalogue.items(ctx.db, ctx.workspace, kind)
    ]


def _parents(ctx: AppContext, kind: Kind) -> dict[str | None, str]:
    if kind not in ("project", "task"):
        return {}
    of: Kind = "client" if kind == "project" else "project"
    owners = catalogue.items(ctx.db, ctx.workspace, of)
    return {item.local_id: item.name for item in owners}


def _owner(item: Item) -> str | None:
    return item.client if item.kind == "project" else item.project


def find_item(ctx: AppContext, kind: Kind, text: str) -> Item:
    """The item of *kind* that *text* names; raises NotFound or Ambiguous."""
    return with_names(
        ctx, lambda: catalogue.get(ctx.db, _resolved(kind, text, _candidates(ctx, kind)))
    )
