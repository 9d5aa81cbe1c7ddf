"""Check the workspace's rules against the local copy before anything is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from clockify_cli.actions.context import (
    AppContext,
    Recovery,
    Result,
    attempt,
    describe,
    describe_span,
)
from clockify_cli.domain.entry import LOCAL, NONE, EntryFields, Kind, TimeEntry
from clockify_cli.domain.names import fold
from clockify_cli.domain.terminal_text import shortened
from clockify_cli.domain.workspace import (
    NO_RULES,
    CustomField,
    ForManagers,
    Missing,
    Value,
    WorkspaceRules,
    find_field,
    listed,
    missing,
    not_for_members,
    read_rules,
    read_value,
    split_field,
)
from clockify_cli.errors import ClockifyError, KeyRefused, NotFound, Refused, UsageError
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.timesheet import entries as stored
from clockify_cli.store.timesheet.entities import KnownFields, known_fields

if TYPE_CHECKING:
    from clockify_cli.domain.exchange.rows import CustomValue
    from clockify_cli.store.db.changes import Database


MANAGERS = ("OWNER", "WORKSPACE_ADMIN")
"""The roles that may change locked entries and make every kind of name."""

READ_AGAIN = timedelta(minutes=10)
"""After a refusal, Clockify is asked about the same cause at most this often."""

JUST_FETCHED = timedelta(seconds=60)


Cause = Literal["workspace", "fields"]
"""Where a rule comes from: the settings of the workspace, or its custom fields."""


class ByRule(Refused):
    """A rule of the workspace, according to the local copy, forbids it; *cause* is its source."""

    cause: Cause = "workspace"


def _by_lack(lacking: Sequence[Missing]) -> Cause:
    return "fields" if all(one.what == "field" for one in lacking) else "workspace"


class Incomplete(ByRule):
    """The workspace requires fields that are *lacking*; *project* is the local id, if given."""

    code = "required"

    def __init__(self, lacking: tuple[Missing, ...], project: str | None, message: str) -> None:
        options = listed(one.option for one in lacking)
        super().__init__(message, f"Give {options}.")
        self.lacking = lacking
        self.project = project
        self.cause = _by_lack(lacking)


def rules_of(ctx: AppContext) -> WorkspaceRules:
    """Return the rules of the context's workspace; none in ``local``."""
    workspace = ctx.identity.workspace
    if workspace is None:
        return NO_RULES
    return read_rules(workspace.settings, known_fields(ctx.db, workspace.id).fields)


def refuse_incomplete(ctx: AppContext, fields: EntryFields) -> None:
    """Raise Incomplete if *fields* lack what the workspace requires of a finished entry."""
    lacking = missing(fields, rules_of(ctx))
    if lacking:
        names = listed(one.name for one in lacking)
        raise Incomplete(lacking, fields.project, f"the workspace requires {names}")


def refuse_incomplete_timer(ctx: AppContext, running: TimeEntry) -> None:
    """Raise Refused if *running* lacks what it needs to be stopped by another start."""
    lacking = missing(running.fields, rules_of(ctx))
    if lacking:
        names = listed(one.name for one in lacking)
        options = " ".join(one.option for one in lacking)
        refused = ByRule(
            f"{describe(running)} is running and cannot be stopped without {names}",
            f"Stop it first: `clockify stop {options}`.",
            code="required",
        )
        refused.cause = _by_lack(lacking)
        raise refused


def incomplete_notes(ctx: AppContext, fields: EntryFields) -> tuple[str, ...]:
    """Return a note about what a timer started with *fields* will need before it can stop."""
    lacking = missing(fields, rules_of(ctx))
    if not lacking:
        return ()
    names = listed(one.name for one in lacking)
    options = " ".join(one.option for one in lacking)
    return (f"The workspace requires {names}: `clockify stop {options}`.",)


def refuse_rows(ctx: AppContext, rows: Sequence[tuple[int, EntryFields]], unit: str) -> None:
    """Raise Refused if the workspace would not accept one of *rows* (number and fields).

    *unit* is what a row is called: ``line``.
    """
    rules = rules_of(ctx)
    if rows:
        refuse_by_hand(ctx)
    refuse_locked_time(ctx, (fields.start for _, fields in rows))
    checked = rows if rules.demands else ()
    found = [(number, lacking) for number, said in checked if (lacking := missing(said, rules))]
    if found:
        lines = (
            f"{unit} {number}: {listed(one.name for one in lacking)}" for number, lacking in found
        )
        raise ByRule(
            "the workspace requires fields that the file lacks",
            "Add them to the file.",
            details=shortened(lines),
            code="required",
        )


def refuse_making(ctx: AppContext, kind: Kind) -> None:
    """Raise ForManagers if this user may not create a name of *kind*."""
    if kind in forbidden_kinds(ctx):
        raise not_for_members(kind)


def refuse_by_hand(ctx: AppContext) -> None:
    """Raise Refused if the workspace allows only the timer to record time."""
    if rules_of(ctx).stopwatch:
        raise ByRule(
            "the workspace allows time to be recorded only with the timer",
            "`clockify start` starts a timer.",
            code="stopwatch-only",
        )


def refuse_locked_time(ctx: AppContext, starts: Iterable[datetime]) -> None:
    """Raise ForManagers if an entry starting at one of *starts* would be in locked time."""
    rules = rules_of(ctx)
    if any(rules.locks(start) for start in starts) and not is_manager(ctx):
        until = rules.locked_before
        assert until is not None  # noqa: S101 (something is locked by it)
        day = until.astimezone(ctx.zone)
        raise ForManagers(
            f"the workspace is locked before {day:%Y-%m-%d %H:%M}",
            "An owner or admin of the workspace can unlock it.",
        )


def refuse_locked(ctx: AppContext, entries: Iterable[TimeEntry]) -> None:
    """Raise ForManagers if one of *entries* is locked: approved, invoiced or too old."""
    rules = rules_of(ctx)
    for entry in entries:
        locked = entry.locked and _is_locked(ctx, entry)
        if (locked or rules.locks(entry.start)) and not is_manager(ctx):
            refused = ForManagers(
                f"{describe(entry)}, {describe_span(entry, ctx)}, is locked",
                "An owner or admin of the workspace can unlock it.",
            )
            refused.entry = entry.local_id if locked else None
            raise refused


def _is_locked(ctx: AppContext, entry: TimeEntry) -> bool:
    """Return whether *entry* is locked now; it may have been read again since."""
    return (stored.known(ctx.db, entry.local_id) or entry).locked


def forbidden_kinds(ctx: AppContext) -> frozenset[Kind]:
    """Return the kinds of names that this user may not create, as far as known."""
    kinds = rules_of(ctx).managers_make
    return frozenset() if not kinds or is_manager(ctx) else kinds


def as_allowed(ctx: AppContext, act: Callable[[], Result]) -> Result:
    """Return the result of *act*, repeated if Clockify says that a rule no longer applies."""
    return attempt(ctx, act, changed_rules(ctx), changed_role(ctx))


def changed_rules(ctx: AppContext) -> Recovery:
    """Return a recovery that asks Clockify whether a rule or lock still applies.

    Not twice in ten minutes for the same cause.
    """

    def recover(error: ClockifyError) -> bool:
        if isinstance(error, ForManagers) and error.entry is not None:
            return _unlocked(ctx, error.entry)
        if isinstance(error, ByRule | ForManagers):
            return _rules_changed(ctx, error.cause if isinstance(error, ByRule) else "workspace")
        return False

    return recover


def changed_role(ctx: AppContext) -> Recovery:
    """Return a recovery that asks Clockify whether the user has become an owner or admin."""
    learnt = False

    def recover(error: ClockifyError) -> bool:
        nonlocal learnt
        if learnt or not isinstance(error, ForManagers):
            return False
        learnt = True
        return _learn_role(ctx)

    return recover


def read_rules_again(ctx: AppContext, cause: Cause) -> bool:
    """Read the workspace's rules again after a refusal; return whether they have changed.

    At most one request, and none if they were read in the last ten minutes.
    """
    if ctx.identity.workspace is None or not may_ask_again(ctx, cause):
        return False
    from clockify_cli.actions.clockify.workspace_refresh import fetch_fields, fetch_workspace

    before = rules_of(ctx)
    try:
        fetch_fields(ctx) if cause == "fields" else fetch_workspace(ctx)
    except ClockifyError as error:
        tell_refused_key(ctx, error)
        return False
    return rules_of(ctx) != before


def may_ask_again(ctx: AppContext, cause: str) -> bool:
    """Return whether Clockify may be asked again about *cause*, and note that it is."""
    if ctx.account is None or ctx.offline:
        return False
    key = f"asked-again:{ctx.account_key} {ctx.workspace} {cause}"
    at = datetime.fromtimestamp(int(meta_value(ctx.db, key) or 0), UTC)
    if abs(ctx.now - at) <= READ_AGAIN and not ctx.refresh:
        return False
    with ctx.db.transaction():
        put_meta(ctx.db, key, str(int(ctx.now.timestamp())))
    return True


def tell_refused_key(ctx: AppContext, error: ClockifyError) -> None:
    """Warn about a refused key in a command that can do without Clockify."""
    if isinstance(error, KeyRefused):
        ctx.warn(f"{error.message}. {error.hint}")


def _rules_changed(ctx: AppContext, cause: Cause) -> bool:
    workspace = ctx.identity.workspace
    if workspace is None:
        return False
    known = known_fields(ctx.db, workspace.id)
    fetched = known.fetched if cause == "fields" else workspace.fetched
    # Rules fetched a moment ago are Clockify's current ones.
    fresh = fetched is not None and abs(ctx.now - fetched) <= JUST_FETCHED
    return (not fresh or ctx.refresh) and read_rules_again(ctx, cause)


def _unlocked(ctx: AppContext, local_id: str) -> bool:
    """Return whether Clockify says that the entry is no longer locked."""
    from clockify_cli.actions.clockify.identity import connect
    from clockify_cli.sync.replica import Replica

    entry = stored.get(ctx.db, local_id)
    if entry.server_id is None or not may_ask_again(ctx, f"lock of {local_id}"):
        return False
    try:
        found = connect(ctx).remote.entry(entry.workspace_id, entry.server_id)
    except ClockifyError as error:
        tell_refused_key(ctx, error)
        return False
    with ctx.db.transaction():
        Replica(ctx.db, entry.workspace_id, found.user_id).take(found, local_id)
    return not stored.get(ctx.db, local_id).locked


def is_manager(ctx: AppContext) -> bool:
    """Return whether the user is known to be an owner or admin of the workspace."""
    return _role(ctx)[0] == "manager"


def _role(ctx: AppContext) -> tuple[str, datetime]:
    """Return ``manager``, ``member`` or empty, and when Clockify said so."""
    text = meta_value(ctx.db, _role_key(ctx)) or " 0"
    role, _, at = text.partition(" ")
    return role, datetime.fromtimestamp(int(at), UTC)


def _learn_role(ctx: AppContext) -> bool:
    """Ask Clockify whether the user is a manager, unless it was asked recently."""
    role, at = _role(ctx)
    lately = role and ctx.is_recent(at)
    if ctx.account is None or ctx.offline or (lately and not ctx.refresh):
        return False
    from clockify_cli.actions.clockify.identity import connect

    try:
        remote = connect(ctx).remote
        manages = any(
            ctx.workspace in {found.id for found in remote.workspaces(role=role)}
            for role in MANAGERS
        )
    except ClockifyError as error:
        tell_refused_key(ctx, error)
        return False
    learnt = f"{'manager' if manages else 'member'} {int(ctx.now.timestamp())}"
    with ctx.db.transaction():
        put_meta(ctx.db, _role_key(ctx), learnt)
    return manages


def _role_key(ctx: AppContext) -> str:
    return f"role:{ctx.account_key} {ctx.workspace}"


SEVERAL = "DROPDOWN_MULTIPLE"


def values_of(db: Database, workspace: str, given: Sequence[str]) -> Mapping[str, Value | None]:
    """Return the values in *given* (``NAME=VALUE`` each) by field id; None: cleared.

    Raises UsageError, NotFound or Ambiguous for what the known fields of *workspace* do not accept.
    """
    if not given:
        return {}
    if workspace == LOCAL:
        raise UsageError(
            "custom fields need a Clockify account",
            "Leave out --field, or sign in: `clockify login`.",
        )
    fields = known_fields(db, workspace).fields
    values: dict[str, Value | None] = {}
    for text in given:
        name, said = split_field(text, fields)
        field = find_field(name, fields)
        value = None if said == NONE else read_value(field, said)
        values[field.id] = _together(field, values.get(field.id), value)
    return values


def _together(field: CustomField, before: Value | None, value: Value | None) -> Value | None:
    """Add a value to a dropdown of several choices each time it is named."""
    if field.type == SEVERAL and isinstance(before, list) and isinstance(value, list):
        return list(dict.fromkeys(before + value))
    return value


def know_fields(ctx: AppContext, given: Sequence[str]) -> None:
    """Fetch the custom fields if *given* needs them and the copy is not sufficient.

    Raises the error that prevented it if they were never fetched. At most one request.
    """
    if not given or ctx.account is None:
        return
    known = known_fields(ctx.db, ctx.workspace)
    if ctx.offline or not (
        ctx.refresh or not ctx.is_recent(known.fetched) or _unknown(known, given)
    ):
        if known.fetched is None:
            raise NotFound(
                "the custom fields of the workspace have not been fetched yet",
                "Run the command once without --offline.",
                code="field-not-found",
            )
        return
    from clockify_cli.actions.clockify.workspace_refresh import fetch_fields

    try:
        fetch_fields(ctx)
    except ClockifyError:
        if known.fetched is None:
            raise


def know_values(ctx: AppContext, said: Iterable[CustomValue]) -> None:
    """Fetch the custom fields if a file contains unknown ones.

    At most one request; if Clockify cannot be asked, nothing changes.
    """
    known = known_fields(ctx.db, ctx.workspace)
    missing = any(field_of(one, known.fields) is None for one in said)
    if missing and ctx.account is not None and not ctx.offline:
        from clockify_cli.actions.clockify.workspace_refresh import fetch_fields

        with suppress(ClockifyError):
            fetch_fields(ctx)


def field_of(said: CustomValue, fields: Sequence[CustomField]) -> CustomField | None:
    """Return the field that *said* belongs to: by id, else the only one with its name."""
    found = [field for field in fields if said.id and field.id == said.id]
    found = found or [field for field in fields if fold(field.name) == fold(said.name)]
    return found[0] if len(found) == 1 else None


def _unknown(known: KnownFields, given: Sequence[str]) -> bool:
    """Return whether *given* names an unknown field, which may be new in Clockify."""
    try:
        for text in given:
            find_field(split_field(text, known.fields)[0], known.fields)
    except NotFound:
        return True
    return False
