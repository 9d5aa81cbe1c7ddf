"""The settings of one run: options, environment, project file, config file, account, defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from clockify_cli.config.files import (
    DEFAULT_PROFILE,
    TomlFile,
    chosen_profile,
    flattened,
    project_file,
    read_toml,
    refuse_unknown,
    shown,
    with_branch,
)
from clockify_cli.config.values import KEYS, PROJECT_KEYS, find_key, nearest_key
from clockify_cli.environment import API_KEY, said
from clockify_cli.errors import ConfigError
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from clockify_cli.paths import Paths


Layer = Literal[
    "option", "environment", "project file", "config file", "Clockify", "machine", "default"
]
ENVIRONMENT = {
    "CLOCKIFY_WORKSPACE": "workspace",
    API_KEY: "key",
    "CLOCKIFY_API_URL": "api-url",
    "CLOCKIFY_TZ": "tz",
}
_NEXT_STEP: dict[Layer, str] = {
    "option": "`clockify config list` shows the current values.",
    "environment": "Give the variable another value, or unset it.",
    "project file": "Fix or remove that line.",
    "config file": "Fix or remove that line: `clockify config edit`.",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The layer of a value, and *where* in it: an option, a variable, a file and line."""

    layer: Layer
    where: str = ""

    def __str__(self) -> str:
        return f"{self.layer} {self.where}".rstrip()


@dataclass(frozen=True, slots=True)
class Setting:
    """A parsed value with its origin; *raw* is how it was written."""

    value: object
    origin: Origin
    raw: object = None


_Found = dict[str, Setting]


T = TypeVar("T")


class _Value(Generic[T]):
    """Reads the parsed value of *key* as an attribute of `Settings`."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get__(self, settings: Settings, _: type[Settings]) -> T:
        found: T = settings.get(self.key)
        return found


class Settings:
    """The settings of this run. *layers* are strongest first; *warnings* are lines to show."""

    workspace: _Value[str | None] = _Value("workspace")
    """The configured workspace, by name or id."""
    zone_name: _Value[str] = _Value("tz")
    """The zone in which times are read and days begin."""
    week_start: _Value[int] = _Value("week-start")
    """The day on which weeks begin, 0 for Monday."""
    clock: _Value[Literal["12", "24"]] = _Value("clock")
    """How times of day are shown in tables."""
    workdays: _Value[frozenset[int]] = _Value("workdays")
    """The days of the week with working hours, 0 for Monday."""
    day_start: _Value[timedelta] = _Value("day-start")
    """How long after midnight a day begins."""
    hours: _Value[dict[int, timedelta]] = _Value("hours")
    """Working hours by day of the week, 0 for Monday; empty if none are set."""
    durations: _Value[Literal["clock", "hm", "decimal"]] = _Value("durations")
    """How durations are written."""
    fresh_entries: _Value[timedelta] = _Value("fresh.entries")
    """How old the local copy of entries may be before Clockify is asked."""
    fresh_names: _Value[timedelta] = _Value("fresh.names")
    """How old the local copy of names may be before Clockify is asked."""
    color: _Value[Literal["auto", "always", "never"]] = _Value("color")
    """When output is coloured."""
    default_project: _Value[str | None] = _Value("default.project")
    """The project of a new entry without one."""
    default_task: _Value[str | None] = _Value("default.task")
    """The task of a new entry without one."""
    default_tags: _Value[tuple[str, ...]] = _Value("default.tags")
    """The tags of a new entry without any."""
    default_billable: _Value[bool | None] = _Value("default.billable")
    """Whether a new entry is billable by default; None: its task or project decides."""
    default_description: _Value[str | None] = _Value("default.description")
    """The description of a new entry without one."""
    sync_deadline: _Value[timedelta] = _Value("sync.deadline")
    """How long a command may wait for Clockify."""
    sync_settle: _Value[timedelta] = _Value("sync.settle")
    """How long a request may still take effect after its answer was lost."""
    api_url: _Value[str | None] = _Value("api-url")
    """The base of the API, if one is configured."""
    region: _Value[str] = _Value("region")
    """Clockify's region, if no base is configured."""

    def __init__(
        self,
        profile: str,
        layers: Mapping[Layer, Mapping[str, Setting]],
        warnings: tuple[str, ...],
        environ: Mapping[str, str],
    ) -> None:
        self.profile = profile
        self.warnings = warnings
        self._layers = layers
        self._environ = environ

    def with_account(self, values: Mapping[str, object]) -> Settings:
        """Return these settings with the account's *values*, already parsed for our keys."""
        account = {key: Setting(value, Origin("Clockify"), value) for key, value in values.items()}
        layers = {**self._layers, "Clockify": account}
        return Settings(self.profile, layers, self.warnings, self._environ)

    def with_options(self, values: Mapping[str, str]) -> Settings:
        """Return these settings with the command line's *values*, as typed."""
        given = {**self._layers.get("option", {}), **_from_options(values)}
        layers: dict[Layer, Mapping[str, Setting]] = {**self._layers, "option": given}
        return Settings(self.profile, layers, self.warnings, self._environ)

    def setting(self, key: str) -> Setting:
        """Return the value of *key* and its origin; ConfigError for a key that does not exist."""
        for layer in self._layers.values():
            if key in layer:
                return layer[key]
        known = find_key(key)
        if known is None:
            raise unknown_key(key)
        if key == "tz":
            return Setting(machine_zone(self._environ), Origin("machine"))
        return Setting(known.default, Origin("default"))

    def get(self, key: str) -> Any:
        """Return the parsed value of *key*."""
        return self.setting(key).value

    def origin(self, key: str) -> Origin:
        """Return where the value of *key* comes from."""
        return self.setting(key).origin

    def in_file(self, key: str) -> Any:
        """Return the value of *key* in the configuration file only, else the default."""
        layer = self._layers.get("config file", {})
        if key in layer:
            return layer[key].value
        known = find_key(key)
        return known.default if known else None

    def known(self) -> list[str]:
        """Return every known key, including those that a person has named."""
        chosen = (key for layer in self._layers.values() for key in layer if key not in KEYS)
        return [*KEYS, *sorted(set(chosen))]

    def _below(self, prefix: str) -> dict[str, str]:
        """Return the values of the keys ``PREFIX.NAME``, by NAME."""
        found = (key for key in self.known() if key.startswith(f"{prefix}."))
        values = {key.partition(".")[2]: self.get(key) for key in found}
        return {name: value for name, value in values.items() if value is not None}

    def _alone(self, key: str) -> dict[str, str]:
        """Return the value of *key* itself, under the empty name; empty if it has none."""
        value = self.get(key)
        return {} if value is None else {"": value}

    @property
    def zone(self) -> ZoneInfo:
        """The zone of `zone_name`."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.zone_name)

    @property
    def rates(self) -> dict[str, str]:
        """The price of an hour, by client or ``CLIENT/PROJECT``; the empty name is the default."""
        return self._below("rate") | self._alone("rate")

    @property
    def roundings(self) -> dict[str, str]:
        """How worked time is rounded, by client; the empty name is the default."""
        return self._below("round") | self._alone("round")

    @property
    def aliases(self) -> dict[str, str]:
        """Command lines of this program, by alias."""
        return self._below("alias")

    @property
    def hooks(self) -> dict[str, str]:
        """Commands to run after an event, by the event's name."""
        return self._below("hook")


def load_settings(
    paths: Paths,
    environ: Mapping[str, str],
    *,
    options: Mapping[str, str],
    cwd: Path | None,
    new_profile: bool = False,
) -> Settings:
    """Load the settings of this run; ConfigError names the file and line of an invalid value.

    *options* are by key, plus ``profile``. *cwd* is where a project's file is looked for.
    UsageError for a profile that the file does not have, unless *new_profile* allows a new one.
    """
    profile = chosen_profile(options.get("profile"), environ)
    warnings: list[str] = []
    file = read_toml(paths.config_file)
    if not new_profile:
        refuse_unknown(profile, file, options.get("profile"))
    layers: dict[Layer, Mapping[str, Setting]] = {
        "option": _from_options(options),
        "environment": _from_environment(environ),
        "project file": _from_project(project_file(cwd), warnings),
        "config file": _from_config(file, profile, warnings),
    }
    if not any("tz" in layer for layer in layers.values()) and (zone := unknown_zone(environ)):
        warnings.append(f"TZ is {shown(zone)}, which is not in the time zone database; using UTC")
    return Settings(profile, layers, tuple(warnings), environ)


def unknown_key(name: str) -> ConfigError:
    """Return the error for a setting *name* that does not exist, with the nearest one."""
    near = nearest_key(name)
    hint = f"Did you mean {near}?" if near else "`clockify config list` shows the keys."
    return ConfigError(f"unknown setting {shown(name)}", hint)


def read_value(key: str, raw: object, origin: Origin, *, label: str = "") -> Setting:
    """Parse *raw* for *key*; ConfigError names *label* (the key as written) and the origin."""
    known = find_key(key)
    if known is None:
        raise unknown_key(key)
    try:
        return Setting(known.read(raw), origin, raw)
    except ValueError as error:
        said = "its value" if known.secret else shown(raw, address=known.address)
        name = label or key
        if origin.layer == "option" and origin.where:
            name = origin.where
        where = f"{origin.where}: " if origin.where not in ("", name) else ""
        raise ConfigError(f"{where}{name}: {said} {error}", _NEXT_STEP[origin.layer]) from error


def _from_options(options: Mapping[str, str]) -> _Found:
    return {
        key: read_value(key, value, Origin("option", f"--{key}"))
        for key, value in options.items()
        if key != "profile"
    }


def _from_environment(environ: Mapping[str, str]) -> _Found:
    """Return the variables that are set and not blank."""
    return {
        key: read_value(key, text, Origin("environment", name), label=name)
        for name, key in ENVIRONMENT.items()
        if (text := said(environ, name))
    }


def _from_project(file: TomlFile | None, warnings: list[str]) -> _Found:
    found: _Found = {}
    if file is None:
        return found
    for name, raw in flattened(file.tables or {}).items():
        place = file.place(*name.split("."))
        if name not in PROJECT_KEYS:
            warnings.append(f"{place}: {name} is ignored; a project may not set it")
            continue
        origin = Origin("project file", place)
        setting = _filled(read_value(PROJECT_KEYS[name], raw, origin, label=name), file.path.parent)
        if setting.value != "":
            found[PROJECT_KEYS[name]] = setting
    return found


def _filled(setting: Setting, folder: Path) -> Setting:
    if not isinstance(setting.value, str):
        return setting
    return Setting(with_branch(setting.value, folder), setting.origin, setting.raw)


def _from_config(file: TomlFile, profile: str, warnings: list[str]) -> _Found:
    tables = file.tables or {}
    _warn_of_strays(file, tables, warnings)
    if profile not in tables:
        return {}
    table = tables[profile]
    if not isinstance(table, dict):
        raise ConfigError(
            f"{file.place(profile)}: {profile} is not a table",
            f"Write [{profile}] and its settings.",
        )
    found: _Found = {}
    for key, raw in flattened(table).items():
        place = file.place(profile, *key.split("."))
        if (known := find_key(key)) is None or known.project:
            near = nearest_key(key)
            hint = f"; did you mean {near}?" if near else ""
            warnings.append(f"{place}: unknown setting {key}{hint}")
            continue
        found[key] = read_value(key, raw, Origin("config file", place))
    return _without_open_key(file, found, warnings)


def _warn_of_strays(file: TomlFile, tables: Mapping[str, object], warnings: list[str]) -> None:
    for name, value in tables.items():
        if not isinstance(value, dict):
            warnings.append(
                f"{file.place(name)}: {name} is outside all profiles; put it under "
                f"[{DEFAULT_PROFILE}]"
            )


def _without_open_key(file: TomlFile, found: _Found, warnings: list[str]) -> _Found:
    """Return *found* without the key if others can read the file that contains it."""
    if "key" in found and file.readable_by_others:
        warnings.append(
            f"others can read {file.path}, so the key in it is not used: chmod 600 '{file.path}'"
        )
        del found["key"]
    return found


LOCALTIME = "/etc/localtime"
UTC = "UTC"


def machine_zone(environ: Mapping[str, str], localtime: str = LOCALTIME) -> str:
    """Return the name of the machine's zone: ``TZ``, else the system's, else UTC.

    ``TZ`` names a zone of the time zone database, a file of it, a link to one, or an offset in
    whole hours such as ``UTC0`` or ``EST5``. Custom rules (``CET-1CEST``) count as UTC.
    """
    if "TZ" in environ:
        return _said(environ["TZ"], localtime) or UTC
    return _systems(localtime) or UTC


def unknown_zone(environ: Mapping[str, str], localtime: str = LOCALTIME) -> str:
    """Return the value of ``TZ`` if it is not a zone; else empty."""
    wanted = environ.get("TZ", "")
    return wanted if wanted.removeprefix(":") and not _said(wanted, localtime) else ""


def known_zone(name: str) -> str:
    """Return *name* if this computer's time zone database has it, else empty."""
    if not name or name.startswith("/"):
        return ""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return name


def _said(variable: str, localtime: str) -> str:
    """Return the zone that the text of ``TZ`` means; empty if unknown."""
    name = variable.removeprefix(":")
    if name == localtime:
        return _systems(localtime)
    return known_zone(_name_in(name)) or known_zone(_linked(name)) or _fixed(name)


def _systems(localtime: str) -> str:
    return known_zone(_linked(localtime)) or known_zone(_machine_zone())


def _fixed(text: str) -> str:
    """Return the zone of a POSIX offset: a name, and the hours that UTC is ahead."""
    import re

    found = re.fullmatch(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([+-]?)([0-9]{1,2})(?::00)*", text)
    if found is None:
        return ""
    sign, hours = found[1] or "+", int(found[2])
    return known_zone(f"Etc/GMT{sign}{hours}") if hours else UTC


def _name_in(path: str) -> str:
    """Return the part of *path* that names a zone; *path* itself if it is not a path."""
    _, found, name = path.partition("zoneinfo/")
    return name.removeprefix("posix/").removeprefix("right/") if found else path


def _linked(localtime: str) -> str:
    # Only one step: Europe/Berlin may itself be a link to another name.
    try:
        return _name_in(os.readlink(localtime))
    except OSError:
        return ""


def _machine_zone() -> str:
    import tzlocal

    try:
        return tzlocal.get_localzone_name() or ""
    except (LookupError, ValueError, OSError):
        return ""
