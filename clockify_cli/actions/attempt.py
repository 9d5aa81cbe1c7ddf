"""One loop for what stands in the way of an action and can be put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from clockify_cli.actions.context import AppContext
from clockify_cli.errors import ClockifyError

Result = TypeVar("Result")

Recovery = Callable[[ClockifyError], bool]
"""Puts right what an error is about; whether it did, so that the action is worth another try.

It keeps what it learns, so that nothing is asked twice, of Clockify or of a person.
"""


def attempt(ctx: AppContext, act: Callable[[], Result], *recoveries: Recovery) -> Result:
    """What *act* does, once more after each error that one of *recoveries* puts right.

    What is committed is never done again.
    """
    while True:
        try:
            return act()
        except ClockifyError as error:
            if ctx.acknowledged or not any(recover(error) for recover in recoveries):
                raise
