"""Types one command after the other at a terminal: the process behind `tests.transcripts`.

It reads JSON lines ``{"command", "now", "env", "folder"}`` from the descriptor that its argument
names. A line that needs no shell, or one only for a file to read or write, is run by a copy of this
process, which has already imported the program; others by bash. A zero byte follows the output of
each.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
import sys
import traceback
from typing import NoReturn

from clockify_cli.cli.commands import COMMANDS
from tests.run_at import run

PLAIN = re.compile(r"(clockify(?: [^|&;<>$`*?~(){}\n]*?)?)(?: < ([\w.-]+))?(?: > ([\w./-]+))?")
"""A line of the program alone, and the files that it reads and writes instead of the terminal."""
END = b"\0"


def main(descriptor: int) -> None:
    """Run the requested commands until there are no more requests."""
    for name in {f"clockify_cli.cli.commands.{place.module}" for place in COMMANDS.values()}:
        importlib.import_module(name)
    with os.fdopen(descriptor) as asked:
        for line in asked:
            asking = json.loads(line)
            child = os.fork()
            if not child:
                _run(asking["command"], asking["now"], asking["env"], asking["folder"])
            os.waitpid(child, 0)
            os.write(1, END)


def _run(command: str, now: str, environ: dict[str, str], folder: str) -> NoReturn:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    plain = PLAIN.fullmatch(command)
    if plain is None:
        os.execvp("bash", ["bash", "-c", command])
    code = 1
    try:
        if plain[2]:
            os.dup2(os.open(plain[2], os.O_RDONLY), 0)
        if plain[3]:
            os.dup2(os.open(plain[3], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), 1)
        code = run(["--now", now, "--", *shlex.split(plain[1])[1:]])
        sys.stdout.flush()
    except BaseException:
        # The output is what the document is compared with.
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
