"""Rules for every test: nothing leaves this machine, and no key is left behind."""

from __future__ import annotations

import contextlib
import gc
import importlib
import ipaddress
import itertools
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import examples
from tests.examples import some
from tests.fake_clockify.keys import key_in

# The same examples each time, so that a test that passes here passes anywhere; the other profile
# explores. The time to generate them does not matter, because the machine may be busy.
SLOWLY = (HealthCheck.too_slow,)
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=some(100),
    suppress_health_check=SLOWLY,
)
settings.register_profile("random", deadline=None, suppress_health_check=SLOWLY)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# A timesheet is flushed to disk at every change, which would slow most of the suite.
MEMORY = Path("/dev/shm")
PLENTY = 4 << 30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if "TMPDIR" not in os.environ:
        tempfile.tempdir = str(MEMORY)

# The tests start hundreds of programs, each of which would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell starts background processes deaf to Ctrl-C, which they and their children inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

MAY_HOLD_A_KEY = "config.toml"
_NOWHERE = (".invalid", ".test", ".example")


# Collecting tests creates millions of objects and hardly any cycles, so garbage is collected only
# afterwards, and during the tests less often than Python's usual 700 objects, which most exceed.
gc.disable()
SELDOM = 20_000


def pytest_collection(session: pytest.Session) -> None:
    """Compile a part of all test modules in each worker, so that none waits for all of them."""
    worker = getattr(session.config, "workerinput", None)
    here = Path(__file__).parent
    if worker is None or here not in map(Path.resolve, map(Path, session.config.args)):
        return
    number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    for path in sorted(here.rglob("test_*.py"))[number % count :: count]:
        name = ".".join(path.relative_to(here.parent).with_suffix("").parts)
        # An error in a module is reported when that module is collected.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(name)


def pytest_collection_finish() -> None:
    """Keep the thousands of test objects out of every garbage collection."""
    gc.freeze()
    gc.set_threshold(SELDOM)
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Tell the modules of tests whether long examples are wanted at all."""
    examples.LONG.wanted = "not long" not in config.getoption("markexpr").split(" and ")


def _guard(event: str, args: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        _refuse_far(args[1])
    elif event == "socket.getaddrinfo":
        _refuse_lookup(args[0])


def _refuse_far(address: object) -> None:
    """Block every packet to another machine."""
    if not isinstance(address, tuple):
        return
    if not _is_near(str(address[0])):
        raise RuntimeError(f"a test speaks to {address}: nothing but this machine may be asked")


def _refuse_lookup(host: object) -> None:
    """Block name look-ups: an impossible name is not found, any other is an error."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost" or _is_number(name):
        return
    if name.endswith(_NOWHERE):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    raise RuntimeError(f"a test looks up {name}: nothing but this machine may be asked")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_near(host: str) -> bool:
    # 192.0.2.0/24 and the like are reserved for examples: nobody is there.
    near = host in ("", "localhost")
    return near or (_is_number(host) and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host.partition("%")[0]).is_loopback


sys.addaudithook(_guard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output contains a key."""
    report = yield
    if any(key_in(text.encode()) for _, text in report.sections):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} printed an API key"
    return report


_NUMBERS = itertools.count()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder for the test, made without a search through all other folders."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}-{next(_NUMBERS)}"
    folder.mkdir(0o700)
    return folder


@pytest.fixture(scope="session", autouse=True)
def no_key_is_left_lying_about(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make sure that no file of any test contains a key, except the one made for it."""
    yield
    left = [path for path in _files(tmp_path_factory.getbasetemp()) if key_in(_content(path))]
    assert left == []


def _files(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (f"{place}/{name}" for name in names if name != MAY_HOLD_A_KEY)


def _content(path: str) -> bytes:
    """Return the content of the file at *path*; empty for a pipe, a broken link and so on."""
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Free the memory that a run has used for its files."""
    if hasattr(session.config, "workerinput") or session.testsfailed:
        return
    folder = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT", ""))
    if folder == MEMORY:
        factory = getattr(session.config, "_tmp_path_factory", None)
        base = factory.getbasetemp() if factory else None
        if base is not None and MEMORY in base.parents:
            shutil.rmtree(base, ignore_errors=True)
