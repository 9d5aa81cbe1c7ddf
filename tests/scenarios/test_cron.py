"""Tests that the recipes in docs/cron.md work as pasted, with cron's and systemd's environment."""

from __future__ import annotations

import email
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import html5lib
import pytest

from clockify_cli.__main__ import main
from tests.run_at import SetClock
from tests.test_docs import CRON, ROOT, cron_jobs

MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
"""8:00 in Berlin, after a weekend without work."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", CRON.read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with work on last Friday; its clock is at Monday morning."""
    for name in ("CLOCKIFY_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TZ"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for line in (
        ("config", "set", "tz", "Europe/Berlin"),
        ("add", "Größe", "2026-11-27 9:00..10:30", "-p", "Müller", "--create"),
    ):
        assert main(line, clock=SetClock(MONDAY)) == 0
    program = tmp_path / ".local" / "bin" / "clockify"
    program.parent.mkdir(parents=True)
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
        " -m tests.run_at"
        f' --now {MONDAY.isoformat()} -- "$@"\n'
    )
    program.chmod(0o755)
    return tmp_path


def ran(home: Path, job: str, **setting: str) -> subprocess.CompletedProcess[str]:
    environ = {"HOME": str(home), "LOGNAME": "me", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        ["/bin/sh", "-c", job],
        env=environ | setting,
        cwd=home,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_crontab_reports_friday_on_monday_and_keeps_its_files(home: Path) -> None:
    jobs = [(setting, job) for setting, job in cron_jobs(CRON) if "mail-report" not in job]
    done = {job.split("bin/clockify ")[1]: ran(home, job, **setting) for setting, job in jobs}

    assert len(done) == 5
    yesterday, workday, sync, calendar, database = done.values()
    assert (yesterday.returncode, yesterday.stdout, yesterday.stderr) == (0, "", "")
    assert workday.returncode == 0
    assert "Fri 27 Nov 2026" in workday.stdout
    assert re.search(r"Müller +1:30", workday.stdout)
    assert workday.stderr == ""
    # Nobody is signed in here.
    assert sync.returncode == 4
    for quiet in (calendar, database):
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert "SUMMARY:Größe" in (home / "timesheet.ics").read_text(encoding="utf-8")
    with closing(sqlite3.connect(home / "timesheet.sqlite")) as db:
        assert db.execute("SELECT date, hours FROM days").fetchall() == [("2026-11-27", 1.5)]
    assert not (home / ".cache").exists()


def test_without_a_locale_a_report_is_ascii(home: Path) -> None:
    done = ran(home, "~/.local/bin/clockify report last workday --if-any --format table", LANG="C")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert r"M\xfcller" in done.stdout


def test_the_service_of_systemd_runs_its_line(home: Path) -> None:
    service, timer = blocks("ini")
    (line,) = re.findall(r"^ExecStart=(.+)$", service, re.MULTILINE)
    (setting,) = re.findall(r"^Environment=(\w+)=(.+)$", service, re.MULTILINE)

    done = ran(home, shlex.join(shlex.split(line.replace("%h", str(home)))), **dict([setting]))

    assert (done.returncode, done.stderr) == (0, "")
    assert "Müller" in done.stdout
    assert re.findall(r"^OnCalendar=(.+)$", timer, re.MULTILINE) == ["Mon..Fri 08:00"]
    assert "Unit=" not in timer, "a timer starts the service of its own name"


def test_the_mail_is_a_page_that_a_program_for_mail_understands(home: Path) -> None:
    (script,) = (block for block in blocks("sh") if block.startswith("#!"))
    sendmail = home / "sendmail"
    sendmail.write_text('#!/bin/sh\nexec cat > "$HOME/mail"\n')
    sendmail.chmod(0o755)
    place = home / ".local" / "bin" / "mail-report"
    place.write_text(script.replace("/usr/sbin/sendmail", str(sendmail)))
    place.chmod(0o755)
    (job,) = (job for _, job in cron_jobs(CRON) if "mail-report" in job)

    done = ran(home, job)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    mail = email.message_from_bytes((home / "mail").read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"]) == ("you@example.com", "Time of last week")
    assert mail.get_content_type() == "text/html"
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.get_content())
    assert "Müller" in "".join(page.itertext())
    assert max(map(len, (home / "mail").read_bytes().splitlines())) < 998
