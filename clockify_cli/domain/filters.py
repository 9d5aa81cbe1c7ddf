"""Which entries a FILTER lets through, its names already resolved to ids."""

from __future__ import annotations

from clockify_cli.domain.entry import Ref, TimeEntry
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """What an entry may have in one dimension: any of *any_of*, if given, and none of *none_of*.

    Both hold local ids; None in them stands for "has none".
    """

    any_of: frozenset[str | None] = frozenset()
    none_of: frozenset[str | None] = frozenset()

    def allows(self, ids: frozenset[str]) -> bool:
        """Whether an entry with *ids* (several for tags, none or one otherwise) passes."""
        has: frozenset[str | None] = ids or frozenset({None})
        return (not self.any_of or bool(has & self.any_of)) and not has & self.none_of


EVERYTHING = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """All of its conditions hold for an entry that passes.

    *types* holds Clockify's words for types. *search* holds texts, which are found anywhere in the
    description, in any case; None in it is to have no description. *billable* None means either.
    """

    clients: Choice = EVERYTHING
    projects: Choice = EVERYTHING
    tasks: Choice = EVERYTHING
    tags: Choice = EVERYTHING
    types: Choice = EVERYTHING
    search: Choice = EVERYTHING
    billable: bool | None = None

    def matches(self, entry: TimeEntry) -> bool:
        """Whether *entry* passes."""
        client = entry.project.client if entry.project else None
        return (
            self.clients.allows(_ids(client))
            and self.projects.allows(_ids(entry.project))
            and self.tasks.allows(_ids(entry.task))
            and self.tags.allows(frozenset(tag.local_id for tag in entry.tags))
            and self.types.allows(frozenset({entry.type}))
            and (self.billable is None or entry.billable == self.billable)
            and _says(self.search, searchable(entry.description))
        )


ALL = EntryFilter()


def _says(search: Choice, description: str) -> bool:
    """Whether the searchable *description* holds what *search* wants, and nothing it excludes."""

    def found(texts: frozenset[str | None]) -> bool:
        return any(
            not description if text is None else searchable(text) in description for text in texts
        )

    return (not search.any_of or found(search.any_of)) and not found(search.none_of)


def searchable(text: str) -> str:
    """*text* as it is searched: the same for letters that differ in case or composition alone."""
    if text.isascii():
        return text.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _ids(named: Ref | None) -> frozenset[str]:
    return frozenset() if named is None else frozenset({named.local_id})
