"""`script/ask-fc`: what it shows, asks, does and leaves."""

from __future__ import annotations

import argparse
import re
import secrets
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ask_fc.asking import asked
from ask_fc.cleaning import clean
from ask_fc.desk import Desk, Given
from ask_fc.exchange import Ask
from ask_fc.notes import Note, Place, default_folder, left_over, new_note
from ask_fc.operations import addressed
from ask_fc.questions import QUESTIONS
from ask_fc.report import LOCAL, REAL, Finding, Mask, fits, report, switches
from ask_fc.stopping import Stop, StoppedError
from ask_fc.wire import NoAnswerError, Wire
from fc_guard import __version__
from fc_guard.cloud.fc2.plain import V2021
from fc_guard.cloud.gateway import Credential
from fc_guard.errors import BadInput
from fc_guard.host.keys import credential_of
from fc_local.switches import SWITCHES

PREFIX: Final = "fc-guard-ask-"
BAD_INPUT: Final = 2
SETTLE_SECONDS: Final = 12.0
"""A new http trigger answers after some ten seconds."""
_KEYS: Final = "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_ACCOUNT_ID"
_REGION: Final = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+\Z")


class InputError(Exception):
    """What was given cannot be used. Nothing was done."""


@dataclass(frozen=True, slots=True)
class Options:
    place: Place
    given: Given
    yes: bool
    report: Path | None

    @property
    def is_real(self) -> bool:
        return self.place.endpoint.endswith(".aliyuncs.com")


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    stop = Stop()
    try:
        credential = _credential()
        options = _options(given, credential)
        return _run(options, credential, stop)
    except InputError as error:
        sys.stderr.write(f"error: {error}\n")
        return BAD_INPUT
    except OSError as error:
        sys.stderr.write(f"error: {error.filename or 'a file'}: {error.strerror}.\n")
        return 1
    except KeyboardInterrupt:
        made = "something may be left. Run script/ask-fc again: it removes it first" if stop.by else "nothing was made"
        sys.stderr.write(f"\nerror: ended at once: {made}.\n")
        return 128 + (stop.by or signal.SIGINT)


def _run(options: Options, credential: Credential, stop: Stop) -> int:
    wire = Wire(options.place.endpoint, options.place.region, credential)
    left = _clean_earlier(credential)
    _require_access(wire)
    prefix = f"{PREFIX}{secrets.token_hex(4)}"
    _show(options, prefix)
    if not options.yes and not _agreed():
        return 1 if left else 0
    findings: list[Finding] = []
    stop.listen()
    with new_note(default_folder(), prefix, options.place) as note:
        desk = Desk(wire, note, options.given, stop, SETTLE_SECONDS if options.is_real else 0.0)
        try:
            for finding in asked(desk, QUESTIONS):
                findings.append(finding)
                _tell(finding)
        except StoppedError:
            _say("Stopping: what was made is removed first. Again, and it is left for the next run.")
        finally:
            left = _swept(wire, note) + left
    written = _write_report(options, credential, findings, desk, prefix)
    if stop.by:
        return 128 + stop.by
    return 0 if written and switches(findings) and not left else 1


def _credential() -> Credential:
    try:
        return credential_of({"error": "the environment names none"})
    except BadInput as error:
        raise InputError(f"{error.message}\n  hint: set {_KEYS}.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/ask-fc",
        description="Asks the real Function Compute what its documents leave open (docs/local-fc.md#open-questions) "
        "and writes a report without secrets. It shows first what it will make, and removes all of it.",
        epilog=f"Keys and account come from {_KEYS}.",
    )
    parser.add_argument("--region", default="cn-hangzhou", help="where to ask (default: %(default)s)")
    parser.add_argument("--yes", action="store_true", help="do not ask before")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where to write the report")
    parser.add_argument(
        "--endpoint", default="", metavar="URL", help="another address of the API, such as the local FC's"
    )
    parser.add_argument(
        "--domain", default="", metavar="NAME", help="a domain of yours that leads to FC and is not in use"
    )
    parser.add_argument("--log", default="", metavar="PROJECT/LOGSTORE", help="a logstore of yours, with --role")
    parser.add_argument("--role", default="", metavar="ARN", help="a role of yours that log triggers may take")
    parser.add_argument(
        "--eventbridge", action="store_true", help="EventBridge is activated: make a rule on the default bus"
    )
    return parser


def _options(given: argparse.Namespace, credential: Credential) -> Options:
    if not _REGION.match(given.region):
        raise InputError(f"{given.region!r} is no region.\n  hint: write it as cn-hangzhou.")
    if given.log and not (all(given.log.partition("/")) and given.role):
        raise InputError("--log takes PROJECT/LOGSTORE, and --role with it.")
    if given.report is not None and not given.report.absolute().parent.is_dir():
        raise InputError(f"the folder of {given.report} is not there.")
    endpoint = given.endpoint or f"https://{credential.account}.{given.region}.fc.aliyuncs.com"
    return Options(
        Place(endpoint, credential.account, given.region),
        Given(given.domain, given.log, given.role, given.eventbridge),
        given.yes,
        given.report,
    )


def _clean_earlier(credential: Credential) -> list[str]:
    """Removes what runs of this account left that were killed. Returns what is still left."""
    left: list[str] = []
    for path in sorted(default_folder().glob(f"{PREFIX}*.json")):
        with left_over(path) as note:
            if note is None:
                continue
            if note.place.account != credential.account:
                _say(f"An earlier run left {note.prefix}* in another account ({note.place.region}): use its keys.")
                continue
            _say(f"An earlier run was killed: removing what it left, {note.prefix}* in {note.place.region}.")
            left += _swept(Wire(note.place.endpoint, note.place.region, credential), note)
    return left


def _swept(wire: Wire, note: Note) -> list[str]:
    """Removes what a run made. Forgets the note if nothing is left and nothing can still come."""
    left = clean(wire, note)
    if left:
        _say("NOT removed:", *(f"  {one}" for one in left), "Run script/ask-fc again: it tries to remove this first.")
    elif wire.unknown:
        _say("A request got no answer and may still be carried out: run script/ask-fc again later, it looks first.")
    else:
        note.forget()
        _say("What was made is removed.")
    return left


def _require_access(wire: Wire) -> None:
    """Raises `InputError` unless these keys may list services here."""
    method, path = addressed("ListServices", ())
    try:
        answer = wire.send(Ask("ListServices", method, path, V2021, {"prefix": PREFIX, "limit": "1"}))
    except NoAnswerError as error:
        raise InputError(f"{error}\n  hint: check the network, the region and any endpoint setting.") from error
    if not answer.done:
        raise InputError(
            f"ListServices: {answer.message} (HTTP {answer.status}, {answer.code}).\n"
            "  hint: the keys must be those of the account, with AliyunFCFullAccess."
        )


def _show(options: Options, prefix: str) -> None:
    place, given = options.place, options.given
    _say(
        f"Asks {len(QUESTIONS)} questions about Function Compute; nothing of yours is read or changed.",
        f"  account   {place.account}",
        f"  region    {place.region}",
        f"  endpoint  {place.endpoint}" + ("" if options.is_real else "   NOT the real service"),
        f"  makes     the service {prefix}, in it",
        "            4 small functions, 5 triggers, a version and 2 aliases",
        f"            the service {prefix}-role, which stays empty",
        *(f"            {one}" for one in _more(given)),
        "            all of it is removed at the end",
        "  costs     next to nothing: about 80 small requests, no instance is kept,",
        "            " + ("one call of a function" if given.domain else "no function is called"),
    )


def _more(given: Given) -> list[str]:
    more = [f"the domain {given.domain}, which anybody may call while it is there"] if given.domain else []
    more += [f"a log trigger for {given.log}"] if given.log else []
    more += ["a rule on EventBridge's default bus"] if given.eventbridge else []
    return more


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise InputError(
            "there is no terminal to ask on, and nothing was made.\n  hint: --yes does without the question."
        )
    try:
        return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _tell(finding: Finding) -> None:
    _say(f"{finding.question.text}")
    for name, value in finding.found.items():
        beside = "as the local FC" if value == SWITCHES[name].default else f"the local FC: {SWITCHES[name].default}"
        _say(f"  {name}: {value}  ({beside if fits(name, value) else f'no choice of the local FC; {beside}'})")
    if finding.why:
        _say(f"  no answer: {finding.why}")


def _write_report(options: Options, credential: Credential, findings: list[Finding], desk: Desk, prefix: str) -> bool:
    source = REAL if options.is_real else LOCAL
    path = options.report or Path(f"{prefix}.json")
    mask = Mask(credential, options.given)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    text = report(source, options.place.region, day, __version__, findings, desk.kept, mask)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _say(f"error: the report cannot be written to {path}: {error.strerror}")
        return False
    answered = sum(len(finding.found) for finding in findings)
    _say(f"Report, {answered} answers: {path}", "It holds no secret: please attach it to an issue of this project.")
    return True


def _say(*lines: str) -> None:
    with suppress(OSError):  # a terminal that is gone does not stop the cleaning
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
