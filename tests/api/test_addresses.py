"""Tests of which addresses can be Clockify's, and of what is derived from one."""

from __future__ import annotations

import pytest

from clockify_cli.api.session import (
    Address,
    custom_address,
    find_address,
    origin_of,
    region_address,
)
from clockify_cli.errors import UsageError


@pytest.mark.parametrize(
    ("region", "base", "reports"),
    [
        ("global", "https://api.clockify.me/api/v1", "https://reports.api.clockify.me/v1"),
        ("eu", "https://euc1.clockify.me/api/v1", "https://euc1.clockify.me/report/v1"),
        ("us", "https://use2.clockify.me/api/v1", "https://use2.clockify.me/report/v1"),
        ("uk", "https://euw2.clockify.me/api/v1", "https://euw2.clockify.me/report/v1"),
        ("au", "https://apse2.clockify.me/api/v1", "https://apse2.clockify.me/report/v1"),
    ],
)
def test_each_region_has_its_base_and_its_reports(region: str, base: str, reports: str) -> None:
    assert region_address(region) == Address(base, reports)


def test_a_word_that_is_no_region_names_those_that_are() -> None:
    with pytest.raises(UsageError) as caught:
        region_address("moon")
    assert "eu" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "base", "reports"),
    [
        ("https://C.Test/api/v1/", "https://c.test/api/v1", "https://c.test/report/v1"),
        ("https://c.test:443/api/v1", "https://c.test/api/v1", "https://c.test/report/v1"),
        ("https://c.test:8443/x/api/v1", "https://c.test:8443/x/api/v1",
         "https://c.test:8443/x/report/v1"),
        ("https://c.test", "https://c.test", "https://c.test/report/v1"),
        ("https://c.test/v1", "https://c.test/v1", "https://c.test/report/v1"),
        ("https://api.clockify.me/api/v1", "https://api.clockify.me/api/v1",
         "https://reports.api.clockify.me/v1"),
    ],
)  # fmt: skip
def test_reports_are_derived_from_the_base(url: str, base: str, reports: str) -> None:
    assert custom_address(url) == Address(base, reports)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080/api/v1", "http://localhost/api/v1", "http://[::1]:80/api/v1",
     "http://127.8.9.10/api/v1", "https://127.0.0.1/api/v1"],
)  # fmt: skip
def test_this_machine_may_be_spoken_to_without_tls(url: str) -> None:
    assert custom_address(url).loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://api.clockify.me/api/v1",
        "http://127.0.0.1.evil.test/api/v1",
        "http://localhost.evil.test/",
        "http://127.0.0.256/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "https://",
        "https:///api/v1",
        "https://:443/api",
        "https://user:pw@c.test/api/v1",
        "https://user@c.test/api/v1",
        "https://c.test/api/v1#x",
        "https://c.test/api/v1#",
        "https://c.test/api/v1?x=1",
        "https://c.test/api/v1?",
        "file:///etc/passwd",
        "ftp://c.test/",
        "javascript:alert(1)",
        "c.test/api/v1",
        "//c.test/api/v1",
        "",
        "https://clöckify.test/api/v1",
        "https://clockify。test/api/v1",
        "https://xn--clckify-90a.test/api/v1",
        "https://c.test:0/api/v1",
        "https://c.test:65536/api/v1",
        "https://c.test:/api/v1",
        "https://c.test:x/api/v1",
        "https://c.test/api/../v1",
        "https://c.test/%2e%2e/v1",
        "https://c.test//evil/v1",
        "https://c.test\\@evil.test/api/v1",
        "https://c.test /api/v1",
        "https://c.test/api\n/v1",
        "https://c_.test/api/v1",
        "https://-c.test/api/v1",
        "https://[::1/api/v1",
        "https://c.test/\x1b[31m",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        custom_address(url)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        custom_address("https://user:hunter2@c.test/api/v1")
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_an_address_is_the_url_else_the_region_else_the_global_one() -> None:
    assert find_address(url="https://c.test", region="eu").host == "c.test"
    assert find_address(url="", region="eu").host == "euc1.clockify.me"
    assert find_address().host == "api.clockify.me"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://C.Test:443/x", "https://c.test"),
        ("https://c.test:444/x?y", "https://c.test:444"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_scheme_host_and_unusual_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert Address(url, "").host == origin.partition("//")[2]
