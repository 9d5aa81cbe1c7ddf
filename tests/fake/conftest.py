"""Every answer that a test of this folder provokes is checked against the description."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.answer_check import faults_in
from tests.fake_clockify.answers import Answer
from tests.fake_clockify.request import Request
from tests.fake_clockify.service import Service
from tests.fake_clockify.spec import operations


@pytest.fixture(autouse=True)
def _answers_obey(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Check each 2xx answer before any fault has changed it."""
    wrong: list[str] = []
    given = Service.answer
    by_name = {each.name: each for each in operations()}

    def watched(self: Service, request: Request) -> Answer:
        answer = given(self, request)
        operation = by_name.get(request.operation or "")
        if operation and answer.status < 300 and answer.content_type == "application/json":
            hydrated = dict(request.query).get("hydrated") == "true"
            faults = faults_in(operation, json.loads(answer.body), hydrated=hydrated)
            wrong.extend(f"{operation.name} {fault}" for fault in faults)
            if answer.status != operation.status:
                wrong.append(f"{operation.name}: {answer.status} is not {operation.status}")
        return answer

    monkeypatch.setattr(Service, "answer", watched)
    yield
    assert wrong == []


@pytest.fixture
def fake() -> Iterator[FakeClockify]:
    with FakeClockify(plan="PRO") as running:
        yield running


@pytest.fixture
def ask(fake: FakeClockify) -> Asking:
    return Asking(fake)
