"""Operations that report: detailed, summary and weekly."""

from __future__ import annotations

from tests.fake_clockify.answers import Answer, json_answer
from tests.fake_clockify.call import Call


def detailed(call: Call) -> Answer:
    return json_answer({})


def summary(call: Call) -> Answer:
    return json_answer({})


def weekly(call: Call) -> Answer:
    return json_answer({})
