"""Tests that a part of a key is noticed, however it is written."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.fake_clockify.keys import key_in, made_up_key

KEY = made_up_key("somebody")
LONG = 8 + 32
"""The length of the repetitive part of a key."""
WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "quoted": quote,
    "percent": lambda text: "".join(f"%{ord(char):02X}" for char in text),
    "percent in small letters": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "as JSON may": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "as Python may": lambda text: "".join(f"\\x{ord(char):02x}" for char in text),
    "hexadecimal": lambda text: text.encode().hex(),
}


@pytest.mark.parametrize("way", WAYS)
def test_any_eight_characters_are_found(way: str) -> None:
    for at in range(LONG - 8):
        piece = WAYS[way](KEY[at : at + 8])
        assert key_in(f"token: {piece}.".encode()), piece
        assert key_in("\0".join(piece).encode("utf-8")), piece
        assert not key_in(f"token: {piece[:-1]}.".encode()), piece


def test_any_eight_characters_of_a_key_in_base64_are_found() -> None:
    for before in ("", "x", "xx"):
        coded = base64.b64encode(f"{before}{KEY}".encode()).decode()[4:48]
        for at in range(len(coded) - 8):
            assert key_in(coded[at : at + 8].encode()), (before, at)


def test_what_holds_no_piece_is_not_taken_for_a_key() -> None:
    assert not key_in(b"")
    assert not key_in(f"{KEY[:7]} {KEY[4:11]} {KEY[:4]}{KEY[:4]}".encode())
    assert not key_in(base64.b64encode(b"Kq7Z of something else"))
