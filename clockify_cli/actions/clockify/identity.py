"""Whose timesheet this run uses, decided locally without a request."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from clockify_cli.config.files import shown
from clockify_cli.config.settings import known_zone, load_settings
from clockify_cli.domain.entry import LOCAL
from clockify_cli.domain.names import Candidate, not_found, quoted, resolve
from clockify_cli.environment import API_KEY, api_key
from clockify_cli.errors import ClockifyError, KeyRefused, NotFound, NotSignedIn
from clockify_cli.paths import find_paths
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.db.file import NONSENSE
from clockify_cli.store.glance import key_mark, profile_mark, workspace_of
from clockify_cli.store.sync import accounts
from clockify_cli.store.sync.accounts import Account, Workspace
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext
    from clockify_cli.api.endpoints import Clockify
    from clockify_cli.api.session import Address, Session
    from clockify_cli.config.settings import Settings
    from clockify_cli.credentials import Key
    from clockify_cli.store.sync.accounts import Account
    from clockify_cli.sync.guard import LedgerLimiter


KEY_SETTINGS = ("key", "key-command", "keyring")
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class UnknownWorkspace(NotFound):
    """The settings name a workspace that the account does not have."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The *account* that a run works for, None without one, and its *workspace*.

    *unknown_key*: a key is configured, and Clockify was never asked whose it is.
    *lost*: the settings name a workspace that the account does not have, so there is none.
    *owner*: the account, also where the run works in ``local``: a person has one zone and one week.
    """

    account: Account | None = None
    workspace: Workspace | None = None
    unknown_key: bool = False
    lost: UnknownWorkspace | None = None
    owner: Account | None = None

    @property
    def workspace_id(self) -> str:
        """``local``, or Clockify's id."""
        return self.workspace.id if self.workspace else LOCAL


def identify(
    db: Database,
    settings: Settings,
    environ: Mapping[str, str],
    named: str | None = None,
    *,
    lost_too: bool = False,
) -> Identity:
    """Who the run is for; *named* is a workspace that the command line names.

    Raises NotFound or Ambiguous for a workspace that the account does not have (one that only the
    settings name is told as `Identity.lost` where *lost_too*), and NotSignedIn if one is named
    without an account, or another Clockify than the stored key's.
    """
    wanted = named or settings.workspace
    account = known_account(db, settings, environ)
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
    """*settings* with what the account of a run says, as the timesheet at *path* holds it.

    To be shown, and nothing else: a timesheet that is missing or damaged says nothing, and neither
    does a key of which Clockify was never asked.
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
    """The workspace that a run of *profile* in *folder* would work in; None if none is known.

    Nothing is made, asked or said: this is for completion.
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
    """The account of the key in the environment, else the one that the profile signed in to."""
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
    """Whether any place of a key is configured."""
    return bool(api_key(environ)) or any(map(settings.in_file, KEY_SETTINGS))


def base_of(settings: Settings) -> str:
    """The base URL that the settings name."""
    from clockify_cli.api.session import find_address

    return find_address(url=settings.api_url, region=settings.region).base


def wanted_workspace(
    db: Database, account: Account, settings: Settings, named: str | None
) -> Workspace:
    """The workspace of *account* that the command line has *named*, else that of the settings.

    Raises as `choose_workspace`; UnknownWorkspace says which setting names one that is not there.
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
    """The workspace of *account* that *wanted* names; its active one if nothing is named.

    One that it has no more is found where there is something of it here.
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
    """The one of *known* that *wanted* names. Raises NotFound or Ambiguous."""
    candidates = [Candidate("workspace", w.id, w.id, w.name) for w in known]
    if not candidates:
        raise not_found(wanted, candidates, "workspace")
    chosen = resolve(wanted, candidates)
    return next(w for w in known if w.id == chosen.local_id)


def account_values(account: Account, workspace: Workspace | None) -> dict[str, object]:
    """What the account's settings say of ours: zone, week, clock, and the workspace's days.

    What makes no sense here is left out, as if it were not told.
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
    """The zone of the account's settings, to be shown, where this machine has none such."""
    zone = _zone_said(account)
    return shown(zone) if zone and not known_zone(zone) else ""


def _zone_said(account: Account) -> str:
    return (json.loads(account.settings).get("timeZone") or "").strip()


def _working_days(workspace: Workspace | None) -> frozenset[int]:
    """A list or, in some answers, JSON text of one (the vendor's file and what was seen differ)."""
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


@dataclass(slots=True)
class Connection:
    """Clockify as one run reaches it; no request ever takes longer than *longest* seconds.

    All requests of the run together take no longer either, unless the person waits.
    """

    remote: Clockify
    session: Session
    limiter: LedgerLimiter
    key: Key
    longest: float

    def limit(self, seconds: float) -> None:
        """The next request may take that long, or less."""
        self.session.deadline = min(seconds, self.longest)

    def left(self) -> float:
        """Seconds that requests may still take."""
        return self.session.left()

    def wait(self, times: float) -> None:
        """The person waits: what comes may take *times* times as long as one request."""
        self.session.budget = self.session.spent + times * self.longest


def address_of(ctx: AppContext) -> Address:
    """Where this run's Clockify is."""
    from clockify_cli.api.session import find_address

    settings = ctx.settings
    named = settings.origin("region").layer == "option"
    return find_address(url=None if named else settings.api_url, region=settings.region)


def key_of(ctx: AppContext) -> Key:
    """The key of this run. Raises NotSignedIn if there is none that may be used."""
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
    """The connection of the context's account, made once a run; no request is spent on a known key.

    Raises NotSignedIn without a usable key and where the settings name another address than the
    account's, KeyRefused if the key is another user's.
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
        # A command or a keyring that is slow to give the key leaves Clockify less time.
        ctx.connection.session.spent = time.monotonic() - begun
        _same_user(ctx, ctx.connection, account)
    return ctx.connection


def open_connection(ctx: AppContext, key: Key, account: str, workspace: str) -> Connection:
    """A connection with *key*, its requests counted for *account* (a key of the store)."""
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
    """One user at two addresses is two accounts: the rows of one never go to the other."""
    base = address_of(ctx).base
    if base != account.base_url:
        raise NotSignedIn(
            f"you are signed in at {account.base_url}, but the settings name {base}",
            f"Correct api-url or region, or sign in there: `clockify login --api-url {base}`",
        )


def _same_user(ctx: AppContext, connection: Connection, account: Account) -> None:
    """Rows go out with a key of their own user alone: a key that is new here is asked about."""
    mark = key_mark(account.base_url, connection.key.value)
    if meta_value(ctx.db, mark) == account.key:
        return
    user = connection.remote.user()
    refuse_other_user(account, user.id, user.name)
    with ctx.db.transaction():
        put_meta(ctx.db, mark, account.key)


def refuse_other_user(account: Account, user_id: str, name: str) -> None:
    """KeyRefused unless *user_id*, called *name*, is the user of *account*."""
    if user_id != account.user_id:
        raise KeyRefused(
            f"the API key belongs to {name or 'another user'}, but this timesheet to "
            f"{account.name}",
            "`clockify login` signs in with that key; waiting changes stay with their own account.",
        )
