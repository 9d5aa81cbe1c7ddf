"""Homes signed in to workspaces with required fields and other rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, Done, FirstLogins, bench
from tests.scenarios.signed_in.conftest import first_logins

__all__ = ["first_logins"]

SignedIn = Callable[..., Bench]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Bench]:
    """Yield a paid Clockify with a project, a task and two tags, and a home never signed in."""
    with bench(tmp_path) as found:
        client = found.fake.add_client("Acme")
        project = found.fake.add_project("Website", client_id=client.id, billable=False)
        found.fake.add_task("Draft", project.id)
        found.fake.add_tag("deep")
        found.fake.add_tag("admin")
        yield found


@pytest.fixture
def signed_in(workspace: Bench, first_logins: FirstLogins) -> SignedIn:
    """Return a function that signs in, after setting the given workspace settings."""

    def sign_in(**settings: object) -> Bench:
        workspace.fake.set_settings(**settings)
        first_logins.sign_in(workspace)
        return workspace

    return sign_in


@pytest.fixture
def member(workspace: Bench, first_logins: FirstLogins) -> SignedIn:
    """Return a function that signs in somebody who is not an owner or admin."""

    def sign_in(**settings: object) -> Bench:
        workspace.fake.set_settings(**settings)
        person = workspace.fake.add_user("Bob Member")
        workspace.fake.key, workspace.fake.user_id = person.key, person.id
        first_logins.sign_in(workspace)
        return workspace

    return sign_in


def at_terminal(clockify: Bench, *args: str, typed: str) -> Done:
    """Run a command line; *typed* is what a person answers to its questions."""
    return replace(clockify, typist=True)(*args, typed=typed)
