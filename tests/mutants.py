"""``python -m tests.mutants [WORD…]``: does a quick test fail if the program is made wrong?

Each mutant removes one safeguard, in a copy of the source. A named test has to pass before and to
fail with it; a mutant that no test notices is a promise that nobody keeps.
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
NO_TARGET = 'requests reads the whole body."""\n        return None'


@dataclass(frozen=True)
class Mutant:
    """What the program does wrong, where, and the *test* that has to notice.

    A safeguard in two places is removed in both.
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
        """Return *text*, of its file, without the safeguard. ValueError unless it is there once."""
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
        "clockify_cli/sync/model/conflicts.py",
        "    if missing:\n        return Proceed",
        "    if missing and not held:\n        return Proceed",
        "tests/sync/test_exhaustive.py",
        "holds_a_stop",
    ),
    Mutant(
        "a field goes over what was changed there (the rule of single fields)",
        "clockify_cli/sync/model/conflicts.py",
        "held = _changed_twice(base, values_of(fresh), missing)",
        "held = list[Held]()",
        "tests/sync/test_exhaustive.py",
        "overwrites_a_field",
    ),
    Mutant(
        "nothing has to settle (T = 0)",
        "clockify_cli/sync/model/engine.py",
        "elapsed(row.last_send, now) >= rules.settle",
        "elapsed(row.last_send, now) >= 0",
        "tests/faults/test_clocks.py",
    ),
    Mutant(
        "boots without a name are one boot",
        "clockify_cli/sync/model/row.py",
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
        "a request whose answer is lost counts as not sent",
        "clockify_cli/api/transport.py",
        "self.flight.sent = True",
        "self.flight.sent = False",
        "tests/faults/test_broken_off.py",
        "at_any_byte",
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
        "clockify_cli/sync/model/row.py",
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
        "clockify_cli/store/db/file.py",
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
        "clockify_cli/domain/terminal_text.py",
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
        "clockify_cli/sync/model/engine.py",
        "return replace(row, state=State.UNKNOWN, verdict=reason), ()",
        "return replace(row, state=State.PENDING, verdict=reason), ()",
        FAULTS,
        "S5-add",
    ),
    Mutant(
        "a dead sender is thought never to have sent",
        "clockify_cli/sync/model/engine.py",
        "replace(row, state=State.UNKNOWN) if row.state is State.SENDING",
        "replace(row, state=State.PENDING) if row.state is State.SENDING",
        "tests/faults/test_kills.py",
        "add-sampled and killed",
    ),
    Mutant(
        "two may send at once",
        "clockify_cli/sync/guard.py",
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
    Mutant(
        "an edit sends its own copy of every other field (field merge)",
        "clockify_cli/sync/model/conflicts.py",
        "merged = with_fields(body_of(fresh), ours, missing)\n    times",
        "merged = ours\n    times",
        "tests/sync/test_single_fields.py",
    ),
    Mutant(
        "a field in conflict waits in no row of its own (single-field REVIEW)",
        "clockify_cli/sync/model/conflicts.py",
        "return decided.held[1:] if isinstance(decided, Undecided) else decided.held",
        "return ()",
        "tests/sync/test_single_fields.py",
    ),
    Mutant(
        "a split makes parts that are not within the entry",
        "clockify_cli/domain/editing.py",
        "if not entry.fields.start < at < until:",
        "if False:",
        "tests/domain/test_editing.py",
        "split",
    ),
    Mutant(
        "a split leaves the end of the whole to its first part",
        "clockify_cli/domain/editing.py",
        "ends: list[datetime | None] = [*cuts, entry.fields.end]",
        "ends: list[datetime | None] = [entry.fields.end, *cuts]",
        "tests/cli/commands/test_editing.py",
        "split",
    ),
    Mutant(
        "a cut takes more than the span",
        "clockify_cli/domain/editing.py",
        "parts.append(replace(fields, start=end))",
        "pass",
        "tests/domain/test_editing.py",
        "cut",
    ),
    Mutant(
        "a cut of the whole leaves an entry",
        "clockify_cli/domain/editing.py",
        "if fields.end is None or end < fields.end:\n        parts",
        "if fields.end is None or end <= fields.end:\n        parts",
        "tests/domain/test_editing.py",
        "cut",
    ),
    Mutant(
        "a join takes gaps in unasked",
        "clockify_cli/domain/editing.py",
        "if reach is not None and minute_of(entry.fields.start) > reach:",
        "if False:",
        "tests/cli/commands/test_editing.py",
        "joined",
    ),
    Mutant(
        "a join takes fields that differ unasked",
        "clockify_cli/domain/editing.py",
        "if any(_said(entry.fields, name) != _said(first, name) for entry in ordered[1:]):",
        "if False:",
        "tests/domain/test_editing.py",
        "named",
    ),
    Mutant(
        "a join goes over an entry that lies between",
        "clockify_cli/actions/tracking/editing.py",
        "        refuse_overlap(ctx, whole.fields.start, whole.fields.end, without=own)",
        "        pass",
        "tests/cli/commands/test_editing.py",
        "lies_between",
    ),
    Mutant(
        "--adjust trims a neighbour to nothing",
        "clockify_cli/domain/editing.py",
        "if not before and not after:",
        "if False:",
        "tests/domain/test_editing.py",
        "vanish",
    ),
    Mutant(
        "--adjust trims one that reaches out on both sides",
        "clockify_cli/domain/editing.py",
        "if before and after:",
        "if False:",
        "tests/domain/test_editing.py",
        "vanish",
    ),
    Mutant(
        "a merge changes what is not locked, and leaves the rest",
        "clockify_cli/actions/names/managing.py",
        "                refuse_locked(ctx, found)\n",
        "",
        "tests/scenarios/rules/test_locks.py",
        "merge",
    ),
    Mutant(
        "a merge gives an entry a tag twice",
        "clockify_cli/actions/names/managing.py",
        "return replace(fields, tags=tuple(dict.fromkeys(tags)))",
        "return replace(fields, tags=tuple(tags))",
        "tests/cli/commands/test_managing.py",
        "merge",
    ),
    Mutant(
        "a rename makes two of one name",
        "clockify_cli/actions/names/managing.py",
        "if item.local_id != wanted.local_id and same_place and",
        "if False and",
        "tests/cli/commands/test_managing.py",
        "cannot_be",
    ),
    Mutant(
        "a name that Clockify has deleted for good is made anew by undo",
        "clockify_cli/store/timesheet/undo.py",
        'if row.after is None and row.server_id and not row.unsent and target.kind != "undo":',
        "if False:",
        "tests/scenarios/signed_in/test_managing.py",
        "for_good",
    ),
    Mutant(
        "what a list says of one entry holds for all (bulk PUT)",
        "clockify_cli/api/endpoints.py",
        "return {id_: written(answer, replaced_in(id_, one)) for id_, one in bodies.items()}",
        "return {id_: written(answer, lambda _: Applied()) for id_ in bodies}",
        "tests/api/test_endpoints.py",
        "many",
    ),
    Mutant(
        "one entry that is refused refuses all that went with it (bulk PUT)",
        "clockify_cli/sync/bulk_sending.py",
        "    if _is_refused(outcome):\n",
        "    if False:\n",
        "tests/sync/test_bulk_sending.py",
        "refuses",
    ),
    Mutant(
        "many edits are sent without a look at what is there (bulk PUT)",
        "clockify_cli/sync/bulk_sending.py",
        "if not isinstance(decided, Proceed) or decided.held or decided.body is None:",
        "if not isinstance(decided, Proceed) or decided.body is None:",
        "tests/sync/test_bulk_sending.py",
        "meanwhile",
    ),
    Mutant(
        "an entry on two live bills (bill claim)",
        "clockify_cli/store/db/schema.py",
        "CREATE UNIQUE INDEX bill_entries_live",
        "CREATE INDEX bill_entries_live",
        "tests/actions/test_bills.py",
        "itself_keeps",
    ),
    Mutant(
        "what is on a live bill is offered again (bill claim)",
        "clockify_cli/store/timesheet/billable.py",
        "WHERE w.entry = e.local_id AND w.live = 1)\n",
        "WHERE 0)\n",
        "tests/actions/test_bills.py",
    ),
    Mutant(
        "an older mark that is retried goes over a newer one",
        "clockify_cli/sync/sending.py",
        "ids=tuple(id_ for id_ in body.ids if id_ not in decided)",
        "ids=body.ids",
        "tests/sync/test_marks.py",
        "retried",
    ),
    Mutant(
        "a mark whose answer got lost was not made",
        "clockify_cli/sync/model/engine.py",
        "row = replace(row, attempts=row.attempts - 1)",
        "row = replace(row, attempts=0)",
        "tests/sync/test_marks.py",
        "after_an_answer_got_lost",
    ),
    Mutant(
        "a mark that waits for a refused entry holds up other bills",
        "clockify_cli/sync/outbox.py",
        "            if row.creates:\n                names.add",
        '            if row.creates and row.entity != "entry":\n                names.add',
        "tests/sync/test_marks.py",
        "refused_entry",
    ),
    Mutant(
        "what comes back under a new id loses its mark",
        "clockify_cli/store/timesheet/undo.py",
        "    _mark_again(db, change, inverted)\n",
        "",
        "tests/scenarios/signed_in/test_invoiced.py",
        "new_id",
    ),
    Mutant(
        "a mark that may linger is overtaken by its opposite",
        "clockify_cli/sync/model/rows.py",
        'local_id=f"invoiced {stored.workspace}")',
        'local_id=f"{stored.local_id} {stored.seq}")',
        "tests/sync/test_marks.py",
        "late",
    ),
    Mutant(
        "an edit goes over what was changed since it was shown",
        "clockify_cli/store/db/changes.py",
        "    if both or not touched(there, ours).isdisjoint(mine & theirs):\n",
        "    if False:\n",
        "tests/actions/test_changed_meanwhile.py",
    ),
    Mutant(
        "an edit takes back other fields that were changed since it was shown",
        "clockify_cli/store/db/changes.py",
        "fields = fields if seen is None else _onto(before.fields, seen, fields)",
        "fields = fields if seen is None else fields",
        "tests/actions/test_changed_meanwhile.py",
    ),
    Mutant(
        "a split, cut or join of what was changed since it was shown",
        "clockify_cli/actions/tracking/editing.py",
        "        _refuse_changed(ctx, chosen)\n",
        "",
        "tests/actions/test_changed_meanwhile.py",
    ),
    Mutant(
        "the same file adds its rows again (import)",
        "clockify_cli/domain/exchange/sorting.py",
        "elif free and free[print_ := print_of(row)]:",
        "elif False and (print_ := print_of(row)):",
        "tests/domain/exchange/test_sorting.py",
        "twice",
    ),
    Mutant(
        "an entry that was changed here since is imported again",
        "clockify_cli/domain/exchange/sorting.py",
        "        if known and any(id_ in known for id_ in ids):\n            here += 1",
        "        if False:\n            here += 1",
        "tests/domain/exchange/test_sorting.py",
        "known",
    ),
    Mutant(
        "an undo of many goes over what was changed since",
        "clockify_cli/store/timesheet/undo.py",
        "if not _stands(row, now) or moved:",
        "if moved:",
        "tests/store/test_undo.py",
        "of_many",
    ),
    Mutant(
        "an undo of many takes other fields back with it",
        "clockify_cli/store/timesheet/undo.py",
        "fields = entry_of(carried(now, row.after, row.before))",
        "fields = entry_of(row.before)",
        "tests/store/test_undo.py",
        "of_many",
    ),
)


def main(words: list[str]) -> int:
    """Try the mutants with a word of *words* in their names; exit code 1 if one is not noticed."""
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
    """Return ``noticed``, or what is wrong with the mutant or its test."""
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
    """Return whether the named test passes in *copy*; pytest's exit code 1 is a failed test."""
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
