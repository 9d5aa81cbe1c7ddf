"""Turn the names in a FILTER into the ids that select entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clockify_cli.actions.context import AppContext, Result, attempt
from clockify_cli.domain.entry import (
    EXCLUDING,
    NONE,
    TYPES,
    Choice,
    EntryFilter,
    Item,
    Kind,
    counted,
    read_type,
    type_name,
)
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import Ambiguous, NotFound, UsageError
from clockify_cli.store.timesheet import entities
from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clockify_cli.domain.names import NameIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterInput:
    """A FILTER as typed: names, ``!name`` or ``not:name``, and ``none``; *types* are words.

    *search* are texts, with the same prefixes.
    """

    projects: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    billable: bool | None = None


EVERYTHING = FilterInput()
_NO_TEXT = ("", *EXCLUDING)
"""Texts that ``--search`` would find everywhere."""


def filter_words(given: FilterInput) -> str:
    """Return *given* as a person reads it: ``client Acme, not tag internal, billable``."""
    parts = []
    for kind in ("client", "project", "task", "tag", "type"):
        wanted, unwanted = _signed(getattr(given, f"{kind}s"))
        parts += [f"{kind} {' or '.join(wanted)}"] if wanted else []
        parts += [f"not {kind} {name}" for name in unwanted]
    parts += _search_words(given.search)
    if given.billable is not None:
        parts.append("billable" if given.billable else "not billable")
    return ", ".join(parts)


def _search_words(texts: Sequence[str]) -> list[str]:
    """Return the texts of ``--search`` as a person reads them."""
    wanted, unwanted = _signed([text for text in texts if text not in _NO_TEXT])
    quotes = " or ".join(f'"{text}"' for text in wanted if text != NONE)
    either = [f"{quotes} in the description"] if quotes else []
    either += ["no description"] if NONE in wanted else []
    return [
        *([" or ".join(either)] if either else []),
        *(
            "with a description" if text == NONE else f'no "{text}" in the description'
            for text in unwanted
        ),
    ]


def _signed(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what *texts* want and what they exclude, without prefixes."""
    pairs = [_without_sign(text) for text in texts]
    return [text for sign, text in pairs if not sign], [text for sign, text in pairs if sign]


def _without_sign(text: str) -> tuple[str, str]:
    """Return the prefix of *text* that excludes it, if any, and the text without it."""
    sign = next((sign for sign in EXCLUDING if text.startswith(sign)), "")
    return sign, text.removeprefix(sign)


def entry_filter(ctx: AppContext, given: FilterInput) -> EntryFilter:
    """Return the filter that *given* means; raises NotFound or Ambiguous for a name.

    Clockify is asked about an unknown name, if allowed.
    """
    if given == EVERYTHING:
        return EntryFilter()
    return _with_names(ctx, lambda: _known_filter(ctx, given))


def _known_filter(ctx: AppContext, given: FilterInput) -> EntryFilter:
    index = index_of(ctx)
    return EntryFilter(
        clients=_choice(ctx, index, "client", given.clients),
        projects=_choice(ctx, index, "project", given.projects),
        tasks=_choice(ctx, index, "task", given.tasks),
        tags=_choice(ctx, index, "tag", given.tags),
        types=_chosen(given.types, _type),
        search=_texts(given.search),
        billable=given.billable,
    )


def _choice(ctx: AppContext, index: NameIndex, kind: Kind, texts: Sequence[str]) -> Choice:
    def meaning(name: str) -> str | None:
        return None if name == NONE else _find(ctx, index, kind, name).local_id

    listed = _several(index, texts) if kind == "tag" else texts
    return _chosen(listed, meaning)


def _several(index: NameIndex, texts: Sequence[str]) -> list[str]:
    """Split *texts* that list several tags; a prefix applies to each of them."""
    found = []
    for text in texts:
        sign, listed = _without_sign(text)
        found += [sign + name for name in index.several("tag", listed)]
    return found


def _chosen(texts: Sequence[str], meaning: Callable[[str], str | None]) -> Choice:
    """Return what *texts* choose and exclude, each name resolved by *meaning*."""
    wanted, unwanted = _signed(texts)
    return Choice(frozenset(map(meaning, wanted)), frozenset(map(meaning, unwanted)))


def _texts(texts: Sequence[str]) -> Choice:
    if any("\ud800" <= char <= "\udfff" for text in texts for char in text):
        raise UsageError("the text of --search is not valid UTF-8 text", "Use UTF-8.")
    given = [text for text in texts if text not in _NO_TEXT]
    return _chosen(given, lambda text: None if text == NONE else text)


def _type(text: str) -> str:
    found = read_type(text)
    if found is None:
        words = ", ".join(type_name(type_).replace(" ", "-") for type_ in TYPES)
        raise UsageError(f'"{quoted(text)}" is not an entry type', f"--type takes {words}.")
    return found


def index_of(ctx: AppContext) -> NameIndex:
    """Return the names of the context's workspace in the local copy."""
    from clockify_cli.domain.names import NameIndex

    return NameIndex(lambda kind: entities.items(ctx.db, ctx.workspace, kind))


def find_item(ctx: AppContext, kind: Kind, text: str, *, substring: bool = False) -> Item:
    """Return the item of *kind* that *text* names; a FILTER also accepts a *substring*.

    Raises NotFound or Ambiguous.
    """
    return _with_names(ctx, lambda: _find(ctx, index_of(ctx), kind, text, substring=substring))


def _find(
    ctx: AppContext, index: NameIndex, kind: Kind, text: str, *, substring: bool = True
) -> Item:
    """As `NameIndex.find`; a task of a project whose tasks were never fetched is not unknown."""
    try:
        return index.find(kind, text, substring=substring)
    except NotFound as error:
        if kind != "task" or ctx.account is None:
            raise
        raise _perhaps_not_fetched(ctx, index, text, error) from error


def _perhaps_not_fetched(ctx: AppContext, index: NameIndex, text: str, error: NotFound) -> NotFound:
    import shlex

    from clockify_cli.actions.clockify.freshness import projects_without_tasks
    from clockify_cli.actions.tracking.entry_input import not_fetched

    without = projects_without_tasks(ctx)
    for place in reversed([place for place, char in enumerate(text) if char == "/"]):
        try:
            project = index.find("project", text[:place].strip())
        except (Ambiguous, NotFound):
            continue
        if project in without:
            return not_fetched(index, text[place + 1 :].strip(), project)
    if without:
        path = index.candidate(without[0]).path
        error.message += (
            f"; the tasks of {counted(len(without), 'project')} were never fetched from Clockify"
        )
        error.hint = f"`clockify tasks -p {shlex.quote(path)}` fetches the tasks of one project."
    return error


def _with_names(ctx: AppContext, act: Callable[[], Result]) -> Result:
    """Return the result of *act*, repeated after asking Clockify about an unknown name."""
    from clockify_cli.actions.tracking.entry_input import stale_names

    return attempt(ctx, act, stale_names(ctx))
