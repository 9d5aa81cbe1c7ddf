"""The zone of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping

LOCALTIME = "/etc/localtime"
UTC = "UTC"


def machine_zone(environ: Mapping[str, str], localtime: str = LOCALTIME) -> str:
    """The name of the machine's zone: ``TZ``, else the system's, else UTC.

    A ``TZ`` that is no name of the time zone database (``CET-1CEST``) counts as UTC.
    """
    if "TZ" in environ:
        return _known(_name_in(environ["TZ"].removeprefix(":"))) or UTC
    return _known(_linked(localtime)) or _known(_asked()) or UTC


def unknown_zone(environ: Mapping[str, str]) -> str:
    """What ``TZ`` says where it says something that is no zone; else empty."""
    wanted = environ.get("TZ", "")
    return "" if _known(_name_in(wanted.removeprefix(":"))) else wanted


def _name_in(path: str) -> str:
    """The part of *path* that names a zone; *path* itself where it is no path."""
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


def _known(name: str) -> str:
    """*name* if the time zone database has it, else empty."""
    if not name or name.startswith("/"):
        return ""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return name
