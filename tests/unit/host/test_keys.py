"""Keys and the endpoint: without what a copy brought along, or refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.errors import BadInput
from fc_guard.host.keys import ACCOUNT, KEYS, credential_of
from fc_guard.net.words import in_words, place_of

HOSTS = {"AccessKeyID": "AKid", "AccessKeySecret": "secret", "SecurityToken": "token/+==", "AccountID": "1234"}


def told(**changed: Any) -> dict[str, Any]:
    return {"credential": {**HOSTS, **changed}}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*KEYS.values(), ACCOUNT[1]):
        monkeypatch.delenv(name, raising=False)


def test_white_space_around_a_key_is_no_part_of_it() -> None:
    spaced = {name: f" {value}\r\n" for name, value in HOSTS.items()}
    found = credential_of({"credential": spaced})
    assert found == Credential("1234", "AKid", "secret", "token/+==")


def test_nor_is_it_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(KEYS.values(), ("AKid", "secret", "token"), strict=True):
        monkeypatch.setenv(name, f"{value}\n")
    monkeypatch.setenv(ACCOUNT[1], "1234\n")
    assert credential_of({}) == Credential("1234", "AKid", "secret", "token")


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("inside", ["\n", "\r\nX-Evil: 1", " ", "\0", "\x1b", "ü", "\u2028", "\u200b"])
def test_a_key_with_something_else_inside_is_refused_by_name_and_not_shown(name: str, inside: str) -> None:
    with pytest.raises(BadInput) as caught:
        credential_of(told(**{name: f"canary{inside}canary"}))
    assert caught.value.reference == "bad-credentials"
    assert name in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("account", ["1234.evil.com/", "1@evil", "12\n34", "12 34", "١٢"])
def test_an_account_that_would_lead_elsewhere_is_refused(account: str) -> None:
    with pytest.raises(BadInput, match="is not a number"):
        credential_of(told(AccountID=account))


def _endpoint(endpoint: str) -> str:
    from fc_guard.engine.run.reaching import reached_by as reached
    from fc_guard.inputs.layouts import LAYOUTS

    props = {"endpoint": endpoint, "region": "cn-hangzhou"}
    return reached(props, LAYOUTS[0], lambda: Credential("1", "a", "b")).endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://user:canary@host",
        "https://canary@host/path",
        "user:canary@host",
        "https://user:canary@ho st",
        "https://host/?token=canary",
        "https://host/#canary",
        "https://user:canary@host:99999",
        "https://user:canary@[::1",
    ],
)
def test_an_endpoint_with_more_than_an_address_is_refused_and_not_shown(endpoint: str) -> None:
    with pytest.raises(BadInput) as caught:
        _endpoint(endpoint)
    assert caught.value.reference == "bad-endpoint"
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["ftp://host", "https://", "https://host:0", "https://ho\nst", "https://hôst"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(BadInput, match="neither `local` nor a URL"):
        _endpoint(endpoint)


def test_white_space_around_an_endpoint_is_no_part_of_it() -> None:
    assert _endpoint(" https://host:8080/path/ \n") == "https://host:8080/path"


def test_what_the_libraries_quote_is_not_told() -> None:
    from requests.exceptions import InvalidHeader

    assert "canary" not in in_words(InvalidHeader("Invalid leading whitespace in header value: 'canary'"))
    assert "canary" not in in_words(ValueError("Invalid header value b'canary\\n'"))
    assert place_of("https://user:canary@host:80/x") == "host:80"


def test_a_key_that_no_header_can_hold_is_not_in_the_error() -> None:
    from fc_guard.cloud.wire.guard import guarded

    answer = guarded("GET", "http://127.0.0.1:9/", {"x-fc-security-token": "canary\n"})
    assert answer.status is None
    assert "canary" not in answer.problem
