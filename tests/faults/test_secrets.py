"""47 secrets, planted wherever a project and an FC may have them: none reaches an output, the state or a log."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.worker import Ended
from tests.faults.world import ACCOUNT, CREDENTIAL, OURS, REGION, World

_planted: dict[str, str] = {}
ROLE = f"acs:ram::{ACCOUNT}:role/r"


def secret(where: str) -> str:
    """A value of its own, for a place."""
    return _planted.setdefault(
        where, f"S3cr3t{len(_planted):02d}{base64.b32encode(where.encode()).decode().strip('=')[:12]}"
    )


def planted(world: World) -> None:
    """Into the props and the code folder."""
    function = world.props["function"]
    function["environmentVariables"] = {
        **{f"PLAIN_{n}": secret(f"variable {n}") for n in range(16)},
        "QUOTED": f'"{secret("quoted")}"',
        "SPACED": f"  {secret('spaced 1')}  {secret('spaced 2')}",
        "JSON": json.dumps({"password": secret("json")}),
        "URL": f"https://user:{secret('url')}@example.com/",
        "BACKSLASH": f"{secret('backslash')}\\n",
        "CHINESE": f"密码{secret('chinese')}",
    }
    world.props["triggers"] += [
        {
            "name": "http",
            "type": "http",
            "config": {
                "authType": "jwt",
                "methods": ["GET"],
                "authConfig": json.dumps(
                    {"jwks": {"keys": [{"kty": "oct", "k": secret("jwt k"), "kid": "1"}]}, "other": secret("jwt other")}
                ),
            },
        },
        {
            "name": "log",
            "type": "log",
            "role": ROLE,
            "sourceArn": f"acs:log:{REGION}:{ACCOUNT}:project/p",
            "config": {
                "sourceConfig": {"logstore": "l"},
                "jobConfig": {"maxRetryTime": 1, "triggerInterval": 60},
                "logConfig": {"project": "p", "logstore": "m"},
                "functionParameter": {"token": secret("parameter"), "deep": {"key": secret("deep parameter")}},
                "enable": True,
            },
        },
    ]
    for of, member, more in (
        (
            "DTS",
            "Password",
            {"BrokerUrl": "b", "Topic": "t", "Sid": "s", "Username": "u", "InitCheckPoint": 1, "TaskId": "i"},
        ),
        ("RocketMQ", "InstancePassword", {"InstanceId": "i", "Topic": "t", "GroupID": "g", "InstanceUsername": "u"}),
    ):
        parameters = {f"source{of}Parameters": {"RegionId": REGION, **more, member: secret(of)}}
        config = {"eventSourceConfig": {"eventSourceType": of, "eventSourceParameters": parameters}}
        world.props["triggers"].append({"name": of.lower(), "type": "eventbridge", "config": config})
    key = "\n".join(f"{secret(f'private key {n}')}AAAA" for n in range(4))
    certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    world.props["customDomains"][0] |= {
        "protocol": "HTTP,HTTPS",
        "certConfig": {
            "certName": "c",
            "certificate": certificate,
            "privateKey": f"-----BEGIN RSA PRIVATE KEY-----\n{key}\n-----END RSA PRIVATE KEY-----\n",
        },
    }
    for name in (".env.local", ".env.production", "id_rsa", "id_ed25519", "server.key", "app.pem", ".npmrc", ".netrc"):
        (world.root / "code" / name).write_text(f"TOKEN={secret(name)}\n", encoding="utf-8")
    world.save()


def bob(world: World) -> None:
    """Changes what is secret, in the console."""
    variables = {
        **world.props["function"]["environmentVariables"],
        "PLAIN_0": secret("bob's 0"),
        "NEW": secret("bob's new"),
    }
    world.edit(
        "UpdateFunction",
        "shop",
        "hello",
        environmentVariables={name: str(value) for name, value in variables.items()},
        files={
            "index.py": OURS.replace("one", "bob"),
            ".env": f"A={secret('.env online')}\nB={secret('.env online 2')}\n",
            "id_rsa": secret("id_rsa online"),
            ".env.local": f"TOKEN={secret('.env.local online')}\n",
        },
    )


def told(ended: Ended) -> list[str]:
    text = ended.everything()
    forms = {name: {value, json.dumps(value)[1:-1]} for name, value in _planted.items()}
    return [name for name, spelled in forms.items() if any(form in text for form in spelled)]


def kept(folder: Path) -> Iterator[str]:
    """Secrets below a folder, also inside zips; where, and which."""
    for path in folder.rglob("*"):
        if not path.is_file() or {"rescue", "pulled", "conflicts"} & set(path.relative_to(folder).parts):
            continue  # what a person asked to have in clear
        data = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                data += b"".join(archive.read(name) for name in archive.namelist())
        for name, value in _planted.items():
            if value.encode() in data:
                yield f"{name} in {path.relative_to(folder)}"


LINES = (
    *("plan", "deploy", "plan --full-diff --output json", "drift", "info", "info --output json"),
    *("deploy --output json", "pull --dry-run", "deploy --on-drift merge", "deploy --use-remote --full-diff"),
    *(
        "rescue",
        "rescue --output json",
        "undo -y",
        "plan --full-diff",
        "pull -y",
        "deploy --use-remote",
        "remove -y --use-remote",
    ),
)


@pytest.mark.timeout(300)
def test_no_secret_of_47_reaches_an_output_the_state_or_a_log(world: World) -> None:
    planted(world)
    _planted["access key"] = CREDENTIAL["AccessKeySecret"]
    first = world.clean("deploy")
    assert first.status == 0, first.text
    bob(world)
    for line in LINES:
        ended = world.run(line)
        assert told(ended) == [], (line, ended.text)
        assert list(kept(world.root / ".s")) == [], line
        assert list(kept(world.root.parent / "home")) == [], line
    assert len(_planted) >= 47


REFUSED = "environment variable value is invalid (allowed: ^[[:print:]]+$, actual: '{}')"


@pytest.mark.timeout(300)
def test_what_fc_quotes_in_a_refusal_is_hidden(world: World) -> None:
    value = secret("quoted by FC") + "\u00a0with a no-break space"
    _planted["quoted by FC"] = value
    world.props["function"]["environmentVariables"]["SECRET"] = value
    world.save()
    body = {"ErrorCode": "InvalidArgument", "Code": "InvalidArgument", "ErrorMessage": REFUSED.format(value)}
    body["Message"] = body["ErrorMessage"]
    rule = {"op": "CreateFunction", "action": {"status": 400, "code": "InvalidArgument", "message": body["Message"]}}
    world.server.admin.faults([rule])
    ended = world.run("deploy --output json")
    assert ended.status in (1, 7), ended.text
    assert "InvalidArgument" in ended.text
    assert told(ended) == [], ended.text
