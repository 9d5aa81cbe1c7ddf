"""One trial: a change, a fault that hits one of its requests, and the way out of it."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.fake_clockify import FakeClockify
from tests.fake_clockify.connection_faults import Drip
from tests.fake_clockify.fault_plan import Fault
from tests.fake_clockify.records import Entry
from tests.faults.catalogue import FORMS, Form
from tests.faults.operations import OPERATIONS, PROJECT, Operation, Story
from tests.faults.oracle import OVER, projects_made, violations
from tests.faults.person import PATIENT, SETTLE, Person, Told, signed_in
from tests.faults.waiting import until

POSITIONS = ("send", "read-back", "resend")
HOUR = 3600.0
DAY = 24 * HOUR
ROUNDS = 6
READS = {"method": "GET"}
CROWD = 450
"""Entries of a day that fill more than two pages of a list."""


@dataclass(frozen=True)
class Trial:
    """The fault *form* hits the *position* request of *operation*."""

    form: Form
    operation: str
    position: str

    def __str__(self) -> str:
        return f"{self.form}-{self.operation}-{self.position}"


def trials() -> Iterator[Trial]:
    """Yield every trial."""
    for form in FORMS:
        for operation in OPERATIONS:
            for position in POSITIONS:
                if _meets(form, operation, position):
                    yield Trial(form, operation, position)


def _meets(form: Form, operation: str, position: str) -> bool:
    """Return whether the fault can affect that request."""
    if operation == "mark" and (
        position == "read-back" or form.name in ("S24", "S27") or str(form) == "S17-empty-before"
    ):
        # Entries do not show whether they are marked, and the right answer is empty.
        return False
    if position == "read-back":
        # Endless pages would make up a project with exactly the name that is looked for.
        invented = operation == "name" and form.form == "endless"
        return form.name not in ("S24", "S27") and not invented
    without_body = operation == "delete"
    return not (
        form.name == "S23"
        or (form.name == "S24" and (without_body or operation == "name"))
        or (form.name == "S27" and (without_body or operation == "name"))
    )


@dataclass
class Course:
    """A trial in progress."""

    form: Form
    operation: Operation
    person: Person
    fake: FakeClockify
    story: Story
    decisive: bool
    """Whether a person has to decide: Clockify refuses, or contradicts itself."""
    struck: list[Fault] = field(default_factory=list)

    def strike(
        self, match: dict[str, str], times: int | None = 1, once: Fault | None = None
    ) -> Fault | None:
        """Arm the fault for requests matching *match*, as soon as the fault *once* has struck."""
        if self.form.cuts_off:
            return None
        args = {key: value for key, value in self.form.args.items() if key != "after"}
        self.struck.append(self.fake.fault(self.form.name, match, times=times, after=once, **args))
        return self.struck[-1]

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Cut the network within the block, if that is the fault."""
        if self.form.name == "S1":
            self.fake.refuse()
            yield
            self.fake.accept_again()
        elif self.form.name == "S2":
            lost = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            with patch.object(socket, "getaddrinfo", side_effect=lost):
                yield
        else:
            yield

    def command(self) -> Told:
        """Run the change itself."""
        return self.person(*self.operation.words(self.story), "--json")

    def sync(self) -> Told:
        return self.person("sync", "--json")

    def wait(self, seconds: float) -> None:
        self.person.machine.skipped += seconds

    def struck_late(self, fault: Fault | None) -> None:
        """Let a late server do what it holds back."""
        after = self.form.args.get("after")
        if after is None or fault is None:
            return
        self.wait(after * SETTLE)
        fault.release()
        # The thread of the server that was released has to get its turn.
        until(lambda: all(request.over for request in self.fake.requests))


def _while_sending(course: Course) -> tuple[Told, list[str]]:
    fault = course.strike(course.operation.carried)
    with course.cut_off():
        told = course.command()
    course.struck_late(fault)
    return told, []


def _while_reading_back(course: Course) -> tuple[Told, list[str]]:
    carried, fake = course.operation.carried, course.fake
    by_request = not course.form.at_accept and not course.form.cuts_off
    brief = course.form.name == "S23" and course.form.form != "page2"
    lost = fake.fault("S5", carried)
    # Requests before anything is sent are not disturbed.
    if by_request:
        course.strike(READS, 1 if brief else None, once=lost)
    else:
        fake.fault("S3", READS, times=None, after=lost)
    told = course.command()
    if not by_request:
        fake.clear_faults()
        course.strike({}, None)
    if not brief:
        course.wait(SETTLE + 10)
    with course.cut_off():
        course.sync()
    sent = [r for r in fake.requests if r.method == carried["method"] and r.fault == "S5"]
    again = [r for r in fake.requests if _is(r, carried) and r.number > sent[-1].number]
    return told, ["S22 sent again without a complete list"] if again and not course.decisive else []


def _is(request: Any, match: dict[str, str]) -> bool:
    place = match["path"].strip("$/")
    return request.method == match["method"] and place in request.path


def _while_sending_again(course: Course) -> tuple[Told, list[str]]:
    course.fake.fault("S12", course.operation.carried)
    told = course.command()
    course.wait(SETTLE + 10)
    fault = course.strike(course.operation.again or course.operation.carried)
    with course.cut_off():
        course.sync()
    course.struck_late(fault)
    return told, []


_AT: dict[str, Callable[[Course], tuple[Told, list[str]]]] = {
    "send": _while_sending,
    "read-back": _while_reading_back,
    "resend": _while_sending_again,
}


def play(trial: Trial, folder: Path) -> list[str]:
    """Return what is wrong at the end of *trial*; empty if every invariant holds."""
    with signed_in(folder, tls=trial.form.tls) as (person, fake):
        _populate(fake, CROWD if trial.form.form == "page2" else 1)
        story = Story(person, f"T{zlib.crc32(str(trial).encode()):08x}")
        operation = OPERATIONS[trial.operation]
        course = Course(trial.form, operation, person, fake, story, _decisive(trial))
        course.operation.begin(story)
        person.ok("sync")
        others = _others(course)
        if trial.form.silent:
            person.hurry()
        told, wrong = _AT[trial.position](course)
        wrong += _outlasted(course)
        fake.clear_faults()
        person.hurry(PATIENT)
        promises = course.operation.promises(story, told)
        wrong += _settled(course)
        wrong += violations(person, fake, promises, story.token, OVER + _more(trial))
        wrong += course.operation.beyond(story, fake)
        if _others(course) != others:
            wrong.append("I2 an entry of somebody else was changed")
        if projects_made(fake, PROJECT) > 1:
            wrong.append("I1 the project was made twice")
        if fake.elsewhere:
            wrong.append("G5 another host was spoken to")
        return wrong


def _outlasted(course: Course) -> Iterator[str]:
    """Check that a command ends before a dripping server has finished."""
    for fault in course.struck:
        if isinstance(fault.behaviour, Drip) and fault.behaviour.outlasted:
            yield "I8 a drip was heard to its end"


def _more(trial: Trial) -> float:
    """Return more seconds: far too large answers have to be made up in this process too."""
    return 1.0 if trial.form.name == "S19" else 0.0


def _decisive(trial: Trial) -> bool:
    """Return whether a person has to decide in the end."""
    # A name that is not listed and "already exists": it cannot be duplicated.
    contrary = trial.operation == "name" and trial.form.form.startswith("list")
    # A refused mark says something only about itself.
    forbidden = trial.operation == "mark" and trial.form.name == "S15"
    return trial.form.refused or forbidden or (contrary and trial.position == "read-back")


def _populate(fake: FakeClockify, count: int) -> None:
    """Add entries from the web: *count* of last night, and an older one."""
    now = int(fake.clock.now())
    night = int(now // DAY * DAY - DAY)
    for start in (*(night + number * 5 for number in range(count)), now - 2 * int(HOUR)):
        fake.add_entry(start, start + 5, description="made on the web")


def _others(course: Course) -> list[Entry]:
    return [e for e in course.fake.entries() if course.story.token not in e.description]


def _settled(course: Course) -> Iterator[str]:
    """Sync until nothing waits; yield what goes wrong."""
    for _ in range(ROUNDS):
        told = course.sync()
        rows = course.person.queue()
        if told.run.code == 0 and not rows:
            return
        for row in rows:
            if row["state"] == "review" and not course.decisive:
                yield f"G2 a decision is wanted: {row['verdict']}"
                return
            if row["state"] == "review":
                course.person("queue", "retry", str(row["row"]))
        course.wait(HOUR + 60 if told.run.code == 8 else SETTLE + 10)
    yield f"G2 not settled: {course.person.queue()}"
