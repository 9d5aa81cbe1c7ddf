"""Tests of the lists of names."""

from __future__ import annotations

import json

from tests.cli.conftest import Clockify


def test_names_are_listed_as_they_are_shown_those_of_a_client_together(clockify: Clockify) -> None:
    for project in ("Zoo/Art", "acme/Website", "Internal", "Bolt/Blog", "acme/blog"):
        assert clockify("add", "X", "--for", "5m", "--overlap", "-p", project).code == 0
    for task in ("Zoo/Art", "acme/blog"):
        assert clockify("add", "--for", "5m", "--overlap", "-p", task, "-k", "Plan").code == 0
    listed = json.loads(clockify("projects", "--json").out)
    names = [f"{one['clientName'] or ''}/{one['name']}" for one in listed]
    assert names == ["acme/blog", "acme/Website", "Bolt/Blog", "/Internal", "Zoo/Art"]
    tasks = json.loads(clockify("tasks", "--json").out)
    assert [one["projectName"] for one in tasks] == ["blog", "Art"]
    clients = json.loads(clockify("clients", "--json").out)
    assert [one["name"] for one in clients] == ["acme", "Bolt", "Zoo"]
