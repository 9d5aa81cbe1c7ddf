"""The way to Clockify: the key, the session and the rate limiter, made when first needed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from clockify_cli.errors import KeyRefused, NotSignedIn
from clockify_cli.store import accounts, meta
from clockify_cli.store.glance import key_mark
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext
    from clockify_cli.api.addresses import Address
    from clockify_cli.api.endpoints import Clockify
    from clockify_cli.api.session import Session
    from clockify_cli.credentials import Key
    from clockify_cli.store.accounts import Account
    from clockify_cli.sync.rate_limiter import LedgerLimiter


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
        """The person waits: what comes may take so many *times* as long as one request."""
        self.session.budget = self.session.spent + times * self.longest


def address_of(ctx: AppContext) -> Address:
    """Where this run's Clockify is."""
    from clockify_cli.api.addresses import find_address

    settings = ctx.settings
    named = settings.origin("region").layer == "option"
    return find_address(url=None if named else settings.api_url, region=settings.region)


def key_of(ctx: AppContext) -> Key:
    """The key of this run. Raises NotSignedIn where there is none that may be used."""
    from clockify_cli.api.addresses import find_address
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
    account's, KeyRefused where the key is another user's.
    """
    if ctx.connection is None:
        account = ctx.account
        if account is None:
            raise NotSignedIn("you are not signed in", "`clockify login` connects Clockify.")
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
    from clockify_cli.sync.rate_limiter import LedgerLimiter

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
            f"you are signed in at {account.base_url}, and the settings say {base}",
            f"Correct api-url or region, or sign in there: `clockify login --api-url {base}`",
        )


def _same_user(ctx: AppContext, connection: Connection, account: Account) -> None:
    """Rows go out with a key of their own user alone: a key that is new here is asked about."""
    mark = key_mark(account.base_url, connection.key.value)
    if meta.value(ctx.db, mark) == account.key:
        return
    user = connection.remote.user()
    refuse_other_user(account, user.id, user.name)
    with ctx.db.transaction():
        meta.put(ctx.db, mark, account.key)


def refuse_other_user(account: Account, user_id: str, name: str) -> None:
    """KeyRefused unless *user_id*, called *name*, is the user of *account*."""
    if user_id != account.user_id:
        raise KeyRefused(
            f"the key belongs to {name or 'another user'}, but the timesheet to {account.name}",
            "`clockify login` signs in with it; what is waiting stays with its own account.",
        )
