"""``python -m tests.mutants [WORD…]``: does a quick test fail where the program is made wrong?

Each mutant takes one safeguard away, in a copy of the source. A named test has to pass before
and to fail with it; a mutant that no test notices is a promise that nobody holds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
COPIED = ("clockify_cli", "tests", "pyproject.toml")
PATIENCE = 300.0
FAULTS = "tests/faults/test_server_faults.py"
NO_TARGET = 'body of a redirect for it."""\n        return None'


@dataclass(frozen=True)
class Mutant:
    """What the program does wrong, where, and the *test* that has to notice.

    A safeguard that stands in two places is taken away in both.
    """

    name: str
    file: str
    right: str
    wrong: str
    test: str
    chosen: str = ""
    also_right: str = ""
    also_wrong: str = ""

    def apply(self, folder: Path) -> None:
        """Make it wrong in the copy under *folder*."""
        path = folder / self.file
        path.write_text(self.made_wrong(path.read_text("utf-8")), "utf-8")

    def made_wrong(self, text: str) -> str:
        """*text*, of its file, without the safeguard. ValueError where that is not there once."""
        for right, wrong in ((self.right, self.wrong), (self.also_right, self.also_wrong)):
            if right and text.count(right) != 1:
                raise ValueError(f"{self.name}: its place in {self.file} is not there once")
            text = text.replace(right, wrong) if right else text
        return text


MUTANTS = (
    Mutant(
        "two alike under way at once (rule G)",
        "clockify_cli/sync/outbox.py",
        "rules.one_per_fingerprint and self._likeness(row)",
        "False",
        "tests/sync/test_exhaustive.py",
        "several",
    ),
    Mutant(
        "a start while a stop lingers (rule H)",
        "clockify_cli/sync/outbox.py",
        "rules.no_start_while_stopping and self._stop(row)",
        "False",
        "tests/sync/test_exhaustive.py",
        "lingers",
    ),
    Mutant(
        "a stop waits for another field (the rule of stops)",
        "clockify_cli/sync/outbox.py",
        "held |= row.touches if units is ALL else row.touches & units",
        "held |= row.touches",
        "tests/sync/test_exhaustive.py",
        "holds_a_stop",
    ),
    Mutant(
        "one field holds the whole (the rule of single fields)",
        "clockify_cli/sync/conflicts.py",
        "    if missing:\n        return Proceed",
        "    if missing and not held:\n        return Proceed",
        "tests/sync/test_exhaustive.py",
        "holds_a_stop",
    ),
    Mutant(
        "a field goes over what was changed there (the rule of single fields)",
        "clockify_cli/sync/conflicts.py",
        "held = _changed_twice(base, values_of(fresh), missing)",
        "held = list[Held]()",
        "tests/sync/test_exhaustive.py",
        "overwrites_a_field",
    ),
    Mutant(
        "nothing has to settle (T = 0)",
        "clockify_cli/sync/engine.py",
        "elapsed(row.last_send, now) >= rules.settle",
        "elapsed(row.last_send, now) >= 0",
        "tests/faults/test_clocks.py",
    ),
    Mutant(
        "boots without a name are one boot",
        "clockify_cli/sync/row.py",
        "(now.boot_id or within >= 0)",
        "True",
        "tests/sync/test_exhaustive.py",
        "settled",
    ),
    Mutant(
        "the library sends again (max_retries=3)",
        "clockify_cli/api/transport.py",
        "max_retries=0",
        "max_retries=3",
        "tests/api/test_transport.py",
        "broken",
    ),
    Mutant(
        "each wait has a deadline of its own",
        "clockify_cli/api/transport.py",
        "self._sock.settimeout(self._flight.left())",
        "self._sock.settimeout(10.0)",
        "tests/api/test_faults.py",
        "dripping",
    ),
    Mutant(
        "a reset while connecting taken for one after the answer",
        "clockify_cli/api/transport.py",
        "raise NewConnectionError(self, type(error).__name__) from error",
        "raise",
        "tests/api/test_broken_off.py",
        "a_reset_while_connecting",
    ),
    Mutant(
        "a library's mistake shown to a person",
        "clockify_cli/api/session.py",
        "except Exception as error:\n            # Three",
        "except requests.RequestException as error:\n            # Three",
        "tests/api/test_broken_off.py",
        "by_mistake",
    ),
    Mutant(
        "redirects are followed",
        "clockify_cli/api/session.py",
        NO_TARGET,
        NO_TARGET.replace("return None", "return super().get_redirect_target(_resp)"),
        FAULTS,
        "S20",
        "allow_redirects=False",
        "allow_redirects=True",
    ),
    Mutant(
        "read back in a window without margin",
        "clockify_cli/sync/matching.py",
        "MARGIN = timedelta(hours=26)",
        "MARGIN = timedelta()",
        FAULTS,
        "S5-add",
    ),
    Mutant(
        "the row is written after the request",
        "clockify_cli/sync/row_sender.py",
        """        if not self.outbox.begin(began, eager=self.eager):
            return Sent(None, (), False)
        outcome = call()
""",
        """        outcome = call()
        if not self.outbox.begin(began, eager=self.eager):
            return Sent(None, (), False)
""",
        "tests/faults/test_kills.py",
        "add-sampled and killed",
    ),
    Mutant(
        "the disk is not waited for (synchronous=OFF)",
        "clockify_cli/store/file.py",
        "PRAGMA synchronous = {waits}",
        "PRAGMA synchronous = OFF",
        "tests/crash/test_durability.py",
    ),
    Mutant(
        "the end is left out of a PUT",
        "clockify_cli/api/wire.py",
        '"end": None if body.end is None else write_time(body.end)',
        '"end": None',
        FAULTS,
        "S5-edit",
    ),
    Mutant(
        "control characters reach the terminal",
        "clockify_cli/show/terminal_text.py",
        'return "".join(map(_visible, text.replace("\\r\\n", "\\n")))',
        "return text",
        "tests/show/test_hostile.py",
    ),
    Mutant(
        "files are open to others",
        "clockify_cli/paths.py",
        "PRIVATE_FILE = 0o600",
        "PRIVATE_FILE = 0o644",
        "tests/security/test_login.py",
        "private",
    ),
    Mutant(
        "tests of permissions run as root",
        "tests/store/test_file.py",
        "os.setuid(65534)",
        "os.getuid()",
        "tests/store/test_file.py",
        "read_only",
    ),
    Mutant(
        "a lost answer means not sent",
        "clockify_cli/sync/engine.py",
        "return replace(row, state=State.UNKNOWN, verdict=reason), ()",
        "return replace(row, state=State.PENDING, verdict=reason), ()",
        FAULTS,
        "S5-add",
    ),
    Mutant(
        "a dead sender is thought never to have sent",
        "clockify_cli/sync/engine.py",
        "replace(row, state=State.UNKNOWN) if row.state is State.SENDING",
        "replace(row, state=State.PENDING) if row.state is State.SENDING",
        "tests/faults/test_kills.py",
        "add-sampled and killed",
    ),
    Mutant(
        "two may send at once",
        "clockify_cli/sync/lock.py",
        "fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.flock(descriptor, fcntl.LOCK_UN)",
        "tests/faults/test_signals.py",
        "frozen",
    ),
    Mutant(
        "any answer is one's own",
        "clockify_cli/sync/row_sender.py",
        'if another or replica.made_here(self.db, workspace, "entry", entry.id):',
        "if another and False:",
        FAULTS,
        "S27-id-switch",
    ),
    Mutant(
        "an empty list is believed",
        "clockify_cli/sync/read_back.py",
        "    if not entries:\n",
        "    if not entries and False:\n",
        FAULTS,
        "S17-list-add",
    ),
    Mutant(
        "the key of a failure is printed",
        "clockify_cli/cli/unexpected.py",
        "without_keys(text, api_key(program.environ)",
        "(lambda text, _: text)(text, api_key(program.environ)",
        "tests/security/test_local.py",
        "foresaw",
    ),
)


def main(words: list[str]) -> int:
    """Try the mutants whose names hold a word of *words*; exit code 1 when one is not noticed."""
    alive = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        for mutant in MUTANTS:
            if words and not any(word in mutant.name for word in words):
                continue
            begun = time.monotonic()
            verdict = judged(mutant, Path(name))
            print(f"{verdict:12} {time.monotonic() - begun:5.1f} s  {mutant.name:46} {mutant.test}")
            sys.stdout.flush()
            alive += [mutant.name] if verdict != "noticed" else []
    print(f"{len(alive)} not noticed" if alive else "Every mutant was noticed.")
    return int(bool(alive))


def judged(mutant: Mutant, folder: Path) -> str:
    """``noticed``, or what is wrong with the mutant or its test."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for each in COPIED:
        _copied(SOURCE / each, copy / each)
    if not _passes(mutant, copy):
        return "test fails"
    mutant.apply(copy)
    return "survived" if _passes(mutant, copy) else "noticed"


def _copied(source: Path, target: Path) -> None:
    if source.is_file():
        shutil.copy(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def _passes(mutant: Mutant, copy: Path) -> bool:
    """Whether the named test passes in *copy*; exit code 1 of pytest is a test that failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutant.test]
    chosen = ["-k", mutant.chosen] if mutant.chosen else []
    done = subprocess.run(
        [*command, *chosen],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if done.returncode not in (0, 1):
        raise ValueError(f"{mutant.name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
