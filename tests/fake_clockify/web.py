"""Changes made behind the client's back, as by a user of the web pages; all calls are direct."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.fake_clockify.clock import parse
from tests.fake_clockify.keys import made_up_key
from tests.fake_clockify.records import (
    Client,
    CustomField,
    Entry,
    Member,
    Project,
    Rate,
    Record,
    Tag,
    Task,
    User,
    Workspace,
)
from tests.fake_clockify.state import State

Moment = datetime | str | int


def seconds(moment: Moment) -> int:
    """Return whole seconds since 1970 of an aware datetime, an RFC 3339 text or a number."""
    if isinstance(moment, datetime):
        return int(moment.timestamp() // 1)
    return parse(moment) if isinstance(moment, str) else moment


class Web:
    """The state, opened to tests. Ids default to the first user and the first workspace."""

    user_id: str
    workspace_id: str

    def __init__(self, state: State) -> None:
        self.state = state

    def add_workspace(self, name: str, *, plan: str = "FREE", **fields: Any) -> Workspace:
        with self.state.lock:
            return self.state.put(Workspace(self.state.new_id(), name, plan, **fields))

    def add_user(
        self,
        name: str,
        *,
        zone: str = "Europe/Berlin",
        workspace: str | None = None,
        role: str = "MEMBER",
        email: str | None = None,
        key: str | None = None,
        **fields: Any,
    ) -> User:
        """Add a user who is a member of *workspace*; the key is made up unless given."""
        home = workspace or self.workspace_id
        with self.state.lock:
            id_ = self.state.new_id()
            user = User(
                id_,
                name,
                email or f"{name.split()[0].lower()}@example.com",
                key or made_up_key(id_),
                zone,
                active_workspace=home,
                default_workspace=home,
                **fields,
            )
            self.state.put(user)
            self.add_member(user.id, home, role)
            return user

    def add_member(
        self, user_id: str, workspace: str, role: str = "MEMBER", **fields: Any
    ) -> Member:
        with self.state.lock:
            member = Member(f"{workspace}:{user_id}", workspace, user_id, role, **fields)
            return self.state.put(member)

    def add_client(self, name: str, *, workspace: str | None = None, **fields: Any) -> Client:
        with self.state.lock:
            return self.state.put(
                Client(self.state.new_id(), workspace or self.workspace_id, name, **fields)
            )

    def add_project(self, name: str, *, workspace: str | None = None, **fields: Any) -> Project:
        with self.state.lock:
            return self.state.put(
                Project(self.state.new_id(), workspace or self.workspace_id, name, **fields)
            )

    def add_task(self, name: str, project_id: str, **fields: Any) -> Task:
        with self.state.lock:
            project = self.get(Project, project_id)
            id_ = self.state.new_id()
            return self.state.put(Task(id_, project.workspace_id, project_id, name, **fields))

    def add_tag(self, name: str, *, workspace: str | None = None, **fields: Any) -> Tag:
        with self.state.lock:
            return self.state.put(
                Tag(self.state.new_id(), workspace or self.workspace_id, name, **fields)
            )

    def add_custom_field(
        self, name: str, *, workspace: str | None = None, **fields: Any
    ) -> CustomField:
        with self.state.lock:
            return self.state.put(
                CustomField(self.state.new_id(), workspace or self.workspace_id, name, **fields)
            )

    def add_entry(
        self,
        start: Moment,
        end: Moment | None = None,
        description: str = "",
        *,
        user: str | None = None,
        workspace: str | None = None,
        **fields: Any,
    ) -> Entry:
        """Add an entry, running without *end*; further fields are those of the record."""
        if "tag_ids" in fields:
            fields["tag_ids"] = tuple(fields["tag_ids"]) or None
        with self.state.lock:
            entry = Entry(
                self.state.new_id(),
                workspace or self.workspace_id,
                user or self.user_id,
                seconds(start),
                None if end is None else seconds(end),
                description,
                **fields,
            )
            return self.state.put(entry)

    def entries(self, workspace: str | None = None, user: str | None = None) -> list[Entry]:
        """Return the entries of a user, newest first."""
        with self.state.lock:
            found = self.state.entries(workspace or self.workspace_id, user or self.user_id)
            return list(found)

    def running(self, workspace: str | None = None, user: str | None = None) -> list[Entry]:
        with self.state.lock:
            return self.state.running(workspace or self.workspace_id, user or self.user_id)

    def get(self, table: type[Any], id_: str) -> Any:
        """Return the record of *table* with that id; KeyError if there is none."""
        with self.state.lock:
            found = self.state.find(table, id_)
        if found is None:
            raise KeyError(id_)
        return found

    def change(self, record: Record, **fields: Any) -> Any:
        """Set *fields* of the current version of *record*; moments may be texts."""
        for name in ("start", "end"):
            if fields.get(name) is not None:
                fields[name] = seconds(fields[name])
        with self.state.lock:
            present = self.get(type(record), record.id)
            return self.state.put(replace(present, **fields))

    def delete(self, record: Record) -> None:
        with self.state.lock:
            self.state.remove(self.get(type(record), record.id))

    def set_settings(self, workspace: str | None = None, /, **settings: Any) -> Workspace:
        """Set workspace settings under their names in the API, such as `forceProjects=True`."""
        with self.state.lock:
            present: Workspace = self.get(Workspace, workspace or self.workspace_id)
            changed = replace(present, settings={**present.settings, **settings})
            return self.state.put(changed)

    def set_rate(self, record: Record, amount: int, *, cost: bool = False) -> Any:
        """Set an hourly rate in hundredths on a workspace, a member, a project or a task."""
        return self.change(record, **{"cost_rate" if cost else "hourly_rate": Rate(amount)})

    def revoke_key(self, key: str) -> None:
        self.state.revoked.add(key)

    def restore_key(self, key: str) -> None:
        self.state.revoked.discard(key)
