"""Whose timesheet this run uses, decided locally without a request."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clockify_cli.actions.context import (
    AppContext,
    Connection,
    Identity,
    UnknownWorkspace,
    unsent_text,
)
from clockify_cli.config.files import shown
from clockify_cli.config.settings import known_zone, load_settings
from clockify_cli.domain.entry import LOCAL
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.environment import API_KEY, api_key
from clockify_cli.errors import ClockifyError, KeyRefused, NotFound, NotSignedIn
from clockify_cli.paths import find_paths
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.db.file import NONSENSE
from clockify_cli.store.glance import key_mark, profile_mark, workspace_of
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.sync.accounts import Account, Workspace

if TYPE_CHECKING:
    from clockify_cli.api.session import Address
    from clockify_cli.config.settings import Settings
    from clockify_cli.credentials import Key


KEY_SETTINGS = ("key", "key-command", "keyring")
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def identify(
    db: Database,
    settings: Settings,
    environ: Mapping[str, str],
    named: str | None = None,
    *,
    lost_too: bool = False,
) -> Identity:
    """Return who the run is for; *named* is a workspace from the command line.

    Raises NotFound or Ambiguous for a workspace that the account does not have (with *lost_too*,
    one from the settings becomes `Identity.lost` instead), and NotSignedIn if one is named without
    an account, or if the stored key belongs to another Clockify.
    """
    wanted = named or settings.workspace
    try:
        account = known_account(db, settings, environ)
    except NotSignedIn:
        # Changes in `local` are never sent, and a person signs in elsewhere from there.
        if wanted != LOCAL:
            raise
        return Identity()
    if account is None:
        unknown = has_key(settings, environ) and wanted != LOCAL
        if not unknown and named not in (None, LOCAL):
            raise NotSignedIn("a Clockify workspace needs an account", "`clockify login` signs in.")
        return Identity(unknown_key=unknown)
    if wanted == LOCAL:
        return Identity(owner=account)
    try:
        return Identity(account, wanted_workspace(db, account, settings, named), owner=account)
    except UnknownWorkspace as error:
        if not lost_too:
            raise
        return Identity(account, lost=error, owner=account)


def settings_in_force(path: Path, settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return *settings* with those of the run's account, from the timesheet at *path*.

    Only for display: a timesheet that is missing or damaged adds nothing, and neither does a key
    that Clockify was never asked about.
    """
    if not os.path.lexists(path):
        return settings
    db = Database(path, create=False)
    try:
        identity = identify(db, settings, environ, lost_too=True)
        if identity.owner is None:
            return settings
        return settings.with_account(account_values(identity.owner, identity.workspace))
    except (ClockifyError, *NONSENSE):
        return settings
    finally:
        db.close()


def workspace_known(environ: Mapping[str, str], profile: str, folder: str | None) -> str | None:
    """Return the workspace that a run of *profile* in *folder* would use; None if unknown.

    For completion: it creates nothing, sends no request and prints nothing.
    """
    paths = find_paths(environ)
    if not paths.database.exists():
        return None
    db = Database(paths.database, create=False)
    try:
        cwd = Path(folder) if folder else None
        settings = load_settings(paths, environ, options={"profile": profile}, cwd=cwd)
        identity = identify(db, settings, environ)
        return None if identity.unknown_key else identity.workspace_id
    except (ClockifyError, *NONSENSE):
        return None
    finally:
        db.close()


def known_account(db: Database, settings: Settings, environ: Mapping[str, str]) -> Account | None:
    """Return the account of the key in the environment, else of the profile's sign-in."""
    if given := api_key(environ):
        key = meta_value(db, key_mark(base_of(settings), given))
        return accounts.account(db, key) if key else None
    key = meta_value(db, profile_mark(settings.profile))
    found = accounts.account(db, key) if key else None
    if found is not None and settings.origin("api-url").layer == "environment":
        _refuse_other_host(found, base_of(settings))
    return found


def _refuse_other_host(account: Account, base: str) -> None:
    from clockify_cli.api.session import origin_of

    if origin_of(account.base_url) != origin_of(base):
        raise NotSignedIn(
            f"the stored key is for {origin_of(account.base_url)} and is not sent to "
            f"{origin_of(base)}",
            f"Set {API_KEY} too, or sign in there: `clockify login --api-url URL`.",
        )


def has_key(settings: Settings, environ: Mapping[str, str]) -> bool:
    """Return whether any source of a key is configured."""
    return bool(api_key(environ)) or any(map(settings.in_file, KEY_SETTINGS))


def base_of(settings: Settings) -> str:
    """Return the base URL that the settings name."""
    from clockify_cli.api.session import find_address

    return find_address(url=settings.api_url, region=settings.region).base


def wanted_workspace(
    db: Database, account: Account, settings: Settings, named: str | None
) -> Workspace:
    """Return the workspace *named* on the command line, else that of the settings.

    Raises as `choose_workspace`; UnknownWorkspace says which setting names a missing one.
    """
    try:
        return choose_workspace(db, account, named or settings.workspace)
    except NotFound as error:
        if named or settings.workspace is None:
            raise
        where = settings.origin("workspace").where
        raise UnknownWorkspace(
            f'{where} names the workspace "{quoted(settings.workspace)}", which this account does'
            " not have",
            "`clockify workspaces` lists the others; -w NAME or CLOCKIFY_WORKSPACE chooses one.",
        ) from error


def choose_workspace(db: Database, account: Account, wanted: str | None) -> Workspace:
    """Return the workspace of *account* that *wanted* names; without it, the active one.

    A workspace that the account has lost is found if it has anything stored here.
    """
    plain = workspace_of(db.one, account.key, wanted)
    found = accounts.workspace(db, account.key, plain) if plain is not None else None
    if found is not None:
        return found
    if wanted is None:
        raise NotFound(
            "the account has no workspace",
            "Create a workspace in Clockify, then run `clockify login`.",
        )
    try:
        return named_workspace(accounts.workspaces(db, account.key), wanted)
    except NotFound:
        lost = accounts.lost_workspaces(db, account.key)
        with suppress(NotFound):
            return named_workspace(lost, wanted)
        raise


def named_workspace(known: list[Workspace], wanted: str) -> Workspace:
    """Return the one of *known* that *wanted* names. Raises NotFound or Ambiguous."""
    from clockify_cli.domain.names import Candidate, not_found, resolve

    candidates = [Candidate("workspace", w.id, w.id, w.name) for w in known]
    if not candidates:
        raise not_found(wanted, candidates, "workspace")
    chosen = resolve(wanted, candidates)
    return next(w for w in known if w.id == chosen.local_id)


def account_values(account: Account, workspace: Workspace | None) -> dict[str, object]:
    """Return the account's settings under our keys: zone, week, clock, and working days.

    Invalid values are left out, as if Clockify had not sent them.
    """
    said = json.loads(account.settings)
    values: dict[str, object] = {}
    if zone := known_zone(_zone_said(account)):
        values["tz"] = zone
    if said.get("weekStart") in _WEEKDAYS:
        values["week-start"] = _WEEKDAYS.index(said["weekStart"])
    if said.get("timeFormat") in ("HOUR12", "HOUR24"):
        values["clock"] = said["timeFormat"][-2:]
    days = _working_days(workspace)
    if days:
        values["workdays"] = days
    return values


def unknown_zone_of(account: Account) -> str:
    """Return the zone of the account's settings if this machine does not know it; else ""."""
    zone = _zone_said(account)
    return shown(zone) if zone and not known_zone(zone) else ""


def _zone_said(account: Account) -> str:
    return (json.loads(account.settings).get("timeZone") or "").strip()


def _working_days(workspace: Workspace | None) -> frozenset[int]:
    """Working days are a list or, in some answers, a list as JSON text (sources differ)."""
    if workspace is None:
        return frozenset()
    said = json.loads(workspace.settings).get("workingDays")
    if isinstance(said, str) and said.startswith("["):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            return frozenset()
    if not isinstance(said, list):
        return frozenset()
    return frozenset(_WEEKDAYS.index(day) for day in said if day in _WEEKDAYS)


def address_of(ctx: AppContext) -> Address:
    """Return the address of this run's Clockify."""
    from clockify_cli.api.session import find_address

    settings = ctx.settings
    named = settings.origin("region").layer == "option"
    return find_address(url=None if named else settings.api_url, region=settings.region)


def key_of(ctx: AppContext) -> Key:
    """Return the key of this run. Raises NotSignedIn if there is no usable one."""
    from clockify_cli.api.session import find_address
    from clockify_cli.credentials import KeyPlaces, find_key

    settings = ctx.settings
    stored_for = find_address(url=settings.in_file("api-url"), region=settings.in_file("region"))
    places = KeyPlaces(
        profile=settings.profile,
        origin=stored_for.origin,
        command=settings.in_file("key-command") or "",
        keyring=bool(settings.in_file("keyring")),
        file=ctx.paths.config_file,
        file_key=settings.in_file("key") or "",
    )
    return find_key(places, address_of(ctx).origin, ctx.environ)


def connect(ctx: AppContext) -> Connection:
    """Return the account's connection, made once per run; a known key costs no request.

    Raises NotSignedIn without a usable key and if the settings name another address than the
    account's, KeyRefused if the key belongs to another user.
    """
    if ctx.connection is None:
        account = ctx.account
        if account is None:
            raise NotSignedIn("you are not signed in", "`clockify login` signs in.")
        _same_address(ctx, account)
        begun = time.monotonic()
        key = key_of(ctx)
        if key.notice:
            ctx.warn(key.notice)
        ctx.connection = open_connection(ctx, key, account.key, ctx.workspace)
        # The time that a slow key command or keyring takes is subtracted from Clockify's.
        ctx.connection.session.spent = time.monotonic() - begun
        _same_user(ctx, ctx.connection, account)
    return ctx.connection


def connected(ctx: AppContext) -> tuple[Connection, Account]:
    """Return the connection and its account. Raises as `connect`."""
    connection = connect(ctx)
    assert ctx.account is not None  # noqa: S101 (connect has raised NotSignedIn otherwise)
    return connection, ctx.account


def open_connection(ctx: AppContext, key: Key, account: str, workspace: str) -> Connection:
    """Return a connection with *key*; its requests count for *account* (a key of the store)."""
    from clockify_cli.api.endpoints import Clockify
    from clockify_cli.api.session import Session
    from clockify_cli.sync.guard import LedgerLimiter

    def plan_of(workspace_id: str) -> str | None:
        known = accounts.workspace(ctx.db, account, workspace_id)
        return known.plan if known else None

    limiter = LedgerLimiter(
        ctx.db, ctx.clock, account=account, workspace=workspace, plan_of=plan_of
    )
    longest = ctx.settings.sync_deadline.total_seconds()
    session = Session(address_of(ctx), key.value, limiter, deadline=longest, environ=ctx.environ)
    session.budget = longest
    return Connection(Clockify(session, now=ctx.clock.now), session, limiter, key, longest)


def _same_address(ctx: AppContext, account: Account) -> None:
    """One user at two addresses is two accounts: rows of one are never sent to the other."""
    base = address_of(ctx).base
    if base != account.base_url:
        raise NotSignedIn(
            f"you are signed in at {account.base_url}, but the settings name {base}",
            f"Correct api-url or region, or sign in there: `clockify login --api-url {base}`",
        )


def _same_user(ctx: AppContext, connection: Connection, account: Account) -> None:
    """Rows are sent only with their own user's key: Clockify is asked about a new key."""
    mark = key_mark(account.base_url, connection.key.value)
    if meta_value(ctx.db, mark) == account.key:
        return
    try:
        user = connection.remote.user()
    except KeyRefused as error:
        from clockify_cli.credentials import refused_from

        raise refused_from(connection.key, error) from None
    refuse_other_user(account, user.id, user.name)
    with ctx.db.transaction():
        put_meta(ctx.db, mark, account.key)


def refuse_other_user(account: Account, user_id: str, name: str) -> None:
    """Raise KeyRefused unless *user_id*, called *name*, is the user of *account*."""
    if user_id != account.user_id:
        theirs, ours = name or "another user", account.name
        if theirs == ours:
            theirs, ours = f"{theirs} (id {user_id})", f"another {ours} (id {account.user_id})"
        raise KeyRefused(
            f"the API key belongs to {theirs}, but this timesheet to {ours}",
            "`clockify login` signs in with that key; waiting changes stay with their own account.",
        )


def signed_in(ctx: AppContext) -> Account:
    """Return the account of the run (while it uses ``local``, of the profile); else NotSignedIn."""
    found = account_here(ctx)
    if found is None:
        raise NotSignedIn("you are not signed in", _way_in(ctx))
    return found


def account_here(ctx: AppContext) -> Account | None:
    """Return the account of the run (while it uses ``local``, of the profile) or None."""
    return ctx.account or known_account(ctx.db, ctx.settings, ctx.environ)


def _way_in(ctx: AppContext) -> str:
    waits = unsent_text(sum(journal.strangers(ctx.db, None).values()))
    return " ".join(filter(None, (waits, "`clockify login` signs in.")))
