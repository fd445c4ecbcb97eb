"""Sends the requests of a report of script/ask-fc again, to a local FC with the switches that the report names."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.contract.ask_fc.runs import ACCOUNT, DOMAIN, KEY, PROJECT, ROLE, SECRET

from ask_fc.exchange import Answer, Ask, is_moment, labelled
from ask_fc.wire import Wire
from fc_guard.cloud.gateway import Credential
from fc_local.server import LocalServer
from fc_local.switches import SWITCHES

NAMED = {"account": ACCOUNT, "domain": DOMAIN, "project": PROJECT, "logstore": "somestore", "role": ROLE}
_NAME = re.compile(r"\{(\d+\.(?:etag|url)|" + "|".join(NAMED) + r")\}")


def differences(report: Mapping[str, Any], folder: Path, switches: Mapping[str, Any]) -> Iterator[str]:
    """Yields what is answered otherwise than the report says: status, code, and what its questions looked at. Requests
    of a question that the report has no answer to, or one that the local FC cannot give, are sent and not compared."""
    with LocalServer(home=folder, keys=[(KEY, SECRET, ACCOUNT)]) as server:
        server.admin.switches(**{name: switch.default for name, switch in SWITCHES.items()} | switches)
        yield from _differences(report, Wire(server.url, report["region"], Credential(ACCOUNT, KEY, SECRET)))


def _differences(report: Mapping[str, Any], wire: Wire) -> Iterator[str]:
    answers: list[Answer] = []
    compared = {
        one["name"] for one in report["questions"] if not {"no answer", "no choice of the local FC"} & one.keys()
    }
    labels: dict[str, dict[Any, str]] = {}
    for number, one in enumerate(report["transcript"]):
        ask = Ask(**_filled(one["asked"], answers))
        time.sleep(ask.wait)
        answer = wire.send(ask)
        answers.append(answer)
        told = one["answered"]
        there: dict[str, Any] = {"status": answer.status, "code": answer.code}
        expected = {"status": told["status"], "code": told["code"], **told["looked at"]}
        for what in told["looked at"]:
            value, of_question = answer.look(what), labels.setdefault(one["question"], {})
            there[what] = labelled(value, of_question) if is_moment(what) else value
        if there != expected and one["question"] in compared:
            asked = one["asked"]
            yield f"{one['question']}: {number} {asked['operation']} {asked['path']}: {there} in place of {expected}"


def _filled(value: Any, answers: list[Answer]) -> Any:
    """Returns a request with all that was written as its name: by a mask, or because it came in an answer before."""
    match value:
        case dict():
            return {name: _filled(inner, answers) for name, inner in value.items()}
        case list():
            return [_filled(inner, answers) for inner in value]
        case str():
            return _NAME.sub(lambda found: _named(found[1], answers), value)
    return value


def _named(name: str, answers: list[Answer]) -> str:
    if name in NAMED:
        return NAMED[name]
    number, _, what = name.partition(".")
    answer = answers[int(number)]
    return answer.headers["etag"] if what == "etag" else str(answer.inside("url"))
