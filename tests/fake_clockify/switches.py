"""Switches for points where the real service's behaviour is unknown, each with its default."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

CHOICES: dict[str, tuple[Any, ...]] = {
    "second_running": ("stops", "refused", "allowed"),
    "window": ("wall", "instant"),
    "page_cap": (5000, 1000),
    "client_in_list": (False, True),
    "bulk_put": ("replaces", "merges"),
    "retry_after": (False, True),
    "deleted_name": ("free", "reserved"),
    "missing_entry": ("501", "404"),
    "catalogue_put": ("merges", "replaces"),
    "nulls": ("refused", "absent"),
    "gzip": (False, True),
    "hydrated_rates": (False, True),
    "breaks": ("kept", "ignored"),
}


@dataclass(frozen=True, slots=True)
class Switches:
    """One reading of everything uncertain.

    `second_running`: what starting a timer does to the running one. `window`: how the start and end
    of a list are read. `page_cap`: the most rows on a page. `client_in_list`: whether a listed
    project names its client. `bulk_put`: whether omitted fields are cleared. `retry_after`: whether
    a 429 says when. `deleted_name`: whether a deleted project's name may be used again.
    `missing_entry`: the answer to an unknown entry id. `catalogue_put`: whether omitted fields of a
    project, client, task or tag are cleared. `nulls`: whether a null in a body is refused, or means
    the same as leaving it out. `gzip`: whether answers are compressed when asked for.
    `hydrated_rates`: whether hydrated rows of a list contain their rates, as others do. `breaks`:
    whether a plan without breaks keeps the type of an entry, or treats every entry as a regular
    one.
    """

    second_running: str = "stops"
    window: str = "wall"
    page_cap: int = 5000
    client_in_list: bool = False
    bulk_put: str = "replaces"
    retry_after: bool = False
    deleted_name: str = "free"
    missing_entry: str = "501"
    catalogue_put: str = "merges"
    nulls: str = "refused"
    gzip: bool = False
    hydrated_rates: bool = False
    breaks: str = "kept"

    def __post_init__(self) -> None:
        for name in (each.name for each in fields(self)):
            if name != "page_cap" and getattr(self, name) not in CHOICES[name]:
                raise ValueError(f"{name} is one of {CHOICES[name]}, not {getattr(self, name)!r}")

    def changed(self, changes: dict[str, Any]) -> Switches:
        return replace(self, **changes)
