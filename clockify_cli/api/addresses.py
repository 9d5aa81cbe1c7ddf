"""Where Clockify is: its regions, and what may stand in the place of one."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

REGIONS = {"global": "api", "eu": "euc1", "us": "use2", "uk": "euw2", "au": "apse2"}
"""The word of ``--region`` and the host's first label."""

_GLOBAL_REPORTS = "https://reports.api.clockify.me/v1"
_GLOBAL_PAGES = "https://app.clockify.me"
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_IPV6 = re.compile(r"[0-9a-f:.]+")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_IPV4_LOOPBACK = re.compile(r"127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}", re.ASCII)
_DEFAULT_PORTS = {"https": 443, "http": 80}
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Address:
    """One Clockify: *base* (``…/api/v1``) and *reports*, both without a slash at the end.

    *loopback* says that it is this machine: only then may *base* be plain http, and no proxy
    ever stands between.
    """

    base: str
    reports: str
    loopback: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port of *base*: what a stored key is bound to."""
        return origin_of(self.base)

    @property
    def host(self) -> str:
        """The host of *base*, with its port where that is not the usual one."""
        return self.origin.partition("//")[2]


def region_address(region: str) -> Address:
    """The address of a region; UsageError for a word that is none."""
    label = REGIONS.get(region)
    if label is None:
        raise UsageError(
            f"there is no region {region[:_SHOWN]!r}", f"Regions: {', '.join(REGIONS)}."
        )
    host = f"https://{label}.clockify.me"
    reports = _GLOBAL_REPORTS if region == "global" else f"{host}/report/v1"
    return Address(f"{host}/api/v1", reports)


def custom_address(url: str) -> Address:
    """The address that *url* (an ``/api/v1`` base) gives; UsageError says what is wrong with it."""
    parts = _split(url)
    host = _checked_host(url, parts)
    loopback = host in ("localhost", "::1") or bool(_IPV4_LOOPBACK.fullmatch(host))
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise _wrong(url, "it must begin with https:// (http:// is only for this computer)")
    base = f"{parts.scheme}://{_netloc(parts, host)}{parts.path.rstrip('/')}"
    return Address(base, _reports(base), loopback)


def find_address(*, url: str | None = None, region: str | None = None) -> Address:
    """The address of *url* where one is given, else of *region*, else the global one."""
    return custom_address(url) if url else region_address(region or "global")


def origin_of(url: str) -> str:
    """``scheme://host[:port]`` of a URL in lower case, the usual port left out."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{_netloc(parts, (parts.hostname or '').lower())}"


def web_origin(base: str) -> str:
    """Where the pages of the Clockify at *base* are: on the same host but for the global one."""
    return _GLOBAL_PAGES if base == region_address("global").base else origin_of(base)


def _reports(base: str) -> str:
    """Reports live beside the API on the same host; Clockify's global host has one of its own."""
    if base == region_address("global").base:
        return _GLOBAL_REPORTS
    prefix = base.removesuffix("/api/v1")
    return f"{prefix}/report/v1" if prefix != base else f"{origin_of(base)}/report/v1"


def _split(url: str) -> SplitResult:
    if not url.isascii():
        raise _wrong(url, "only plain ASCII letters can be in it (no international names)")
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise _wrong(url, "it holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _wrong(url, "it is not a web address") from None
    if "@" in parts.netloc:
        raise _wrong(url, "it must not hold a user name or password")
    if parts.fragment or parts.query or url.endswith(("#", "?")):
        raise _wrong(url, "it must not have a query or a fragment")
    if not _PATH.fullmatch(parts.path.rstrip("/")):
        raise _wrong(url, "its path must be plain, such as /api/v1")
    return parts


def _checked_host(url: str, parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if not host:
        raise _wrong(url, "it names no host")
    if parts.port == 0 or parts.netloc.endswith(":"):
        raise _wrong(url, "its port is not valid")
    if not (_HOST.fullmatch(host) or (":" in host and _IPV6.fullmatch(host))):
        raise _wrong(url, "its host is not a host name")
    if any(label.startswith("xn--") for label in host.split(".")):
        raise _wrong(url, "international host names are not supported")
    return host


def _netloc(parts: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    usual = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme.lower()))
    return shown if usual else f"{shown}:{parts.port}"


def _wrong(url: str, why: str) -> UsageError:
    from clockify_cli.redaction import address_shown

    return UsageError(
        f"{address_shown(url)[:_SHOWN]!r} cannot be the address of Clockify: {why}",
        "It looks like https://api.clockify.me/api/v1.",
    )
