"""Tests that our own words say why there is no answer."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest
import requests
import urllib3

from clockify_cli.api.outcomes import reason_of


def nested(error: Exception) -> requests.ConnectionError:
    """Wrap a system error as requests and urllib3 do."""
    protocol = urllib3.exceptions.ProtocolError("Connection aborted.", error)
    return requests.ConnectionError(protocol)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(-2, "x"), "the name HOST could not be looked up"),
        (ConnectionRefusedError(), "HOST refused the connection"),
        (ConnectionResetError(), "HOST closed the connection"),
        (ssl.SSLEOFError(8, "EOF occurred"), "HOST closed the connection"),
        (http.client.IncompleteRead(b"x"), "HOST closed the connection"),
        (http.client.BadStatusLine("HTTP/1.1 20"), "HOST did not answer in HTTP"),
        (TimeoutError("x"), "HOST did not answer in time"),
        (OSError("Tunnel connection failed: 407 \x1b[31m"),
         "the proxy refused to connect to HOST: HTTP 407"),
        (ValueError("secret"), "the connection to HOST broke (ValueError)"),
        (ssl.SSLError(1, "x"), "the secure connection to HOST failed: SSLError"),
    ],
)  # fmt: skip
def test_the_cause_is_found_however_it_is_wrapped(error: Exception, reason: str) -> None:
    assert reason_of(nested(error), "HOST") == reason


def test_a_librarys_words_are_never_repeated() -> None:
    error = requests.exceptions.InvalidHeader("Invalid header value: 'top secret key'")
    assert "secret" not in reason_of(error, "HOST")


def test_causes_in_a_circle_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert reason_of(one, "HOST").startswith("the connection")
