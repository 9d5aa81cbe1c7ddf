"""The fake's own endpoint beside the API, for another process to inspect and change it.

`POST /__fake__/VERB` with a JSON object of arguments; it needs no key and counts for no limit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.fake_clockify.answers import Answer, json_answer
from tests.fake_clockify.clock import iso
from tests.fake_clockify.records import User, plain

if TYPE_CHECKING:
    from tests.fake_clockify.server import FakeClockify

PATH = "/__fake__/"
ADDING = (
    "workspace",
    "user",
    "member",
    "client",
    "project",
    "task",
    "tag",
    "custom_field",
    "entry",
)
Verb = Callable[..., Any]


class Admin:
    """Turns verbs into calls on the running fake."""

    def __init__(self, fake: FakeClockify) -> None:
        self._fake = fake
        self._verbs: dict[str, Verb] = {
            "info": self._info,
            "requests": lambda: [each.plain() for each in fake.requests],
            "commits": lambda: [each.plain() for each in fake.commits],
            "entries": lambda **where: [plain(each) for each in fake.entries(**where)],
            "running": lambda **where: [plain(each) for each in fake.running(**where)],
            "fault": lambda **args: {"armed": fake.fault(**args).name},
            "clear_faults": fake.clear_faults,
            "release": fake.release,
            "advance": fake.clock.advance,
            "set_time": lambda now: fake.clock.set(datetime.fromisoformat(now)),
            "switch": fake.switch,
            "revoke_key": fake.revoke_key,
            "restore_key": fake.restore_key,
            "forget_requests": fake.forget_requests,
            "change": self._change,
            "delete": lambda id: fake.delete(fake.state.anywhere(id)),
            "settings": lambda workspace=None, **named: plain(
                fake.set_settings(workspace, **named)
            ),
            "rate": lambda id, **args: plain(fake.set_rate(fake.state.anywhere(id), **args)),
        }

    def __call__(self, method: str, target: str, body: bytes) -> Answer:
        name = target.removeprefix(PATH).partition("?")[0] or "info"
        try:
            args = json.loads(body) if body else {}
            return json_answer(self._verb(name)(**args))
        except (KeyError, TypeError, ValueError) as error:
            return json_answer({"message": f"{type(error).__name__}: {error}"}, 400)

    def _verb(self, name: str) -> Verb:
        if name.removeprefix("add_") in ADDING:
            return lambda **args: _shown(getattr(self._fake, name)(**args))
        return self._verbs[name]

    def _info(self) -> dict[str, Any]:
        fake = self._fake
        return {
            "url": fake.url,
            "key": fake.key,
            "user": fake.user_id,
            "workspace": fake.workspace_id,
            "now": iso(fake.clock.now()),
            "switches": asdict(fake.switches),
            "verbs": sorted([*self._verbs, *(f"add_{each}" for each in ADDING)]),
        }

    def _change(self, id: str, **fields: Any) -> dict[str, Any]:
        return _shown(self._fake.change(self._fake.state.anywhere(id), **fields))


def _shown(record: Any) -> dict[str, Any]:
    return asdict(record) if isinstance(record, User) else plain(record)
