"""The report: each question with its answer, the switches of the local FC that say so, and the transcript.

Nothing in it is secret: accounts, keys and what somebody gave are written as their names, signed URLs without their
query, and of an answer's headers only those that a question may be about are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ask_fc.desk import Given, Kept
from ask_fc.exchange import ETAG, REQUEST_ID, Answer, Ask, is_moment, labelled
from ask_fc.questions import NOT_ASKED
from ask_fc.questions.question import Question
from fc_guard.cloud.gateway import Credential
from fc_local.switches import SWITCHES

REAL: Final = "the real Function Compute"
LOCAL: Final = "the local Function Compute of this project: NOT the real service"
_HEADERS: Final = (ETAG, REQUEST_ID, "content-range")
_SECRET_MEMBERS: Final = ("accesskeyid", "accesskeysecret", "securitytoken", "privatekey", "accessdenieddetail")
_IN_WORDS: Final = ("Message", "ErrorMessage", "no answer")
"""Members that hold sentences."""
_SIGNED: Final = re.compile(r"(https?://[^\s?]+)\?\S+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a question: `found` has a value for each switch that was answered, `why` says what is missing."""

    question: Question
    found: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def fitting(self) -> dict[str, Any]:
        """The answers that the local FC can give too."""
        return {name: value for name, value in self.found.items() if fits(name, value)}


def fits(name: str, value: Any) -> bool:
    switch = SWITCHES[name]
    return type(value) is type(switch.default) and (not switch.choices or value in switch.choices)


def switches(findings: Sequence[Finding]) -> dict[str, Any]:
    """Returns the setting of the local FC that answers as was seen."""
    return {name: value for finding in findings for name, value in finding.fitting.items()}


def report(
    source: str, region: str, day: str, version: str, findings: Sequence[Finding], kept: Sequence[Kept], mask: Mask
) -> str:
    return mask.text(
        {
            "answers of": source,
            "region": region,
            "day": day,
            "version": version,
            "questions": [_told(finding) for finding in findings],
            "not asked": NOT_ASKED,
            "switches": switches(findings),
            "transcript": transcript(kept, mask),
        }
    )


def _told(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": finding.question.name,
        "question": finding.question.text,
        "seen": dict(finding.found),
    }
    if finding.why:
        told["no answer"] = finding.why
    if strange := sorted(finding.found.keys() - finding.fitting.keys()):
        told["no choice of the local FC"] = strange
    return told


def transcript(kept: Sequence[Kept], mask: Mask) -> list[dict[str, Any]]:
    """Returns all requests and answers, so that they can be replayed: what came in an answer before, an ETag or an
    address, is written as `{<number>.etag}` or `{<number>.url}`."""
    told: list[dict[str, Any]] = []
    before: dict[str, str] = {}
    labels: dict[str, dict[Any, str]] = {}
    for number, one in enumerate(kept):
        asked = mask.of(_request(one.ask), before)
        told.append({"question": one.question, "asked": asked, "answered": _answer(one, mask, labels)})
        for value, name in ((one.answer.headers.get(ETAG), "etag"), (one.answer.inside("url"), "url")):
            if isinstance(value, str) and value:
                before[value] = f"{{{number}.{name}}}"
    return told


def _request(ask: Ask) -> dict[str, Any]:
    told = {name: getattr(ask, name) for name in ("operation", "method", "path", "api")}
    more = {name: getattr(ask, name) for name in ("query", "headers", "body", "late", "wait")}
    return told | {name: value for name, value in more.items() if value not in (None, {}, 0)}


def _answer(kept: Kept, mask: Mask, labels: dict[str, dict[Any, str]]) -> dict[str, Any]:
    answer = kept.answer
    told: dict[str, Any] = {"status": answer.status, "code": answer.code}
    told["headers"] = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
    told["body"] = _body(answer)
    of_question = labels.setdefault(kept.question, {})
    looked = {what: labelled(value, of_question) if is_moment(what) else value for what, value in answer.looked.items()}
    shown: dict[str, Any] = mask.of(told | {"looked at": looked})
    return shown


def _body(answer: Answer) -> Any:
    if answer.document is not None:
        return answer.document
    text = answer.data.decode("utf-8", "replace")
    return text if text.isprintable() else f"{len(answer.data)} bytes"


class Mask:
    """Writes what nobody else should read as its name."""

    def __init__(self, credential: Credential, given: Given) -> None:
        project, _, store = given.log.partition("/")
        named = {
            credential.access_key_secret: "***",
            credential.security_token: "***",
            credential.access_key_id: "***",
            given.role: "{role}",
            given.domain: "{domain}",
            credential.account: "{account}",
        }
        self._named = {value: name for value, name in named.items() if value}
        logs = {re.escape(name): mask for name, mask in ((project, "{project}"), (store, "{logstore}")) if name}
        # Such a name may be a word of the API too, as `log` is: where it counts, it stands behind what it is.
        self._placed = {
            re.compile(rf"((?:project|logstore)\W{{1,8}}){name}(?![\w-])"): mask for name, mask in logs.items()
        }
        self._said = {re.compile(rf"(?<![\w-])(){name}(?![\w-])"): mask for name, mask in logs.items()}

    def text(self, value: Any) -> str:
        return json.dumps(self.of(value), indent=1, ensure_ascii=False) + "\n"

    def of(self, value: Any, before: Mapping[str, str] | None = None, member: str = "") -> Any:
        """Returns a value without what is to be masked. `before` names more that is written as its name; `member` is
        what the value belongs to."""
        if member.replace("_", "").lower() in _SECRET_MEMBERS and value:
            return "***"
        match value:
            case Mapping():
                return {self._line(name, before): self.of(inner, before, name) for name, inner in value.items()}
            case list() | tuple():
                return [self.of(inner, before, member) for inner in value]
            case str():
                patterns = self._said if member in _IN_WORDS else self._placed
                return self._line(_without(value, patterns), before)
        return value

    def _line(self, text: str, before: Mapping[str, str] | None) -> str:
        for value, name in {**(before or {}), **self._named}.items():
            text = text.replace(value, name)
        return _SIGNED.sub(r"\1", text)


def _without(text: str, patterns: Mapping[re.Pattern[str], str]) -> str:
    for pattern, name in patterns.items():
        text = pattern.sub(rf"\g<1>{name}", text)
    return text
