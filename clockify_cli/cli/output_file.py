"""Write output files: all or nothing, and never over an existing file unless asked."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clockify_cli.cli.options import FileChoice
from clockify_cli.cli.program import Outlet, Program
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import StoreError, UsageError
from clockify_cli.paths import Paths, foreign
from clockify_cli.show.screen import Screen
from clockify_cli.values import replace

PIECE = 2**20
"""How much of a file is copied to standard output at once, in bytes."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)


@contextmanager
def destination(program: Program, choice: FileChoice) -> Iterator[Screen]:
    """Yield the destination of the output: standard output, or a file.

    A file appears, with the permissions that the umask leaves, when all is written; a replaced file
    keeps its permissions. UsageError if the place cannot be written or holds something that must
    not be replaced, StoreError if the disk is full; the place is then unchanged.
    """
    if not choice.to_file:
        yield program.out
        return
    with _part_of(program, choice) as (part, put):
        # The descriptor outlives the stream, so a failed write is noticed before the end.
        with (
            _written(part) as descriptor,
            open(descriptor, "w", encoding="utf-8", newline="", closefd=False) as stream,
        ):
            yield replace(program.out, stream=stream, is_terminal=False, color=False, unicode=True)
        put()


@contextmanager
def aside(program: Program, choice: FileChoice) -> Iterator[Path]:
    """Yield a path to an empty file, which gets the chosen name at the end.

    If that is standard output, the file's content is written there. An error raises what
    `destination` raises, also for an OSError within.
    """
    if not choice.to_file:
        with temporary() as path:
            yield path
            copy_out(program, path)
        return
    with _part_of(program, choice) as (part, put):
        with _written(part):
            yield part
        put()


@contextmanager
def put_aside(program: Program, choice: FileChoice, content: bytes) -> Iterator[Callable[[], None]]:
    """Write *content* under a temporary name and flush it to the disk.

    Yields a function that gives the file the chosen name; until it is called, the folder is
    unchanged. An existing file with the same content is accepted. For standard output, the function
    writes there. Raises what `destination` raises.
    """
    if not choice.to_file:
        yield lambda: write_out(program, content)
        return
    with _part_of(program, choice, content) as (part, put):
        with _written(part) as descriptor, open(descriptor, "wb", closefd=False) as stream:
            stream.write(content)
        yield put


@contextmanager
def _part_of(
    program: Program, choice: FileChoice, content: bytes | None = None
) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Yield a temporary file, and a function that gives it the chosen name.

    A file that already has this *content* may be replaced. Raises what `destination` raises.
    """
    name = str(choice.output)
    with telling(name):
        force = choice.force or (content is not None and _holds(name, content))
        target = place_for(name, force, program.paths)
        with _part_for(target) as part:
            yield part, lambda: _put(part, target, replace_=force)


def write_out(program: Program, content: bytes) -> None:
    """Write *content* to standard output, whatever its encoding."""
    stream = program.out.stream
    if isinstance(stream, Outlet):
        stream.write_bytes(content)


def copy_out(program: Program, path: Path) -> None:
    """Write the content of the file *path* to standard output."""
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            write_out(program, piece)


@contextmanager
def temporary() -> Iterator[Path]:
    """Yield a path to an empty file that only this user can read; it is removed afterwards."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="clockify-") as folder:
        path = Path(folder) / "output"
        path.touch(mode=0o600)
        yield path


def _holds(name: str, content: bytes) -> bool:
    """Return whether *name* is a file with exactly *content*."""
    target = Path(os.path.realpath(name))
    if not target.is_file() or target.stat().st_size != len(content):
        return False
    return target.read_bytes() == content


def place_for(name: str, force: bool, paths: Paths, *, allowed_folder: Path | None = None) -> Path:
    """Return the path to write, links resolved; UsageError if it may not be written.

    Existing files are replaced only with *force*. The program's own folders are refused, except
    *allowed_folder*. Raises OSError or ValueError if *name* cannot be a file.
    """
    if not name.strip():
        raise UsageError(
            "the name of the output file is empty", "Give a file name, or - for standard output."
        )
    target = Path(os.path.realpath(name))
    if not target.parent.is_dir():
        raise UsageError(
            f'the folder "{quoted(str(target.parent))}" does not exist',
            "Create the folder first, or write to another file.",
        )
    _check_link(name, target)
    if target.parent != (allowed_folder and Path(os.path.realpath(allowed_folder))):
        _refuse_own(target, paths)
    if target.exists():
        _check_existing(target, name, force)
    return target


def _check_link(name: str, target: Path) -> None:
    if not os.path.islink(name):
        return
    # In a folder open to all, somebody else's link would choose which file is overwritten.
    if foreign(os.lstat(name)):
        raise UsageError(f'"{quoted(name)}" is another user\'s link', "Write to another file.")
    if not target.exists():
        raise UsageError(f'"{quoted(name)}" is a link to nothing', "Write to another file.")


def _check_existing(target: Path, name: str, force: bool) -> None:
    mode = target.stat().st_mode
    if stat.S_ISDIR(mode):
        raise UsageError(f'"{quoted(name)}" is a folder', "Give a file name in that folder.")
    if not stat.S_ISREG(mode):
        raise UsageError(f'"{quoted(name)}" is not a regular file', "Write to another file.")
    if not force:
        raise _exists(name)


def _exists(name: str) -> UsageError:
    return UsageError(f'"{quoted(name)}" already exists', "`--force` replaces it.", code="exists")


def _refuse_own(target: Path, paths: Paths) -> None:
    folders = [
        Path(os.path.realpath(folder))
        for folder in (paths.config, paths.data, paths.cache, paths.state)
    ]
    within = any(folder in target.parents for folder in folders)
    if within or any(_is_file_in(folder, target) for folder in folders):
        raise UsageError(
            f'"{quoted(str(target))}" is one of clockify-cli\'s own files', "Write to another file."
        )


def _is_file_in(folder: Path, target: Path) -> bool:
    """Return whether *target* is a file in *folder*, under another name or through a link."""
    if not target.exists() or not folder.is_dir():
        return False
    return any(file.exists() and file.samefile(target) for file in folder.iterdir())


@contextmanager
def _part_for(target: Path) -> Iterator[Path]:
    """Yield a new file beside *target* with its permissions; it is removed afterwards.

    It is locked meanwhile: unlocked ones were left by killed processes, and are removed first.
    """
    _remove_abandoned(target.parent)
    part, descriptor = _new_beside(target)
    # Another process may take it for abandoned before it is locked.
    while (held := _lock(descriptor)) is False or (held and not _is_there(part, descriptor)):
        os.close(descriptor)
        part, descriptor = _new_beside(target)
    if not held:
        # Systems without such locks may not allow renaming an open file either.
        os.close(descriptor)
    try:
        if target.exists():
            os.chmod(part, stat.S_IMODE(target.stat().st_mode))
        yield part
    finally:
        if held:
            os.close(descriptor)
        with suppress(FileNotFoundError):
            os.unlink(part)


@contextmanager
def _written(part: Path) -> Iterator[int]:
    """Yield a descriptor to write *part*, which is then flushed to the disk."""
    descriptor = os.open(part, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        yield descriptor
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_beside(target: Path) -> tuple[Path, int]:
    part = target.with_name(f".clockify-{os.urandom(8).hex()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    return part, os.open(part, flags, 0o666)


def _is_there(path: Path, descriptor: int) -> bool:
    """Return whether *path* is the file that is open as *descriptor*."""
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _remove_abandoned(folder: Path) -> None:
    """Remove files that killed processes left in *folder*, as far as locks show it."""
    for path in folder.glob(".clockify-*.part"):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                if stat.S_ISREG(os.fstat(descriptor).st_mode) and _lock(descriptor):
                    os.unlink(path)
            finally:
                os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock an open file; False if another process has it, None if locks are not supported."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return None
    return True


def _put(part: Path, target: Path, *, replace_: bool) -> None:
    """Give *part* the name *target*; without *replace_*, only if that name is still free."""
    if replace_:
        os.replace(part, target)
    else:
        try:
            os.link(part, target)
        except FileExistsError:
            raise _exists(str(target)) from None
        except OSError:
            # Some file systems have no hard links.
            os.replace(part, target)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Turn the system's errors about writing to *name* into a UsageError or a StoreError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _FULL:
            raise StoreError(
                f'"{quoted(name)}" could not be written: {reason}',
                "No partial file was left.",
                code="output",
            ) from error
        raise UsageError(
            f'"{quoted(name)}" cannot be written: {reason}', "Write to another file."
        ) from error
    except ValueError as error:
        # A name with a NUL in it.
        raise UsageError(
            f'"{quoted(name)}" is not a file name: {error}', "Write to another file."
        ) from error
