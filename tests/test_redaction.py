"""Tests of what is left of an address that contains a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.redaction import address_shown, without_passwords

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://api.clockify.me/api/v1", "https://api.clockify.me/api/v1"),
        ("http://user:hunter2@c.test/api/v1", "http://****@c.test/api/v1"),
        ("http://hunter2@c.test", "http://****@c.test"),
        ("http://user:hunt@er2@c.test/x", "http://****@c.test/x"),
        ("http://user:hunter/2@c.test/x", "http://****@c.test/x"),
        ("http://user:hunter?2@c.test/x", "http://****@c.test/x"),
        ("http://user:hunter#2@c.test/x", "http://****@c.test/x"),
        ("http:user:hunter2@c.test", "****@c.test"),
        ("user:hunter2@c.test/api/v1", "****@c.test/api/v1"),
        ("https://c.test/api/v1?token=hunter2", "https://c.test/api/v1?****"),
        ("https://c.test/api/v1#hunter2", "https://c.test/api/v1#****"),
        ("https://c.test/api/v1;hunter2", "https://c.test/api/v1;****"),
        ("Zm9vYmFyQ2xvY2tpZnlDYW5hcnlLZXkwMTIz", "****"),
        ("localhost", "localhost"),
        ("/etc/ssl/certs/ca.pem", "/etc/ssl/certs/ca.pem"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret_in_it(address: str, shown: str) -> None:
    assert address_shown(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot reach http://u:hunter2@h.test:1/x now", "cannot reach http://****@h.test:1/x now"),
        ('"https://hunter2@h.test", and more', '"https://****@h.test", and more'),
        ("curl -H x https://h.test/?id=3&api_key=hunter2&b=1 | sh",
         "curl -H x https://h.test/?id=3&api_key=****&b=1 | sh"),
        ("https://h.test/?access_token=hunter2", "https://h.test/?access_token=****"),
        ("https://h.test/?X-Amz-Signature=hunter2", "https://h.test/?X-Amz-Signature=****"),
        ("ada@acme.test wrote of https://h.test/?page=2",
         "ada@acme.test wrote of https://h.test/?page=2"),
        ("no address: a@b, key=hunter2", "no address: a@b, key=hunter2"),
    ],
)  # fmt: skip
def test_a_text_is_shown_without_the_passwords_of_its_addresses(text: str, shown: str) -> None:
    assert without_passwords(text) == shown
    assert without_passwords(shown) == shown


_PLAIN = st.text(st.sampled_from("abcXYZ019-._~!$&*+=%/:"), max_size=12)


@given(before=_PLAIN, after=_PLAIN, scheme=st.sampled_from(["http", "HTTPS", "socks5", "x+y"]))
def test_no_password_is_left_wherever_it_is(before: str, after: str, scheme: str) -> None:
    address = f"{scheme}://{before}{SECRET}{after}@host.test/path"
    assert SECRET not in address_shown(address)
    assert SECRET not in without_passwords(f"error: {address} is wrong")
    assert address_shown(address).endswith("@host.test/path")
