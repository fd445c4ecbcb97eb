"""The sink, and what it knows to be secret."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote, quote_plus

import pytest

from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.fields import Reveal
from fc_guard.model.files import is_secret_file
from fc_guard.render.known import MASK, Secrets, names_a_file
from fc_guard.render.paint import painter
from fc_guard.render.sink import Sink
from fc_guard.render.values import safe

SECRET = 'pa ss/"wörd"\\\t4711'
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"
    + "BKcwggSjAgEAAoIBAQ\n-----END RSA PRIVATE KEY-----\n"
)


def knowing(*values: object, opened: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> Secrets:
    secrets = Secrets()
    for value in values:
        secrets.learn(value)
    secrets.learn_open(*opened)
    secrets.learn_keys(*keys)
    return secrets


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        repr(SECRET)[1:-1],
        safe(SECRET),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_hidden_however_it_is_quoted(form: str) -> None:
    assert Sink(knowing(SECRET)).message(f"it is <{form}>.") == f"it is <{MASK}>."


@pytest.mark.parametrize(
    ("value", "text", "told"),
    [
        ("prod-4711", "prod-4711 is not", f"{MASK} is not"),
        ("prod", "production 'prod' prod", f"production '{MASK}' prod"),
        ("8080", "port 8080, actual: 8080", f"port 8080, actual: {MASK}"),
        ("secretword", "secretword actual: 'secretword'", f"secretword actual: '{MASK}'"),
        ("1234567890123", "id 1234567890123", f"id {MASK}"),
        (4711, "actual: '4711'", f"actual: '{MASK}'"),
        ({"k": ["nested-4711"]}, "nested-4711", MASK),
        ('{"k": "inner-4711"}', "inner-4711", MASK),
        ("pg://me:pw12@host/db", "no pw12 for me", f"no {MASK} for me"),
        ("aaaaaa1aaaaaa1", "aaaaaa1aaaaaa1aaaaaa1", MASK),
        (True, "it is true: 'true'", "it is true: 'true'"),
    ],
)
def test_what_is_hidden_and_where(value: object, text: str, told: str) -> None:
    assert Sink(knowing(value)).message(text) == told


def test_text_of_ours_is_searched_for_strong_secrets_alone() -> None:
    sink = Sink(knowing("GET", "prod-4711"))
    assert sink.text('methods  ["GET"] prod-4711') == f'methods  ["GET"] {MASK}'


def test_what_s_yaml_says_openly_is_no_secret() -> None:
    secrets = Secrets(CATALOG.secret_names, CATALOG.fetched_names)
    secrets.learn_props(
        {
            "region": "cn-hangzhou",
            "endpoint": "https://me:hunter2-pw@fc.example.com",
            "service": {"name": "billing-api"},
            "function": {"environmentVariables": {"REGION": "cn-hangzhou", "NAME": "billing-api", "PW": "hunter2-pw"}},
            "customDomains": [{"certConfig": {"privateKey": PEM}}, {"certConfig": {"privateKey": "keys/my.pem"}}],
        }
    )
    sink = Sink(secrets)
    assert sink.text("billing-api in cn-hangzhou with keys/my.pem") == "billing-api in cn-hangzhou with keys/my.pem"
    assert sink.text("hunter2-pw") == MASK
    assert "MII" not in sink.text(f"first {PEM.splitlines()[1]} then {json.dumps(PEM)}")


def test_what_a_later_step_says_openly_is_hidden_no_longer() -> None:
    secrets = knowing("billing-api", "prod", "pw-4711")
    sink = Sink(secrets)
    assert sink.message("billing-api 'prod' pw-4711") == f"{MASK} '{MASK}' {MASK}"
    secrets.learn_open("the service billing-api", "prod")
    assert sink.message("billing-api 'prod' pw-4711") == f"billing-api 'prod' {MASK}"


def test_every_line_of_a_key_is_hidden_and_its_frame_is_not() -> None:
    text = Sink(knowing(keys=(PEM,))).text("\n".join(f"> {line}" for line in PEM.splitlines()))
    assert text.splitlines() == [f"> {PEM.splitlines()[0]}", f"> {MASK}", f"> {MASK}", f"> {PEM.splitlines()[3]}"]


def test_a_key_is_hidden_with_the_line_end_that_it_came_with() -> None:
    sink = Sink(knowing(keys=("abcdef\n",)))
    assert sink.message("Invalid header value 'abcdef\\n'") == f"Invalid header value '{MASK}'"


def test_our_colours_stay_where_there_are_any() -> None:
    text = painter(True)("red", "red") + "\x1b[7mtheirs\x1b[0m"
    assert Sink(Secrets()).text(text, colour=True) == "\x1b[31mred\x1b[0m\\x1b[7mtheirs\x1b[0m"
    assert "\x1b" not in Sink(Secrets()).text(text)


def test_a_report_keeps_all_but_its_secrets() -> None:
    document = {"size": 12, "lines": ["+x", "prod-4711"], "message": "actual: 'prod'", "name": "prod", "none": None}
    sink = Sink(knowing("prod-4711", "prod"))
    told = {"size": 12, "lines": ["+x", MASK], "message": f"actual: '{MASK}'", "name": "prod", "none": None}
    assert sink.document(document) == told
    assert json.loads(sink.json(document)) == told


def test_hiding_takes_time_in_proportion_to_the_text() -> None:
    secrets = knowing(*(f"https://host-{n}.example.com/{n}?token={n}" for n in range(2000)))
    text = "        ~ https://host-none.example.com/ is no secret\n" * 10_000
    started = time.perf_counter()
    assert Sink(secrets).text(text) == text
    assert time.perf_counter() - started < 5


def test_what_is_secret_is_named_by_the_rules_of_the_kinds() -> None:
    assert {
        *("environmentVariables", "privateKey", "Password", "InstancePassword"),
        *("authConfig", "functionParameter", "ExtendConfig"),
    } == CATALOG.secret_names


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".env",
            "a/.env.local",
            ".envrc",
            ".env_prod",
            "x.pem",
            "id_rsa",
            "ID_ED25519",
            "k.p12",
            ".npmrc",
            "prod.env",
        ),
        *("kubeconfig", "a/kubeconfig.yaml", "prod.tfvars", "prod.tfvars.json", "terraform.tfstate"),
        *(".docker/config.json", "a/.kube/config", ".aws/credentials", ".aliyun/config.json", "serviceaccount.json"),
    ],
)
def test_a_file_is_secret_by_its_name(name: str) -> None:
    assert is_secret_file(name)


@pytest.mark.parametrize(
    "name",
    [
        *("index.py", ".env.example", "id_rsa.pub", "key.py", "environment.py", "tokens.js", "a.env/x"),
        *("config.json", "docker/config.json", "main.tf", "kube/config", "account.json"),
    ],
)
def test_most_files_are_not(name: str) -> None:
    assert not is_secret_file(name)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("key.pem", True),
        ("./keys/k", True),
        ("https://x/y", True),
        ("oss://cn-hangzhou/my-bucket/key", True),
        ("MIIEvQIBADANBg+qhkiG9w0BAQEFAASC", False),
        (PEM, False),
    ],
)
def test_where_a_private_key_lies_is_told_from_the_key(text: str, is_one: bool) -> None:
    assert names_a_file(text) is is_one


def test_a_name_of_several_lines_is_one_line_in_a_message() -> None:
    id = Address("fc2", "1", "cn-hangzhou", "trigger", ("demo", "hello", "a\nerror: forged\u202e"))
    assert str(id) == "trigger demo/hello/a\\nerror: forged\\u202e"


@pytest.mark.parametrize("member", ["certificate", "privateKey"])
@pytest.mark.parametrize(
    "text",
    [
        "S3CRETsig x",
        "Expires=17&Signature=S3CRETsig%20x&a=prod",
        "pw d4711",
        "'/c.pem?Expires=17&Signature=S3CRETsig%20x&a=prod'",
    ],
)
def test_what_opens_the_address_of_a_certificate_is_hidden_and_the_address_is_not(member: str, text: str) -> None:
    url = "https://user:pw d4711@certs.example.com/c.pem?Expires=17&Signature=S3CRETsig%20x&a=prod"
    secrets = Secrets(CATALOG.secret_names, CATALOG.fetched_names)
    secrets.learn_props({"customDomains": [{"certConfig": {member: url}}]})
    told = Sink(secrets).message(f"certs.example.com/c.pem of prod: {text}")
    assert told.startswith("certs.example.com/c.pem of prod: ")
    assert MASK in told
    assert "S3CRET" not in told
    assert "4711" not in told


def revealing(reveal: Reveal, text: str) -> str:
    secrets = knowing(keys=("SK-of-the-run",))
    secrets.learn(
        {"STAGE": "canary-2", "TOKEN": "canary-3", "DATABASE": "db://shop:hunter@db/x"}, "environmentVariables"
    )
    return Sink(secrets).text(text, reveal=reveal)


def test_what_is_revealed_is_read_wherever_it_stands_and_keys_never_are() -> None:
    text = "canary-2 canary-3 hunter db://shop:hunter@db/x SK-of-the-run"
    hidden = "(hidden) (hidden) (hidden) (hidden) (hidden)"
    assert revealing(Reveal.NOTHING, text) == hidden
    assert revealing(Reveal.PLAIN, text) == hidden.replace("(hidden)", "canary-2", 1)
    assert revealing(Reveal.ALL, text) == text.replace("SK-of-the-run", "(hidden)")


def test_a_value_that_looks_secret_in_one_place_is_hidden_in_all() -> None:
    secrets = knowing()
    secrets.learn({"STAGE": "canary-2"})
    assert Sink(secrets).text("canary-2", reveal=Reveal.PLAIN) == "canary-2"
    secrets.learn({"TOKEN": "canary-2"})
    assert Sink(secrets).text("canary-2", reveal=Reveal.PLAIN) == MASK


def test_what_is_revealed_to_a_person_is_hidden_in_messages_and_documents() -> None:
    secrets = knowing()
    secrets.learn({"STAGE": "canary-2"})
    sink = Sink(secrets)
    assert sink.text("canary-2", reveal=Reveal.ALL) == "canary-2"
    assert (sink.message("canary-2"), sink.document({"a": "canary-2"})) == (MASK, {"a": MASK})


def test_a_weak_secret_that_a_message_quotes_is_hidden_before_a_chinese_mark_too() -> None:
    for text in ("（got: hunter）", "got: hunter，", "实际value=hunter。"):
        assert "hunter" not in Sink(knowing("hunter")).message(text)
