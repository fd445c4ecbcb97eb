"""sync: writes a function that is online as a project of its own, which plans empty. Writes nothing online."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fc_guard.artifacts.project import CODE, S_YAML, s_yaml, write_project
from fc_guard.artifacts.yaml_masks import Veil, hidden_places
from fc_guard.commands.command import ReadCommand, announce
from fc_guard.commands.outputs import output
from fc_guard.engine.look.portrait import Portrait, portrait
from fc_guard.engine.pull.places import in_words
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.options import COMMON, FORCE, TARGET_DIR, PartOption
from fc_guard.language import joined, t
from fc_guard.model.fields import CODE_ASPECT, CONFIG_ASPECT, Reveal
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe

COMMENT = (
    "Written by `s sync` from what was online at {now}: {function} of account "
    "{account}.\n"
    "Environment variables are in clear: do not commit this file before you have taken "
    "them out."
)
DO_NOT_COMMIT = t("Do not commit it before you have taken that out.")


def run(session: ReadSession) -> Report:
    announce("sync", session)
    with session.terminal.interruptible():
        found = portrait(session, f"./{CODE}")
    target = _target(session, found)
    aspects = session.scope.aspects
    text = s_yaml(_document(session, found), _comment(session, found)) if CONFIG_ASPECT in aspects else None
    left: tuple[str, ...] = ()
    if CODE_ASPECT in aspects and found.subject.code is not None:
        blob = session.refresh.package(found.subject.id, found.subject.code.checksum)
        with blob.open() as package:
            left = write_project(target, text, package, force=session.step.options.force)
    elif text is not None:
        write_project(target, text, None, force=session.step.options.force)
    notes = (*found.notes, *(t("Left out: {name}, which tools here would go by.", name=safe(name)) for name in left))
    if text is not None and (secret := _secret(session, found)):
        notes += (
            t(
                "{file} has in clear what looks secret: {secret}. {advice}",
                file=S_YAML,
                secret=safe(joined(secret, ", ")),
                advice=DO_NOT_COMMIT,
            ),
        )
    for note in notes:
        session.terminal.warn(note)
    written = {S_YAML: text is not None, CODE: CODE_ASPECT in aspects and found.subject.code is not None}
    paths = {name: str(target / name) for name, done in written.items() if done}
    session.terminal.say(joined(t("  wrote {path}", path=path) for path in paths.values()))
    live = {found.subject.id: found.subject}
    return Report(
        command="sync",
        account=session.account,
        region=session.region,
        plan=Plan(()),
        notes=notes,
        output={**output(session, live, ()), "files": paths},
    )


def _target(session: ReadSession, found: Portrait) -> Path:
    """Returns the folder of this step: the one that was named, or one of its own in it where several steps run."""
    step = session.step
    named = step.options.target_dir
    if not named:
        return (step.cwd / "-".join(found.subject.id.parts)).absolute()
    return (step.cwd / named / step_folder(step.name) if session.others else step.cwd / named).absolute()


def step_folder(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", name) or "step"


def _document(session: ReadSession, found: Portrait) -> dict[str, Any]:
    step = session.step
    name = step_folder(step.name)
    access = {"access": step.access} if step.access else {}
    resource = {"component": step.component or "fc-guard", "props": dict(found.props)}
    return {"edition": "3.0.0", "name": step.app or name, **access, "resources": {name: resource}}


def _secret(session: ReadSession, found: Portrait) -> list[str]:
    """Returns the names of the values that a plan would not show at a terminal."""
    veil = Veil(session.catalog.secret_names, Reveal.PLAIN)
    kinds = session.layout.kinds
    return [in_words(found.props, place, kinds) for place in hidden_places(found.props, veil)]


def _comment(session: ReadSession, found: Portrait) -> str:
    now = shown_time(session.now())
    return COMMENT.format(now=now, function=found.subject.id, account=session.account)


SYNC = ReadCommand(
    name="sync",
    description=t(
        "Write what is online of the function into a folder, as an s.yaml and its code; changes nothing online"
    ),
    summary=t("Write what is online into a folder"),
    options=(TARGET_DIR, PartOption.ASPECT, FORCE, *COMMON),
    run=run,
)
