"""``python -m tests.typers``: the tests of the command line with the default and the newest Typer.

Each is installed into its own environment, in a folder that is removed afterwards. Words after the
module's name go to pytest instead of the usual folders.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.environments import SOURCE, interpreter

TYPERS = ("typer==0.28.0", "typer")
"""The requirements for pip: the oldest version that works, and the newest there is."""
TESTS = ("tests/cli", "tests/scenarios/test_manners.py", "tests/test_docs.py")


def main(args: list[str]) -> int:
    """Run the tests with each Typer; return 1 if any fail."""
    with tempfile.TemporaryDirectory(prefix="typers-") as folder:
        failed = [typer for typer in TYPERS if not passes(typer, Path(folder), args or [*TESTS])]
    print(f"failed with: {', '.join(failed)}" if failed else "passed with each")
    return int(bool(failed))


def passes(typer: str, folder: Path, tests: list[str]) -> bool:
    """Return whether *tests* pass in a new environment in *folder* with this *typer*."""
    environment = folder / typer.replace("=", "-")
    python = str(environment / "bin" / "python")
    subprocess.run([interpreter(), "-m", "venv", str(environment)], check=True)
    # The second replaces the default version, which makes pip warn.
    for wanted in (f"{SOURCE}[test]", typer):
        pip = [python, "-m", "pip", "install", "-q", "--upgrade", wanted]
        subprocess.run(pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    subprocess.run([python, "-c", "import typer; print('Typer', typer.__version__)"], check=True)
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-n", "auto", *tests]
    return subprocess.run(command, cwd=SOURCE, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
