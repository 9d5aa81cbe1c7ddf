"""The server faults by their names S1 to S27, with their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fake_clockify import answer_faults, body_faults, connection_faults
from tests.fake_clockify.behaviour import Behaviour
from tests.fake_clockify.reading_faults import Incomplete

PAGE_KINDS = ("endless", "repeat")


def _huge(kind: str = "stream", **args: Any) -> Behaviour:
    if kind in PAGE_KINDS:
        return body_faults.EndlessPages(kind=kind, **args)
    return body_faults.Huge(kind=kind, **args)


def _reset(**args: Any) -> Behaviour:
    return connection_faults.NoAnswer(rst=True, **args)


def _error_after(**args: Any) -> Behaviour:
    return answer_faults.ServerError(commit=True, **args)


BY_REQUEST: dict[str, Callable[..., Behaviour]] = {
    "S3": connection_faults.DropUnread,
    "S4": connection_faults.ResetMidRequest,
    "S5": connection_faults.NoAnswer,
    "S6": _reset,
    "S7": connection_faults.LateAnswer,
    "S8": connection_faults.LateCommit,
    "S9": connection_faults.CutBody,
    "S10": connection_faults.Drip,
    "S11": answer_faults.TooMany,
    "S12": answer_faults.ServerError,
    "S13": _error_after,
    "S14": answer_faults.KeyRefused,
    "S15": answer_faults.Forbidden,
    "S16": answer_faults.Page,
    "S17": body_faults.Malformed,
    "S18": body_faults.WrongLabel,
    "S19": _huge,
    "S20": answer_faults.Redirect,
    "S23": Incomplete,
    "S24": answer_faults.Rewrite,
    "S25": answer_faults.WrongClock,
    "S26": connection_faults.CloseAfterwards,
    "S27": answer_faults.AnotherEntry,
}
READ_BACK = {"method": "GET", "path": r"/time-entries"}
