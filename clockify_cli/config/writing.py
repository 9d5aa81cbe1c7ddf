"""Change one setting. Comments are kept, and the file is replaced whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockify_cli.config import values
from clockify_cli.config.files import flattened, read_toml
from clockify_cli.config.settings import Origin, read_value, unknown_key
from clockify_cli.config.values import KEYS, find_key
from clockify_cli.errors import ConfigError, StoreError
from clockify_cli.paths import PRIVATE_FILE, foreign, private_folder, sweep

if TYPE_CHECKING:
    from clockify_cli.paths import Paths


def write_config(paths: Paths, profile: str, changes: Mapping[str, str | None]) -> None:
    """Set the keys of *changes* in *profile*; remove those with the value None.

    ConfigError if a key or value is not valid or the file cannot be understood; the file is then
    unchanged.
    """
    for key, text in changes.items():
        _check(key, text)
    private_folder(paths.config)
    with _changing(paths.config):
        target = resolved(paths.config_file)
        # They may contain the key.
        sweep(target.parent, f".{target.name}.", ".*")
        text = _changed(read_toml(target).text, profile, changes)
        replace_file(target, text)


def is_written(paths: Paths, profile: str, key: str) -> bool:
    """Return whether *key* is in the configuration file under *profile*."""
    table = (read_toml(resolved(paths.config_file)).tables or {}).get(profile)
    return isinstance(table, dict) and key in flattened(table)


def _check(key: str, text: str | None) -> None:
    known = find_key(key)
    if known is None or known.project:
        raise unknown_key(key)
    if text is not None:
        read_value(key, text, Origin("option"))


def _changed(before: str, profile: str, changes: Mapping[str, str | None]) -> str:
    import tomlkit

    document = tomlkit.parse(before)
    table: Any = document.get(profile)
    if table is None:
        # With its own table header, the profile remains when its last setting is removed.
        table = tomlkit.table(is_super_table=False)
        document[profile] = table
    if not isinstance(table, dict):
        raise ConfigError(f"{profile} is not a table", f"Write [{profile}] above its settings.")
    for key, text in changes.items():
        if text is None:
            _take_away(table, key)
        else:
            _put(table, key, _stored(key, text))
    return tomlkit.dumps(document)


def _stored(key: str, text: str) -> object:
    """Return the value of *key* as TOML stores it: numbers and lists as such, the rest as text."""
    import tomlkit

    known = find_key(key)
    if known and known.read is values.yes_or_no:
        return values.yes_or_no(text)
    if known and known.read is values.names:
        array = tomlkit.array()
        array.extend(values.names(text))
        return array
    return int(text) if key == "clock" else text


def _put(table: Any, key: str, value: object) -> None:
    import tomlkit

    first, dot, second = key.partition(".")
    inner = table.get(first)
    if not dot:
        _refuse_over_table(key, inner)
        table[key] = value
    elif isinstance(inner, dict):
        inner[second] = value
    elif first in KEYS:
        # TOML has no table and value of one name: `rate` and `rate.Acme` are keys side by side.
        table[key] = value
    else:
        table[first] = tomlkit.table()
        table[first][second] = value


def _refuse_over_table(key: str, inner: object) -> None:
    """Raise ConfigError if setting *key* would remove the settings of a table."""
    if isinstance(inner, dict):
        raise ConfigError(
            f"{key} is a table in the configuration file, which cannot be a value too",
            f'Write its lines without the table, as "{key}.NAME" = VALUE: `clockify config edit`.',
        )


def _take_away(table: Any, key: str) -> None:
    first, dot, second = key.partition(".")
    if dot and isinstance(table.get(first), dict):
        table[first].pop(second, None)
        if not table[first]:
            del table[first]
    elif not isinstance(table.get(key), dict):
        table.pop(key, None)


def resolved(path: Path) -> Path:
    """Return *path* or the target of a link, if both belong to the user; else ConfigError."""
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    try:
        strange = foreign(os.lstat(path)) or foreign(os.stat(target))
    except OSError:
        raise ConfigError(
            f"{path} is a link to nothing", "Remove the link, or make it point to a file."
        ) from None
    if strange:
        raise ConfigError(
            f"{path} is a link, and not only yours", "Replace it with a file that you own."
        )
    return target


def replace_file(path: Path, text: str) -> None:
    """Replace *path* by a file with *text* that only its owner can read, atomically.

    A link that was put there in the meantime is replaced, not followed. StoreError if the system
    refuses.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        _write_new(fresh, text)
        try:
            os.replace(fresh, path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", "The old file is unchanged."
        ) from error


def _write_new(fresh: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    number = os.open(fresh, flags, PRIVATE_FILE)
    try:
        with open(number, "w", encoding="utf-8", newline="") as file:
            if os.name != "nt":
                # A umask may also remove the owner's permissions.
                os.fchmod(number, PRIVATE_FILE)
            file.write(text)
            file.flush()
            os.fsync(number)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """Keep other processes from changing a file of *folder* between our read and write."""
    if os.name == "nt":
        yield
        return
    import fcntl

    number = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems cannot lock folders; at worst a concurrent change is lost.
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)
