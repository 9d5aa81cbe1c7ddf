"""Tests that a secret in an address is never shown, neither to the person nor in a file or log."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.faults.conftest import Signed
from tests.faults.person import Person

SECRET = "hunter2hunter2"
WITH_SECRET = (
    f"http://user:{SECRET}@clockify.test/api/v1",
    f"https://user:{SECRET}@clockify.test/api/v1",
    f"https://{SECRET}@clockify.test/api/v1",
    f"https://user:{SECRET} x@clockify.test/api/v1",
    f"https://user:{SECRET}/x@clockify.test/api/v1",
    f"https://user:{SECRET}é@clockify.test/api/v1",
    f"https:user:{SECRET}@clockify.test/api/v1",
    f"user:{SECRET}@clockify.test/api/v1",
    f"https://clockify.test/api/v1?token={SECRET}",
    f"https://clockify.test/api/v1#{SECRET}",
    f"https://clockify.test:0/api/v1?key={SECRET}",
    f"https://[::bad/{SECRET}@x",
)
ASKING = ("sync", "whoami", "status", "doctor", "log", "start Kt")


def _told(person: Person) -> str:
    """Return all output, and the content of all files except the configuration."""
    said = "".join(told.run.out + told.run.err for told in person.told)
    files = (path for path in person.home.rglob("*") if path.is_file())
    kept = (path.read_bytes().decode("latin-1") for path in files if path.name != "config.toml")
    return said + "".join(kept)


@pytest.mark.parametrize("address", WITH_SECRET)
def test_an_address_of_clockify_is_refused_without_its_secret(address: str, signed: Signed) -> None:
    person, fake = signed
    for words in ASKING:
        person.run_with("CLOCKIFY_API_URL", address, "--debug", *words.split())
    codes = {
        person("login", "--with-key", "--api-url", address, typed=fake.key).run.code,
        person("login", "--with-key", "--json", "--api-url", address, typed=fake.key).run.code,
        person("config", "set", "api-url", address).run.code,
        person("config", "set", "--json", "api-url", address).run.code,
    }
    assert codes == {2}
    person("config", "list")
    assert SECRET not in _told(person)


@pytest.mark.parametrize("address", WITH_SECRET)
def test_an_address_in_the_configuration_is_refused_without_its_secret(
    address: str, signed: Signed
) -> None:
    person, _ = signed
    config = person.home / "config" / "config.toml"
    text = config.read_text("utf-8")
    start = text.index("api-url")
    config.write_text(f'{text[:start]}api-url = "{address}"\n# {text[start:]}', "utf-8")
    for words in (*ASKING, "config list", "config get api-url", "config set tz UTC", "logout"):
        person("--debug", *words.split())
    assert SECRET not in _told(person)


VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY")
HOSTS = ("127.0.0.1:1", "nobody.invalid:3128", "[::bad", "h:99999", "")
ONE_HOST_EACH = {(VARIABLES[number % 4], host) for number, host in enumerate(HOSTS)}


@pytest.mark.parametrize(
    ("variable", "host"),
    [
        pair if pair in ONE_HOST_EACH else pytest.param(*pair, marks=pytest.mark.long)
        for pair in product(VARIABLES, HOSTS)
    ],
)
def test_a_proxy_that_fails_is_named_without_its_password(
    variable: str, host: str, signed: Signed
) -> None:
    person, fake = signed
    person.environ[variable] = f"http://user:{SECRET}@{host}"
    person("login", "--with-key", "--api-url", "https://clockify.test/api/v1", typed=fake.key)
    assert person.told[-1].run.code == 7
    named = host.startswith(("127", "nobody")) and variable != "HTTP_PROXY"
    assert not named or f"the proxy {host}" in person.told[-1].run.err
    person("doctor")
    person("--debug", "sync")
    assert SECRET not in _told(person)


def test_a_bundle_that_is_an_address_is_shown_without_its_secret(signed: Signed) -> None:
    person, _ = signed
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        person.environ[name] = f"https://user:{SECRET}@certs.test/ca.pem?token={SECRET}"
    told = person("doctor")
    assert "REQUESTS_CA_BUNDLE is ignored" in told.run.out
    person("doctor", "--json")
    person("sync")
    assert SECRET not in _told(person)


def test_a_bundle_decides_only_where_its_file_exists(signed: Signed, tmp_path: Path) -> None:
    person, _ = signed
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    person.environ["REQUESTS_CA_BUNDLE"] = str(tmp_path / "none.pem")
    person.environ["CURL_CA_BUNDLE"] = str(bundle)
    told = person("doctor").run.out
    assert f"REQUESTS_CA_BUNDLE is ignored: the file does not exist: {tmp_path}" in told
    assert f"CURL_CA_BUNDLE names the certificates to trust: {bundle}" in told


def test_a_command_in_a_setting_is_shown_without_the_password_of_its_address(
    signed: Signed,
) -> None:
    person, _ = signed
    command = f"curl https://user:{SECRET}@vault.test/key?token={SECRET}"
    person.ok("config", "set", "hook.sync", command)
    person.ok("config", "set", "--json", "hook.sync", command)
    for words in ("config list", "config list --json", "config get hook.sync", "doctor"):
        person(*words.split())
    person("config", "set", "key-command", f"'{command}")
    person("sync")
    assert SECRET not in _told(person)


def test_a_line_that_nobody_understands_is_quoted_without_the_password_of_its_address(
    signed: Signed,
) -> None:
    person, _ = signed
    address = f"https://user:{SECRET}@clockify.test/api/v1"
    for words in (
        (address,),
        ("sync", address),
        ("log", address),
        ("log", "--api-url", address),
        ("workspaces", "use", address),
        ("export", "-o", address),
        ("config", "get", address),
        ("edit", address, "-d", "x"),
        ("--profile", address, "status"),
    ):
        for json in ((), ("--json",)):
            person(*words, *json)
    assert SECRET not in _told(person)
