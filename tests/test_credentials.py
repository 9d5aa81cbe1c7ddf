"""Tests of API keys: their form, where they are found, who may get them, that none is shown."""

from __future__ import annotations

import base64
import io
import json
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli import credentials
from clockify_cli.credentials import (
    Key,
    KeyPlaces,
    checked_key,
    environment_without_key,
    find_key,
    key_from_command,
    keyring_delete,
    keyring_get,
    keyring_set,
    masked,
    read_key,
    redacted,
)
from clockify_cli.errors import ConfigError, NotSignedIn, UsageError

KEY = "Zm9vYmFyQ2xvY2tpZnlDYW5hcnlLZXkwMTIzNDU2Nzg5WFla"
ORIGIN = "https://api.clockify.me"
NOWHERE = KeyPlaces(profile="default", origin=ORIGIN)
PYTHON = shlex.quote(sys.executable)

BAD_KEYS = [
    "",
    " ",
    f" {KEY}",
    f"{KEY} ",
    f"{KEY}\n",
    f"{KEY[:10]}\n{KEY[10:]}",
    f"{KEY}\r\nHost: evil.test",
    f"{KEY}\x00",
    f"{KEY}\x1b[31m",
    f"{KEY}\x7f",
    "schlüssel" + KEY,
    KEY + "\u2028",
    "\N{GREEK SMALL LETTER ALPHA}" * 40,
    "\udc80" + KEY,
    "x" * 257,
    f"Bearer {KEY}",
    f"bearer{KEY}",
    f"X-Api-Key: {KEY}",
]


@pytest.mark.parametrize("text", BAD_KEYS, ids=ascii)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UsageError, match="not a Clockify key") as caught:
        checked_key(text, "the test")
    shown = caught.value.message + caught.value.hint + repr(caught.value)
    assert KEY[:8] not in shown
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", [KEY, "a", "x" * 256, "A1+/=_-."])
def test_what_can_be_a_key_is_taken_as_it_is(text: str) -> None:
    assert checked_key(text) == text


@pytest.mark.parametrize("around", ["", "\n", "\r\n", "\n\n", " \r\n\t\n"])
def test_a_key_is_read_from_a_stream_without_the_space_around_it(around: str) -> None:
    assert read_key(io.BytesIO((KEY + around).encode())) == KEY
    assert read_key(io.BytesIO((around + KEY + around).encode())) == KEY


@pytest.mark.parametrize(
    "data", [b"", b"\n", b" \n\n", KEY.encode() + b"\nmore\n", b"\xff" * 20,
             b"x" * 10_000_000],
)  # fmt: skip
def test_a_stream_with_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_key(io.BytesIO(data))


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n"])
def test_a_stream_with_nothing_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        read_key(io.BytesIO(data))
    assert caught.value.message == "standard input is empty"
    assert caught.value.code == "bad-key"


@pytest.mark.parametrize(
    ("key", "shown"), [(KEY, "****WFla"), ("x" * 11, "****"), ("abcdefghijkl", "****ijkl")]
)
def test_a_key_is_shown_by_its_end_at_most(key: str, shown: str) -> None:
    assert masked(key) == shown
    assert repr(Key(key, "file")) == f"Key({shown}, file)"
    assert Key(key, "file").masked == shown


@given(st.text(max_size=20), st.integers(0, len(KEY) - 8), st.integers(8, len(KEY)))
def test_no_eight_characters_of_a_key_are_left_in_a_text(
    around: str, start: int, length: int
) -> None:
    text = redacted(around + KEY[start : start + length] + around, KEY)
    assert not any(KEY[at : at + 8] in text for at in range(len(KEY) - 7))


@pytest.mark.parametrize(
    "coded",
    [
        KEY,
        repr(KEY),
        json.dumps({"k": KEY}),
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(b"X-Api-Key: " + KEY.encode()).decode(),
        base64.b64encode(b"a" + KEY.encode() + b"bc").decode(),
        base64.b64encode(b"ab" + KEY.encode()).decode(),
        KEY.encode().hex(),
    ],
)
def test_a_key_is_found_however_it_is_written(coded: str) -> None:
    shown = redacted(f"before {coded} after", KEY)
    assert "****" in shown
    assert not any(coded[at : at + 12] in shown for at in range(8, len(coded) - 20))
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_a_key_with_signs_is_found_percent_encoded() -> None:
    key = "ab+cd/ef=gh+ij/kl"
    assert "cd%2F" not in redacted(f"?key={quote(key, safe='')}", key)


def test_a_text_without_the_key_stays_as_it_is() -> None:
    assert redacted("Project doesn't belong to Workspace", KEY) == (
        "Project doesn't belong to Workspace"
    )
    assert redacted("a text", "") == "a text"
    assert redacted("a text", "te") == "a text"


def test_what_two_keys_share_is_masked_once() -> None:
    assert redacted(f"bad {KEY}", KEY[:16], KEY) == redacted(f"bad {KEY}", KEY) == "bad ****"


def test_without_any_key_the_way_to_one_is_told() -> None:
    with pytest.raises(NotSignedIn) as caught:
        find_key(NOWHERE, ORIGIN, {})
    assert "clockify login" in caught.value.hint
    assert caught.value.exit_code == 4


def test_the_environment_comes_first(tmp_path: Path) -> None:
    places = replace(NOWHERE, command="false", keyring=True, file_key="of-the-file")
    assert find_key(places, ORIGIN, {"CLOCKIFY_API_KEY": KEY}) == Key(KEY, "environment")


def test_an_empty_variable_is_as_good_as_none(key_file: Path) -> None:
    places = replace(NOWHERE, file=key_file, file_key=KEY)
    assert find_key(places, ORIGIN, {"CLOCKIFY_API_KEY": ""}).source == "file"
    assert find_key(places, ORIGIN, {"CLOCKIFY_API_KEY": " \n"}).source == "file"


def test_a_bad_key_in_the_environment_is_refused_by_the_variables_name() -> None:
    with pytest.raises(UsageError, match="CLOCKIFY_API_KEY"):
        find_key(NOWHERE, ORIGIN, {"CLOCKIFY_API_KEY": f"{KEY}\n"})


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.touch(0o600)
    return file


def test_a_command_comes_before_the_file(key_file: Path) -> None:
    command = f"{PYTHON} -c \"print('{KEY}')\""
    places = replace(NOWHERE, command=command, file=key_file, file_key="of-the-file")
    assert find_key(places, ORIGIN, os.environ) == Key(KEY, "key-command")


@pytest.mark.parametrize(
    "places",
    [
        replace(NOWHERE, file_key=KEY),
        replace(NOWHERE, command="echo x"),
        replace(NOWHERE, keyring=True),
    ],
)
def test_a_stored_key_goes_to_no_other_host(places: KeyPlaces) -> None:
    with pytest.raises(NotSignedIn, match=r"is not sent to https://elsewhere\.test") as caught:
        find_key(places, "https://elsewhere.test", {})
    assert "CLOCKIFY_API_KEY" in caught.value.hint


def test_a_key_of_the_environment_goes_where_the_environment_says() -> None:
    found = find_key(NOWHERE, "https://elsewhere.test", {"CLOCKIFY_API_KEY": KEY})
    assert found.value == KEY


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602])
def test_a_key_in_a_file_that_others_can_read_is_not_used(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    places = replace(NOWHERE, file=key_file, file_key=KEY)
    with pytest.raises(NotSignedIn) as caught:
        find_key(places, ORIGIN, {})
    assert f"chmod 600 {key_file}" in caught.value.hint
    assert key_file.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_key_in_a_folder_that_others_can_write_is_not_used(key_file: Path, mode: int) -> None:
    key_file.parent.chmod(mode)
    places = replace(NOWHERE, file=key_file, file_key=KEY)
    with pytest.raises(NotSignedIn, match="others can write to") as caught:
        find_key(places, ORIGIN, {})
    assert f"chmod 700 {key_file.parent}" in caught.value.hint
    key_file.parent.chmod(0o755)
    assert find_key(places, ORIGIN, {}).value == KEY


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_in_somebody_elses_file_is_not_used(key_file: Path) -> None:
    os.chown(key_file, 65534, 65534)
    with pytest.raises(NotSignedIn, match="somebody else"):
        find_key(replace(NOWHERE, file=key_file, file_key=KEY), ORIGIN, {})


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    places = replace(NOWHERE, file=tmp_path / "none", file_key=KEY)
    with pytest.raises(NotSignedIn, match="cannot be read"):
        find_key(places, ORIGIN, {})


# --- key command -----------------------------------------------------------------------------


def test_a_command_is_split_into_words_and_no_shell_reads_it(tmp_path: Path) -> None:
    script = tmp_path / "show.py"
    script.write_text("import sys; print(sys.argv[1:])")
    marker = tmp_path / "made"
    printed = key_from_command(f"{PYTHON} {script} 'a b' $HOME ; touch {marker}", os.environ)
    assert printed == str(["a b", "$HOME", ";", "touch", str(marker)])
    assert not marker.exists()


def test_the_first_line_of_a_command_is_the_key() -> None:
    assert key_from_command(f"{PYTHON} -c \"print('{KEY}'); print('notes')\"", os.environ) == KEY


def test_a_command_does_not_see_the_key_of_the_environment() -> None:
    code = "import os; print('CLOCKIFY_API_KEY' in os.environ)"
    environ = {**os.environ, "CLOCKIFY_API_KEY": KEY}
    assert key_from_command(f'{PYTHON} -c "{code}"', environ) == "False"


@pytest.mark.parametrize("command", ["'open", "   "])
def test_a_command_that_cannot_be_read_is_a_matter_of_configuration(command: str) -> None:
    with pytest.raises(ConfigError, match="key-command"):
        key_from_command(command, {})


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("/no/such/program x", '^key-command cannot be run: "/no/such/program": No such file'),
        (f"{PYTHON} -c 1/0", "^key-command ended with status 1"),
    ],
)
def test_a_command_that_fails_is_named(command: str, why: str) -> None:
    with pytest.raises(NotSignedIn, match=why):
        key_from_command(command, {})


def test_what_a_failing_command_complains_of_is_shown_without_the_key() -> None:
    code = f"import sys; print('{KEY}'); sys.exit('no agent\\n+ echo {KEY}\\ncall it')"
    with pytest.raises(NotSignedIn, match="status 1") as caught:
        key_from_command(f'{PYTHON} -c "{code}"', os.environ)
    assert caught.value.details == ("no agent", "+ echo ****", "call it")


def test_a_command_that_hangs_is_left_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_COMMAND_SECONDS", 0.2)
    with pytest.raises(NotSignedIn, match="did not answer within"):
        key_from_command(f'{PYTHON} -c "import time; time.sleep(10**6)"', os.environ)


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("", "^key-command printed nothing$"),
        (r"\n \t\n", "^key-command printed nothing$"),
        ("no key here", "^what key-command printed is not a Clockify key$"),
        ("Bearer-" + KEY, "^what key-command printed is not a Clockify key$"),
        ("x" * 300, "^what key-command printed is not a Clockify key$"),
        (r"caf\u00e9", "^what key-command printed is not a Clockify key$"),
    ],
)
def test_a_command_that_prints_no_key_is_named_by_its_setting(printed: str, why: str) -> None:
    places = replace(NOWHERE, command=f"{PYTHON} -c \"print('{printed}')\"")
    with pytest.raises(NotSignedIn, match=why) as caught:
        find_key(places, ORIGIN, os.environ)
    assert caught.value.code == "bad-key"
    assert "clockify config set key-command" in caught.value.hint
    assert not printed or printed not in str(caught.value.args) + caught.value.hint


def test_a_key_in_the_file_that_is_none_is_named_by_its_setting(key_file: Path) -> None:
    places = replace(NOWHERE, file=key_file, file_key="no key here")
    with pytest.raises(NotSignedIn, match=r"^the setting key in .* is not a Clockify key$"):
        find_key(places, ORIGIN, {})


def test_a_child_gets_the_environment_without_the_key() -> None:
    assert environment_without_key({"A": "1", "CLOCKIFY_API_KEY": KEY}) == {"A": "1"}


# --- keyring ---------------------------------------------------------------------------------

SECURE = """
import json, os, pathlib
store = pathlib.Path(os.environ["CANARY_STORE"])
class SecretBackend:
    def _all(self): return json.loads(store.read_text()) if store.exists() else {}
    def get_password(self, service, name): return self._all().get(service + name)
    def set_password(self, service, name, key):
        store.write_text(json.dumps(self._all() | {service + name: key}))
    def delete_password(self, service, name):
        store.write_text(json.dumps({k: v for k, v in self._all().items() if k != service + name}))
def get_keyring(): return SecretBackend()
"""
INSECURE = """
class PlaintextKeyring:
    def get_password(self, service, name): return "plain"
def get_keyring(): return PlaintextKeyring()
"""
JUNK = """
class SecretService:
    def get_password(self, service, name): return "no key here"
def get_keyring(): return SecretService()
"""
NONE_HERE = """
class Keyring: pass
Keyring.__module__ = "keyring.backends.fail"
def get_keyring(): return Keyring()
"""
CHAIN = """
class PlaintextKeyring: pass
class Good:
    def get_password(self, service, name): return "chained"
class Chain: backends = [PlaintextKeyring(), Good()]
def get_keyring(): return Chain()
"""
BROKEN = """
from keyring.errors import KeyringError
def get_keyring(): raise KeyringError("dbus-launch terminated abnormally")
"""
HANGING = "import time\ndef get_keyring(): time.sleep(10**6)"
TELLTALE = """
import os
class Good:
    def get_password(self, service, name):
        return "-".join(sorted(set(os.environ) & {"DISPLAY", "CLOCKIFY_API_KEY"})) or "clean"
def get_keyring(): return Good()
"""


@pytest.fixture
def keyring_of(tmp_path: Path) -> object:
    def make(code: str) -> Mapping[str, str]:
        package = tmp_path / "keyring"
        package.mkdir()
        (package / "__init__.py").write_text(code)
        (package / "errors.py").write_text("class KeyringError(Exception): pass")
        return {
            **os.environ,
            "PYTHONPATH": str(tmp_path),
            "CANARY_STORE": str(tmp_path / "store"),
            "CLOCKIFY_API_KEY": "of-the-environment",
            "DISPLAY": ":0",
        }

    return make


def keyring(make: object, code: str) -> Mapping[str, str]:
    assert callable(make)
    environ = make(code)
    assert isinstance(environ, dict)
    return environ


def test_a_keyring_keeps_a_key_for_a_profile_and_a_host(keyring_of: object) -> None:
    environ = keyring(keyring_of, SECURE)
    keyring_set("work", ORIGIN, KEY, environ)
    assert keyring_get("work", ORIGIN, environ) == KEY
    for profile, origin in (("home", ORIGIN), ("work", "https://elsewhere.test")):
        with pytest.raises(NotSignedIn, match="holds no key"):
            keyring_get(profile, origin, environ)
    keyring_delete("work", ORIGIN, environ)
    with pytest.raises(NotSignedIn, match="holds no key"):
        keyring_get("work", ORIGIN, environ)


@pytest.mark.parametrize(
    ("code", "why"),
    [(INSECURE, "unprotected"), (BROKEN, "cannot be used"), (NONE_HERE, "not available")],
)
def test_a_keyring_that_is_no_keyring_is_refused(keyring_of: object, code: str, why: str) -> None:
    with pytest.raises(NotSignedIn, match=why):
        keyring_get("work", ORIGIN, keyring(keyring_of, code))


def test_of_a_chain_the_first_secure_one_is_asked(keyring_of: object) -> None:
    assert keyring_get("work", ORIGIN, keyring(keyring_of, CHAIN)) == "chained"


def test_a_keyring_sees_neither_the_key_nor_a_display(keyring_of: object) -> None:
    assert keyring_get("work", ORIGIN, keyring(keyring_of, TELLTALE)) == "clean"


def test_a_keyring_that_hangs_is_left_and_the_file_used_with_notice(
    keyring_of: object, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "_KEYRING_SECONDS", 0.3)
    environ = environment_without_key(keyring(keyring_of, HANGING))
    places = replace(NOWHERE, keyring=True, file=key_file, file_key=KEY)
    found = find_key(places, ORIGIN, environ)
    assert (found.value, found.source) == (KEY, "file")
    assert "did not answer within" in found.notice


def test_a_keyring_that_fails_without_a_file_says_so(keyring_of: object) -> None:
    environ = environment_without_key(keyring(keyring_of, BROKEN))
    with pytest.raises(NotSignedIn, match="cannot be used"):
        find_key(replace(NOWHERE, keyring=True), ORIGIN, environ)


def test_a_keyring_that_holds_no_key_is_named_by_its_setting(
    keyring_of: object, key_file: Path
) -> None:
    environ = environment_without_key(keyring(keyring_of, JUNK))
    junk = r"the system keyring \(setting keyring\) holds is not a Clockify key"
    with pytest.raises(NotSignedIn, match=junk) as caught:
        find_key(replace(NOWHERE, keyring=True), ORIGIN, environ)
    assert "clockify login --keyring" in caught.value.hint
    found = find_key(replace(NOWHERE, keyring=True, file=key_file, file_key=KEY), ORIGIN, environ)
    assert (found.value, found.source) == (KEY, "file")
    assert "is not a Clockify key; the key in the configuration file is used" in found.notice


def test_a_key_of_the_keyring_is_used_where_one_is_configured(keyring_of: object) -> None:
    environ = environment_without_key(keyring(keyring_of, SECURE))
    keyring_set("default", ORIGIN, KEY, environ)
    found = find_key(replace(NOWHERE, keyring=True), ORIGIN, environ)
    assert found == Key(KEY, "keyring")


def test_a_missing_library_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "keyring.py").write_text("raise ImportError")
    with pytest.raises(NotSignedIn, match="pip install"):
        keyring_get("work", ORIGIN, {**os.environ, "PYTHONPATH": str(tmp_path)})


def test_nothing_of_a_keyring_is_taken_from_the_current_folder(
    keyring_of: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = dict(keyring(keyring_of, CHAIN))
    del environ["PYTHONPATH"]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotSignedIn):
        keyring_get("work", ORIGIN, environ)
