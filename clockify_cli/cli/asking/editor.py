"""Edit text in the user's editor, reopened until it can be read; all or nothing."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from clockify_cli.cli.program import Program
from clockify_cli.config.settings import load_settings
from clockify_cli.config.writing import replace_file, resolved
from clockify_cli.credentials import environment_without_key
from clockify_cli.errors import ClockifyError, ConfigError, UsageError
from clockify_cli.paths import Paths, private_folder

USUAL = ("editor", "nano", "vi")
"""The editors of people who have chosen none, in the order in which they are looked for."""
Result = TypeVar("Result")


class EditorKilled(UsageError):
    """A signal killed the editor: the typed text may not be saved."""


def edit_config(program: Program, profile: str) -> None:
    """Let the user edit the configuration file; it is replaced only by a valid one."""
    words = editor_words(program)
    private_folder(program.paths.config)
    target = resolved(program.paths.config_file)
    before = read_text(target) or f"[{profile}]\n"
    with tempfile.TemporaryDirectory(dir=program.paths.config, prefix=".edit-") as folder:
        copy = Path(folder) / "config.toml"
        replace_file(copy, before)
        while True:
            run_editor(words, copy, program.environ)
            text = read_text(copy)
            if not text.strip() or text == before:
                program.note("Nothing was changed.")
                return
            problem = _problem(Path(folder), profile)
            if problem is None:
                replace_file(target, text)
                program.note(f"Saved {target}.")
                return
            program.err.say(f"error: {problem.message.replace(str(copy), target.name)}")
            if not program.agreed("Edit it again?", instead="a text that can be read", usual=True):
                program.note("Nothing was changed.")
                return


def edited_text(
    program: Program, before: str, act: Callable[[str], Result | None], *, suffix: str, instead: str
) -> Result | None:
    """Return the result of *act* on the edited *before*; None if nothing was changed.

    Text that *act* refuses is opened again, or kept in a file that the message names. *instead*
    says what to do without an editor.
    """
    words = editor_words(program, instead)
    folder = program.paths.state
    private_folder(folder)
    handle, name = tempfile.mkstemp(dir=folder, prefix="edit-", suffix=suffix)
    os.close(handle)
    copy = Path(name)
    copy.write_text(before, encoding="utf-8")
    keep = True
    try:
        while True:
            text = _text_from(words, copy, program.environ, before)
            done: Result | None = None
            try:
                if text.strip() and text != before:
                    done = act(text)
            except ClockifyError as error:
                _say_why(program, error)
                if program.agreed("Edit it again?", instead="a text that can be read", usual=True):
                    continue
                raise UsageError("nothing was changed", f"Your text is kept in {copy}.") from error
            keep = False
            if done is None:
                program.note("Nothing was changed.")
            return done
    except EditorKilled:
        # The editor may have left a file with unsaved text beside it.
        raise
    except BaseException:
        keep = read_text(copy) != before
        raise
    finally:
        if not keep:
            copy.unlink(missing_ok=True)


def _text_from(words: list[str], copy: Path, environ: Mapping[str, str], before: str) -> str:
    """Return the text that the editor leaves in *copy*, opened with *before*; see `run_editor`."""
    try:
        run_editor(words, copy, environ)
    except EditorKilled as error:
        raise EditorKilled(error.message, f"The text that it saved is in {copy}.") from error
    except UsageError as error:
        if read_text(copy) == before:
            raise
        raise UsageError(error.message, f"Your text is kept in {copy}.") from error
    return read_text(copy)


def _say_why(program: Program, error: ClockifyError) -> None:
    from clockify_cli.cli.next_steps import next_step

    program.err.say(f"error: {error.message}", *error.details)
    if hint := next_step(program.args, error):
        program.err.say(*hint.split("\n"))


def _problem(folder: Path, profile: str) -> ConfigError | None:
    try:
        load_settings(
            Paths(folder, folder, folder, folder),
            {},
            options={"profile": profile},
            cwd=None,
            new_profile=True,
        )
    except ConfigError as error:
        return error
    return None


def read_text(path: Path) -> str:
    """Return the text of the file, even if it is invalid TOML; empty if it is missing."""
    try:
        # Reading a pipe would block.
        if os.path.lexists(path) and not path.is_file():
            raise ConfigError(f"{path} is not a regular file", "Move it away.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as text", "Move it away.") from error


def editor_words(
    program: Program, instead: str = "`clockify config set KEY VALUE` changes a setting."
) -> list[str]:
    """Return the editor's command as words; UsageError without a terminal or an editor."""
    if not (program.interactive and program.plain.is_terminal):
        raise UsageError("an editor needs a terminal", instead)
    command = program.environ.get("VISUAL") or program.environ.get("EDITOR") or _usual(program)
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise UsageError("no editor is set", "Name an editor in VISUAL or EDITOR.")
    return words


def _usual(program: Program) -> str:
    """Return the first of the usual editors that is installed; empty if none is."""
    path = program.environ.get("PATH")
    return next((name for name in USUAL if shutil.which(name, path=path)), "")


def run_editor(words: list[str], path: Path, environ: Mapping[str, str]) -> None:
    """Wait for the editor; UsageError if it cannot be run or fails.

    EditorKilled if a signal ended it.
    """
    safe = environment_without_key(environ)
    try:
        done = subprocess.run([*words, os.fspath(path)], env=safe, check=False)  # noqa: S603
    except OSError as error:
        raise UsageError(
            f"the editor {words[0]} cannot be run: {error.strerror}", "Check VISUAL and EDITOR."
        ) from error
    if done.returncode < 0:
        raise EditorKilled(
            f"the editor ended with signal {-done.returncode}", "Nothing was changed."
        )
    if done.returncode:
        raise UsageError(f"the editor exited with status {done.returncode}", "Nothing was changed.")
