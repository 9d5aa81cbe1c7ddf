"""Tests that undo restores the state before, redo reverses undo, and nothing later is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from clockify_cli.domain.entry import LOCAL, EntryFields
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import Record
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.timesheet import entities, entries, undo
from clockify_cli.store.timesheet.records import TakenBack
from tests.store.written import (
    ACCOUNT,
    DEEP,
    NOW,
    PROJECT,
    SOON,
    USER,
    WORKSPACE,
    add,
    at,
    content,
    fill_catalogue,
    item,
)


def edit(db: Database, local_id: str, description: str, workspace: str = LOCAL) -> None:
    fields = replace(entries.get(db, local_id).fields, description=description)
    account = None if workspace == LOCAL else ACCOUNT
    with db.change(workspace, verb="edit", at=NOW, account=account) as change:
        change.update_entry(local_id, fields)


def delete(db: Database, local_id: str, workspace: str = LOCAL) -> None:
    account = None if workspace == LOCAL else ACCOUNT
    with db.change(workspace, verb="delete", at=NOW, account=account) as change:
        change.delete_entry(local_id)


def mark(db: Database, seq: int, state: str, attempts: int = 1) -> None:
    """Set the state of a row, as sync does."""
    row = journal.get(db, seq)
    assert row is not None
    journal.settle(db, replace(row, state=state, attempts=attempts))


def test_an_empty_timesheet_has_nothing_to_undo_or_redo(db: Database) -> None:
    with pytest.raises(NotFound, match="nothing to undo"):
        undo.undo(db, LOCAL, at=NOW)
    with pytest.raises(NotFound, match="nothing to redo"):
        undo.redo(db, LOCAL, at=NOW)


def test_undo_of_a_delete_brings_back_the_same_id_and_tags(db: Database) -> None:
    fill_catalogue(db)
    local_id = add(db, at(9), at(10), "a", tags=(DEEP.local_id, SOON.local_id))
    before = content(db)
    delete(db, local_id)
    done = undo.undo(db, LOCAL, at=NOW)
    assert content(db) == before
    assert done.change.entries == (local_id,)
    assert done.of.undone_by == done.change.id


def test_undo_of_a_start_over_a_running_timer_lets_that_one_run_on(db: Database) -> None:
    first = add(db, at(9), None, "a")
    before = content(db)
    with db.change(LOCAL, verb="start", at=NOW) as change:
        change.update_entry(first, replace(entries.get(db, first).fields, end=at(10)), "stop")
        change.create_entry(EntryFields(start=at(10), end=None, description="b"))
    undo.undo(db, LOCAL, at=NOW)
    assert content(db) == before
    assert [row.kind for row in undo.redo(db, LOCAL, at=NOW).change.rows] == ["stop", "start"]


def test_a_new_change_leaves_nothing_to_redo(db: Database) -> None:
    add(db, at(9), at(10))
    undo.undo(db, LOCAL, at=NOW)
    add(db, at(10), at(11))
    with pytest.raises(NotFound, match="nothing to redo"):
        undo.redo(db, LOCAL, at=NOW)


def test_an_older_change_can_be_taken_back_by_its_number(db: Database) -> None:
    first = add(db, at(9), at(10), "first")
    number = undo.changes(db, LOCAL)[0].id
    second = add(db, at(10), at(11), "second")
    undo.undo(db, LOCAL, number, at=NOW)
    assert [e.local_id for e in entries.in_range(db, LOCAL, None, at(0), at(24))] == [second]
    undo.redo(db, LOCAL, at=NOW)
    assert entries.get(db, first).description == "first"


def test_what_was_changed_since_is_not_taken_back(db: Database) -> None:
    local_id = add(db, at(9), at(10), "a")
    edit(db, local_id, "b")
    before = content(db)
    first, second = (change.id for change in undo.changes(db, LOCAL))
    with pytest.raises(UsageError, match=f"by change {second}") as raised:
        undo.undo(db, LOCAL, first, at=NOW)
    assert raised.value.code == "changed-since"
    assert content(db) == before


def billed_together(db: Database) -> list[str]:
    """Make three entries billable in one change."""
    made = [add(db, at(hour), at(hour + 1), f"entry {hour}") for hour in (8, 9, 10)]
    with db.change(LOCAL, verb="edit", at=NOW) as change:
        for local_id in made:
            change.update_entry(local_id, replace(entries.get(db, local_id).fields, billable=True))
    return made


def test_an_undo_of_many_changes_none_where_one_was_changed_since(db: Database) -> None:
    made = billed_together(db)
    db.run("UPDATE entry SET billable = 0 WHERE local_id = ?", (made[1],))
    before = content(db)
    with pytest.raises(UsageError, match="in Clockify"):
        undo.undo(db, LOCAL, at=NOW)
    assert content(db) == before


def test_an_undo_of_many_leaves_what_was_changed_of_other_fields_since(db: Database) -> None:
    made = billed_together(db)
    db.run("UPDATE entry SET description = 'from the web' WHERE local_id = ?", (made[1],))
    undo.undo(db, LOCAL, at=NOW)
    now = [entries.get(db, local_id) for local_id in made]
    assert [entry.billable for entry in now] == [False, False, False]
    assert [entry.description for entry in now] == ["entry 8", "from the web", "entry 10"]


def test_what_clockify_changed_since_is_not_taken_back(db: Database) -> None:
    local_id = add(db, at(9), at(10), "a")
    db.run("UPDATE entry SET description = 'from the web' WHERE local_id = ?", (local_id,))
    with pytest.raises(UsageError, match="in Clockify"):
        undo.undo(db, LOCAL, at=NOW)


def test_once_the_later_change_is_undone_the_older_one_can_be_too(db: Database) -> None:
    empty = content(db)
    edit(db, add(db, at(9), at(10), "a"), "b")
    undo.undo(db, LOCAL, at=NOW)
    undo.undo(db, LOCAL, at=NOW)
    assert content(db) == empty


def test_a_name_in_use_elsewhere_is_not_taken_back(db: Database) -> None:
    with db.change(LOCAL, verb="start", at=NOW) as change:
        change.create_item(PROJECT)
    add(db, at(9), at(10), project=PROJECT.local_id)
    making, using = undo.changes(db, LOCAL)
    with pytest.raises(UsageError, match=f"by change {using.id}"):
        undo.undo(db, LOCAL, making.id, at=NOW)
    assert entities.get(db, PROJECT.local_id) == PROJECT


@pytest.mark.parametrize("kind", ["tag", "client", "task"])
def test_names_used_by_tags_clients_and_tasks_are_in_use_too(db: Database, kind: str) -> None:
    used = item("tag", "x") if kind == "tag" else item("client", "x")
    with db.change(LOCAL, verb="make", at=NOW) as change:
        change.create_item(used)
        task = item("task", "t", project=PROJECT.local_id)
        change.create_item(task)
    with db.change(LOCAL, verb="use", at=NOW) as change:
        change.create_item(item("project", "p", client=used.local_id if kind == "client" else None))
        tags = (used.local_id,) if kind == "tag" else ()
        task_id = task.local_id if kind == "task" else None
        change.create_entry(EntryFields(start=at(9), end=at(10), tags=tags, task=task_id))
    with pytest.raises(UsageError, match="changed since"):
        undo.undo(db, LOCAL, undo.changes(db, LOCAL)[0].id, at=NOW)


def test_an_undo_never_starts_a_second_timer(db: Database) -> None:
    first = add(db, at(9), None, "a")
    with db.change(LOCAL, verb="stop", at=NOW) as change:
        change.update_entry(first, replace(entries.get(db, first).fields, end=at(10)), "stop")
    stop = undo.changes(db, LOCAL)[-1].id
    add(db, at(11), None, "b")
    with pytest.raises(UsageError, match="second timer"):
        undo.undo(db, LOCAL, stop, at=NOW)


def test_an_undo_is_no_change_to_undo(db: Database) -> None:
    add(db, at(9), at(10))
    taken_back = undo.undo(db, LOCAL, at=NOW)
    with pytest.raises(UsageError, match="is an undo"):
        undo.undo(db, LOCAL, taken_back.change.id, at=NOW)
    with pytest.raises(UsageError, match="already undone"):
        undo.undo(db, LOCAL, taken_back.of.id, at=NOW)
    with pytest.raises(NotFound, match="no change 99"):
        undo.undo(db, LOCAL, 99, at=NOW)


def test_history_of_an_entry_is_what_happened_to_it_and_whether_it_was_sent(db: Database) -> None:
    local_id = add(db, at(9), at(10), "a", workspace=WORKSPACE)
    add(db, at(10), at(11), "other", workspace=WORKSPACE)
    edit(db, local_id, "b", WORKSPACE)
    mark(db, 1, "APPLIED")
    mark(db, 3, "REVIEW")
    found = undo.history(db, WORKSPACE, local_id)
    assert [(one.verb, one.state) for one in found] == [("add", "sent"), ("edit", "review")]
    assert [one.state for one in undo.history(db, WORKSPACE)] == ["sent", "waiting", "review"]
    assert undo.history(db, LOCAL) == []


def states(db: Database) -> list[tuple[str, str, str]]:
    return db.all("SELECT kind, state, verdict FROM journal ORDER BY seq")


@pytest.mark.parametrize(
    ("state", "attempts"), [("PENDING", 0), ("REJECTED", 1)], ids=["unsent", "refused"]
)
def test_what_clockify_surely_has_not_is_never_sent_nor_taken_back_there(
    db: Database, state: str, attempts: int
) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    mark(db, 1, state, attempts)
    undo.undo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    assert states(db) == [("add", "DROPPED", "undone"), ("delete", "DROPPED", "undone")]
    undo.redo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    assert states(db)[2:] == [("add", "PENDING", "")]
    assert entries.get(db, local_id).sync_state == "pending"


@pytest.mark.parametrize("state", ["PENDING", "SENDING", "UNKNOWN", "APPLIED"])
def test_what_clockify_may_have_is_taken_back_there_too(db: Database, state: str) -> None:
    add(db, at(9), at(10), workspace=WORKSPACE)
    mark(db, 1, state)
    undo.undo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    assert states(db) == [("add", state, ""), ("delete", "PENDING", "")]


def test_an_entry_deleted_at_clockify_comes_back_as_a_new_one_there(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    row = journal.get(db, 1)
    assert row is not None
    journal.settle(db, replace(row, state="APPLIED", server_id="6" * 24), '{"v": 1}')
    delete(db, local_id, WORKSPACE)
    deleting = journal.get(db, 2)
    assert deleting is not None
    assert (deleting.server_id, deleting.base) == ("6" * 24, '{"v": 1}')
    mark(db, 2, "APPLIED")
    undo.undo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    back = entries.get(db, local_id)
    assert (back.server_id, back.sync_state) == (None, "pending")


def stop_any(db: Database) -> None:
    with db.change(WORKSPACE, verb="stop", at=NOW, account=ACCOUNT, user=USER) as change:
        change.stop_any(at(10))


def test_an_unsent_stop_of_an_unknown_timer_can_be_taken_back_and_made_again(db: Database) -> None:
    stop_any(db)
    undo.undo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    assert journal.open_rows(db, ACCOUNT) == []
    undo.redo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    assert [row.after for row in journal.open_rows(db, ACCOUNT)] == ['{"end":1795514400}']


def test_a_sent_stop_of_an_unknown_timer_cannot_be_taken_back(db: Database) -> None:
    stop_any(db)
    mark(db, 1, "APPLIED")
    with pytest.raises(UsageError, match="not known here"):
        undo.undo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)


Content = dict[str, list[Record]]


class Laws(RuleBasedStateMachine):
    """Any sequence of changes, undone and redone, compared with the contents seen on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name) / "data" / "timesheet.db")
        # Nothing here must survive the process: waiting for the disk would only cost time.
        self.db.run("PRAGMA synchronous = OFF")
        self.last = 0
        self.past: list[Content] = [content(self.db)]
        self.future: list[Content] = []
        self.made = 0

    def teardown(self) -> None:
        for change in undo.changes(self.db, LOCAL, 100):
            self.undone_alone_and_redone(change.id)
        self.db.close()
        self.folder.cleanup()

    def undone_alone_and_redone(self, change_id: int) -> None:
        """Undo any one change: it is refused, or redo restores the state before."""
        try:
            undo.undo(self.db, LOCAL, change_id, at=NOW)
        except UsageError:
            pass
        else:
            undo.redo(self.db, LOCAL, at=NOW)
        assert content(self.db) == self.past[-1]

    def did(self) -> None:
        latest = undo.changes(self.db, LOCAL, 1)
        if latest and latest[0].id > self.last:
            self.last = latest[0].id
            self.past.append(content(self.db))
            self.future = []

    def some(self) -> bool:
        return bool(self.live())

    def live(self) -> list[str]:
        return [row[0] for row in self.past[-1]["entries"]]

    def names(self, kind: str) -> list[str]:
        return [row[1] for row in self.past[-1]["items"] if row[0] == kind]

    @rule(data=st.data(), running=st.booleans(), new=st.booleans())
    def record(self, data: st.DataObject, running: bool, new: bool) -> None:
        self.made += 1
        start = at(9) + timedelta(minutes=self.made)
        with self.db.change(LOCAL, verb="add", at=NOW) as change:
            projects, tags = self.names("project"), self.names("tag")
            if new:
                for made in (item("project", f"p{self.made}"), item("tag", f"t{self.made}")):
                    change.create_item(made)
                    (projects if made.kind == "project" else tags).append(made.local_id)
            timer = entries.running(self.db, LOCAL)
            if running and timer is not None:
                change.update_entry(timer.local_id, replace(timer.fields, end=start), "stop")
            change.create_entry(
                EntryFields(
                    start=start,
                    end=None if running else start + timedelta(minutes=1),
                    description=data.draw(st.text(max_size=3, alphabet="aäß%_'")),
                    project=data.draw(st.sampled_from([None, *projects])),
                    tags=tuple(data.draw(st.lists(st.sampled_from(tags), unique=True)))
                    if tags
                    else (),
                    billable=data.draw(st.booleans()),
                )
            )
        self.did()

    @precondition(some)
    @rule(data=st.data())
    def change_some(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.live()), min_size=1, max_size=4))
        tags = self.names("tag")
        with self.db.change(LOCAL, verb="edit", at=NOW) as change:
            for local_id in chosen:
                fields = entries.get(self.db, local_id).fields
                few = tuple(data.draw(st.lists(st.sampled_from(tags), unique=True))) if tags else ()
                change.update_entry(
                    local_id,
                    replace(fields, description=data.draw(st.text("ab", max_size=2)), tags=few),
                )
        self.did()

    @precondition(some)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        chosen = data.draw(
            st.lists(st.sampled_from(self.live()), min_size=1, max_size=3, unique=True)
        )
        with self.db.change(LOCAL, verb="delete", at=NOW) as change:
            for local_id in chosen:
                change.delete_entry(local_id)
        self.did()

    @precondition(lambda self: self.names("project"))
    @rule(data=st.data(), archived=st.booleans())
    def rename(self, data: st.DataObject, archived: bool) -> None:
        chosen = data.draw(st.sampled_from(self.names("project")))
        with self.db.change(LOCAL, verb="rename", at=NOW) as change:
            one = entities.get(self.db, chosen)
            change.update_item(replace(one, name=f"{one.name[:5]}+", archived=archived))
        self.did()

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def undo_restores_what_was(self) -> None:
        self.last = undo.undo(self.db, LOCAL, at=NOW).change.id
        self.future.append(self.past.pop())

    @precondition(lambda self: self.future)
    @rule()
    def redo_brings_it_back(self) -> None:
        self.last = undo.redo(self.db, LOCAL, at=NOW).change.id
        self.past.append(self.future.pop())

    @precondition(lambda self: len(self.past) == 1)
    @rule()
    def nothing_is_left_to_undo(self) -> None:
        self._says_nothing(undo.undo)

    @precondition(lambda self: not self.future)
    @rule()
    def nothing_is_left_to_redo(self) -> None:
        self._says_nothing(undo.redo)

    def _says_nothing(self, act: Callable[..., TakenBack]) -> None:
        with pytest.raises(NotFound):
            act(self.db, LOCAL, at=NOW)

    @invariant()
    def the_timesheet_is_what_it_should_be(self) -> None:
        assert content(self.db) == self.past[-1]


Laws.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLaws = Laws.TestCase


def test_what_another_user_of_the_workspace_did_is_not_taken_back(db: Database) -> None:
    user = "64b000000000000000000002"
    other = accounts.account_key("https://api.clockify.me/api/v1", user)
    with db.change(WORKSPACE, verb="add", at=NOW, account=other, user=user) as change:
        theirs = change.create_entry(EntryFields(start=NOW, end=NOW + timedelta(hours=1)))
    undo.undo(db, WORKSPACE, at=NOW, account=other, user=user)
    with pytest.raises(NotFound):
        undo.redo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    undo.redo(db, WORKSPACE, at=NOW, account=other, user=user)
    with pytest.raises(NotFound):
        undo.undo(db, WORKSPACE, at=NOW, account=ACCOUNT, user=USER)
    with pytest.raises(UsageError):
        undo.undo(db, WORKSPACE, 1, at=NOW, account=ACCOUNT, user=USER)
    assert entries.get(db, theirs).local_id == theirs
