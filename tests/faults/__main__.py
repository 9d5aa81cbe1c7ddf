"""``python -m tests.faults [WORD…]``: every trial with a WORD in its name, and the figures."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict

from tests.faults.places import in_memory
from tests.faults.trial import Trial, play, trials


def main(words: list[str]) -> int:
    """Run the trials; exit code 1 if an invariant was broken."""
    begun = time.monotonic()
    played: Counter[str] = Counter()
    broken: dict[str, list[str]] = defaultdict(list)
    for trial in trials():
        if words and not any(word in f"{trial}-" for word in words):
            continue
        wrong = played_out(trial)
        played[trial.form.name] += 1
        if wrong:
            broken[trial.form.name].append(f"{trial}: {'; '.join(wrong)}")
            print(broken[trial.form.name][-1], flush=True)
    for name, count in played.items():
        print(f"{name:4} {count:4} trials, {len(broken[name])} broken")
    total = sum(map(len, broken.values()))
    print(f"{played.total()} trials in {time.monotonic() - begun:.0f} s, {total} broken")
    return int(total > 0)


def played_out(trial: Trial) -> list[str]:
    """Return what is wrong at the end of *trial*."""
    with in_memory() as folder:
        return play(trial, folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
