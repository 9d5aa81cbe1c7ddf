"""Tests of which hosts the program connects to, and which it never does."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.runs import MEASURE
from tests.crash.trace import Program, ended
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.keys import key_in
from tests.faults.conftest import Signed
from tests.faults.person import Person, signed_in
from tests.faults.places import in_memory

INET = re.compile(r"connect\(.*AF_INET6?.*htons\((\d+)\)")
CALL = r"^(?:\[pid +\d+\] |\d+ +)?"
"""The beginning of a traced line: the call follows, and never a word of a path."""
CHILD = re.compile(CALL + r"(execve|fork|vfork)\(")
THREAD_OR_NETWORK = re.compile(CALL + r"(clone3?\(|(socket|connect)\([^\"]*AF_INET)")
SESSION: tuple[tuple[str, ...], ...] = (
    ("whoami",),
    ("start", "Kt net"),
    ("status",),
    ("stop",),
    ("add", "Kt net", "yesterday", "9-10", "-p", "Net", "--create"),
    ("log", "week"),
    ("report", "month", "--refresh"),
    ("projects",),
    ("workspaces",),
    ("sync",),
    ("doctor",),
    ("delete", "last"),
    ("undo",),
    ("logout",),
)


def _ports(program: Program, *words: str) -> set[int]:
    """Return the ports that the command connects to."""
    run, lines = program.traced(*words, calls="connect,sendto")
    assert "Traceback" not in run.err
    return {int(found[1]) for line in lines if (found := INET.search(line))}


@pytest.mark.parametrize(
    "session", [SESSION[:1] + SESSION[1::2], pytest.param(SESSION, marks=pytest.mark.long)], ids=len
)
def test_every_command_connects_to_the_configured_host_alone(
    session: tuple[tuple[str, ...], ...], signed: Signed
) -> None:
    person, fake = signed
    reached = {words: _ports(person.program, *words) for words in session}
    assert set().union(*reached.values()) == {fake.port}


@pytest.mark.parametrize(
    "words",
    [("status", "--short"), ("status", "--check"), ("__complete", "bash", "start", "-p", "")],
    ids=" ".join,
)
def test_a_prompt_and_a_completion_speak_to_nobody_and_start_nothing(
    words: tuple[str, ...], signed: Signed
) -> None:
    person, _ = signed
    person.ok("config", "set", "hook.change", "/bin/true")
    person.ok("start", "Kt prompt")
    _, lines = person.program.traced(*words, calls="connect,socket,execve,fork,vfork,clone,clone3")
    assert not any(map(THREAD_OR_NETWORK.search, lines))
    assert sum(CHILD.search(line) is not None for line in lines) == 1


def test_a_change_starts_no_process_that_goes_on_behind_it(signed: Signed) -> None:
    person, _ = signed
    _, lines = person.program.traced("start", "Kt alone", calls="execve,fork,vfork")
    assert sum(CHILD.search(line) is not None for line in lines) == 1


def test_plain_http_to_another_machine_is_refused_before_the_key_is_sent(signed: Signed) -> None:
    person, fake = signed
    for url in ("http://example.com/api/v1", "http://10.0.0.1/api/v1", "ftp://127.0.0.1/api/v1"):
        told = person("login", "--with-key", "--api-url", url, typed=fake.key)
        assert told.run.code == 2, told
    assert person.run_with("CLOCKIFY_API_URL", "http://example.com/api/v1", "sync") == 2


def test_a_stored_key_goes_to_no_other_host_whatever_the_environment_says(signed: Signed) -> None:
    person, _ = signed
    with FakeClockify(plan="PRO") as other:
        assert person.run_with("CLOCKIFY_API_URL", other.url, "sync") == 4
        assert other.requests == []


def test_a_netrc_adds_no_credentials(signed: Signed) -> None:
    person, fake = signed
    netrc = person.folder / ".netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary\n")
    netrc.chmod(0o600)
    assert person.program.environ["HOME"] == str(person.folder)
    person.ok("add", "Kt netrc", "yesterday", "9-10")
    assert {request.keys for request in fake.requests} == {1}
    assert not any("authorization" in request.headers for request in fake.requests)


@pytest.fixture
def proxy() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening


@pytest.mark.parametrize(
    "variable",
    [
        "http_proxy",
        "ALL_PROXY",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("HTTP_PROXY", "all_proxy")),
    ],
)
def test_a_proxy_never_sees_what_goes_to_this_machine(
    variable: str, signed: Signed, proxy: socket.socket
) -> None:
    person, fake = signed
    seen = len(fake.requests)
    person.environ[variable] = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    person.ok("add", "Kt proxy", "yesterday", "9-10")
    assert len(fake.requests) > seen
    with pytest.raises(TimeoutError):
        proxy.accept()


def test_there_is_no_way_to_switch_the_check_of_certificates_off() -> None:
    source = "\n".join(path.read_text("utf-8") for path in _modules())
    for word in (
        "verify=False",
        "CERT_NONE",
        "check_hostname = False",
        "--insecure",
        "debuglevel =",
    ):
        assert word not in source, word


def test_an_authority_that_nobody_trusts_is_believed_by_its_file_alone() -> None:
    with in_memory() as folder, signed_in(folder, tls=True) as (person, fake):
        seen = len(fake.requests)
        person.environ["REQUESTS_CA_BUNDLE"] = ""
        told = person("sync")
        assert told.run.code == 7
        assert "certificate" in told.run.err
        assert len(fake.requests) == seen


LARGE_ANSWERS = ("bomb", "header_line", "entries")


@pytest.mark.parametrize(
    "kind", ["stream", *(pytest.param(each, marks=pytest.mark.long) for each in LARGE_ANSWERS)]
)
def test_an_answer_without_measure_costs_little_memory(kind: str, signed: Signed) -> None:
    person, fake = signed
    plain = _peak(person)
    fake.fault("S19", {"method": "GET"}, times=None, kind=kind)
    assert _peak(person) - plain < 64 * 1024, "KiB"


def _peak(person: Person) -> int:
    """Return the peak memory of a sync, in KiB."""
    program = person.program
    command = program.command(("sync", "--refresh"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(MEASURE), "pipe", *command],
        env=program.environ,
        capture_output=True,
        text=True,
        timeout=300,
    )
    _, peak, code = done.stdout.split()
    assert code in ("0", "7"), done
    return int(peak)


@pytest.mark.long
def test_sixteen_processes_before_a_wall_of_429_ask_less_and_less(signed: Signed) -> None:
    person, fake = signed
    fake.fault("S11", times=None, retry_after=600)
    seen = len(fake.requests)
    runs = [
        person.program.start("add", f"Kt wall {number}", "yesterday", "9-10", "--overlap")
        for number in range(16)
    ]
    assert {ended(run).code for run in runs} == {0}
    first = len(fake.requests) - seen
    again = [person.program.start("sync", "-q") for _ in range(16)]
    assert {ended(run).code for run in again} == {8}
    assert first <= 10
    assert len(fake.requests) - seen == first


def test_no_cookie_is_kept_and_none_is_sent(signed: Signed) -> None:
    person, fake = signed
    person.ok("sync")
    assert not any("cookie" in request.headers for request in fake.requests)


def test_nothing_told_of_this_machine_goes_with_a_request(signed: Signed) -> None:
    person, fake = signed
    person.ok("add", "Kt plain", "yesterday", "9-10")
    allowed = {
        "host", "user-agent", "accept", "accept-encoding", "connection", "x-api-key",
        "content-type", "content-length",
    }  # fmt: skip
    for request in fake.requests:
        assert set(request.headers) <= allowed
        assert socket.gethostname() not in str(request.headers)
        # The key is in its header and nowhere else.
        rest = {name: value for name, value in request.headers.items() if name != "x-api-key"}
        assert not key_in(f"{request.path}{request.query}{rest}".encode() + request.body)


def test_a_test_that_speaks_to_another_machine_fails() -> None:
    far = ("203.0.113.7", 53)
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as packets:
        with pytest.raises(RuntimeError, match="nothing but this machine"):
            stream.connect(far)
        with pytest.raises(RuntimeError, match="nothing but this machine"):
            packets.sendto(b"x", far)
    with pytest.raises(RuntimeError, match="nothing but this machine"):
        socket.getaddrinfo("api.clockify.me", 443)


def test_a_repository_can_send_no_key_elsewhere_and_run_nothing(
    signed: Signed, tmp_path: Path
) -> None:
    person, fake = signed
    ran = tmp_path / "ran"
    with FakeClockify(plan="PRO") as thief:
        (tmp_path / ".clockify.toml").write_text(
            f'api-url = "{thief.url}"\nkey = "x"\nkey-command = "touch {ran}"\n'
            f'hook.start = "touch {ran}"\nhook.change = "touch {ran}"\neditor = "touch {ran}"\n'
        )
        for name in ("requests", "tomllib", "json", "sitecustomize", "keyring", "hooks"):
            (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
        command = Path(sys.executable).with_name("clockify")
        done = subprocess.run(
            [str(command), "start", "Kt repo"],
            cwd=tmp_path,
            env=person.program.environ,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done
        assert "api-url" in done.stderr
        assert thief.requests == []
    assert not ran.exists()
    assert [entry.description for entry in fake.running()] == ["Kt repo"]


def _modules() -> list[Path]:
    import clockify_cli

    return sorted(Path(clockify_cli.__file__).parent.rglob("*.py"))
