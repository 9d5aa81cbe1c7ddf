"""The zone of this computer."""

from __future__ import annotations

import os
from collections.abc import Mapping

LOCALTIME = "/etc/localtime"
UTC = "UTC"


def machine_zone(environ: Mapping[str, str], localtime: str = LOCALTIME) -> str:
    """The name of the machine's zone: ``TZ``, else the system's, else UTC.

    ``TZ`` names a zone of the time zone database, a file of it, a link to one, or an offset in
    whole hours such as ``UTC0`` or ``EST5``. Rules of one's own (``CET-1CEST``) count as UTC.
    """
    if "TZ" in environ:
        return _said(environ["TZ"], localtime) or UTC
    return _systems(localtime) or UTC


def unknown_zone(environ: Mapping[str, str], localtime: str = LOCALTIME) -> str:
    """What ``TZ`` says where it says something that is not a zone; else empty."""
    wanted = environ.get("TZ", "")
    return wanted if wanted.removeprefix(":") and not _said(wanted, localtime) else ""


def known_zone(name: str) -> str:
    """*name* if the time zone database of this computer has it, else empty."""
    if not name or name.startswith("/"):
        return ""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return name


def _said(variable: str, localtime: str) -> str:
    """The zone that the text of ``TZ`` stands for; empty for none that is known."""
    name = variable.removeprefix(":")
    if name == localtime:
        return _systems(localtime)
    return known_zone(_name_in(name)) or known_zone(_linked(name)) or _fixed(name)


def _systems(localtime: str) -> str:
    return known_zone(_linked(localtime)) or known_zone(_asked())


def _fixed(text: str) -> str:
    """The zone of an offset as POSIX writes it: a name, and the hours that UTC is ahead."""
    import re

    found = re.fullmatch(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([+-]?)([0-9]{1,2})(?::00)*", text)
    if found is None:
        return ""
    sign, hours = found[1] or "+", int(found[2])
    return known_zone(f"Etc/GMT{sign}{hours}") if hours else UTC


def _name_in(path: str) -> str:
    """The part of *path* that names a zone; *path* itself where it is not a path."""
    _, found, name = path.partition("zoneinfo/")
    return name.removeprefix("posix/").removeprefix("right/") if found else path


def _linked(localtime: str) -> str:
    # One step alone: Europe/Berlin may itself be a link to another name.
    try:
        return _name_in(os.readlink(localtime))
    except OSError:
        return ""


def _asked() -> str:
    import tzlocal

    try:
        return tzlocal.get_localzone_name() or ""
    except (LookupError, ValueError, OSError):
        return ""
