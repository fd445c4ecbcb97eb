"""Saves a plan for review, and holds a deployment to the plan that was reviewed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from fc_guard import __version__
from fc_guard.artifacts.archive import Package
from fc_guard.core.fingerprints import fingerprint, with_own_writes
from fc_guard.engine.code.source import left_out_of
from fc_guard.engine.look.survey import Survey
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput, Effect, PlanMoved
from fc_guard.inputs.options import ON_DRIFT, OUT, USE_LOCAL, USE_REMOTE
from fc_guard.language import joined, t, tn
from fc_guard.model.fingerprints import Fingerprint, Fingerprints, Moved, Side
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.plans import Action, Plan, Policy, Verb
from fc_guard.model.resources import Record
from fc_guard.render.machine import plan_document
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe
from fc_guard.state.plan_file import Identity, PlanFile, PlannedStep, damaged, sealed, step_document

MOST_TOLD: Final = 20
"""The most things that moved which are named; the others are counted."""


def save_plan(read: ReadSession, found: Survey, whole: Plan, shown: Plan) -> None:
    """Adds the step's plan to the file that `--out` names. `whole` has all resources of the step, `shown` those that no
    earlier step has spoken for. Raises `BadInput` where the file would become part of what it plans."""
    file = read.step.cwd / read.step.options.out
    _refuse_inside_code(read, found, file)
    words = read.step.options.words
    document = step_document(
        read.step.name,
        _identity(read),
        _fingerprints(read, found, whole),
        read.saved_plans.hide(plan_document(shown)),
        words,
        read.baselines.seal,
    )
    read.saved_plans.files.add(file, document, words, read.now().isoformat(timespec="seconds"))
    _say_where(read, file)


def _say_where(read: ReadSession, file: Path) -> None:
    """Says where the plan is, and whether it can be carried out as it is: none of it is while anything is open."""
    name, options = safe(read.step.options.out), read.step.options
    if undecided := read.saved_plans.files.undecided(file):
        steps = joined(map(safe, undecided), ", ")
        read.terminal.warn(
            tn(
                "Saved in {file}, but it cannot be deployed: {steps} leaves something undecided,\n"
                "so s deploy --plan {file} would stop with status 3 and write nothing. {how}",
                "Saved in {file}, but it cannot be deployed: {steps} leave something undecided,\n"
                "so s deploy --plan {file} would stop with status 3 and write nothing. {how}",
                len(undecided),
                file=name,
                steps=steps,
                how=deciding(name, options.words),
            )
        )
    else:
        read.terminal.say(t("\nSaved in {file}. s deploy --plan {file} carries out this and nothing else.", file=name))


def deciding(file: str, words: Sequence[str]) -> str:
    """Returns how what a saved plan leaves undecided is decided. `words` are those that the plan was made under; where
    they said merge, only a side can be taken."""
    told = shlex.join([*_without_policy(words), ON_DRIFT.name, Policy.OVERWRITE.value, OUT.name])
    if (ON_DRIFT.name, Policy.MERGE.value) in pairwise(words):
        return t("Decide when the plan is made: s plan {words} {file}, or keep.", words=safe(told), file=safe(file))
    return t(
        "Decide when the plan is made: s plan {words} {file}, or keep, or merge.", words=safe(told), file=safe(file)
    )


def _without_policy(words: Sequence[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        if word == ON_DRIFT.name:
            next(rest, None)
        elif word not in (USE_REMOTE.name, USE_LOCAL.name):
            yield word


def require_as_reviewed(read: ReadSession, file: PlanFile, found: Survey, plan: Plan) -> tuple[str, ...]:
    """Compares a plan with the one in the file. Returns what has to be told of it.

    Raises `PlanMoved` that names what moved since, or `BadInput` for a file that is of something else.
    """
    planned = _of_this(read, file)
    now = _fingerprints(read, found, plan)
    moved = with_own_writes(
        planned.fingerprints, now, read.saved_plans.own_writes, {diff.id: diff for diff in plan.diffs}
    )
    if not moved:
        return ()
    if _is_done(read, moved, plan):
        return (t("{file}: all that it plans is online already; there is nothing left to do.", file=file.path),)
    raise _refusal(file, moved)


def _fingerprints(read: ReadSession, found: Survey, plan: Plan) -> Fingerprints:
    return {action.id: _fingerprint(read, found.records.get(action.id), action) for action in plan.actions}


def _fingerprint(read: ReadSession, record: Record | None, action: Action) -> Fingerprint:
    kind, asked = read.kind(action.id), _as_asked(read, action)
    taken = fingerprint(asked, 0 if record is None else record.serial, kind.rules, read.baselines.seal)
    # The version of what is shared may move with what others do inside it; its fields say whether it moved itself.
    return replace(taken, etag=None) if kind.shared else taken


def _as_asked(read: ReadSession, action: Action) -> Action:
    """Returns the action with what s.yaml leaves to other resources as it leaves it. The values are known as soon as
    these are online, as an earlier step may have made them: s.yaml says no more by that."""
    desired = action.diff.desired
    said = next((each for each in read.desired if each.id == action.id), None)
    if desired is None or said is None:
        return action
    derived = {path: said.derived.get(path, value) for path, value in desired.derived.items()}
    carried = {path: said.carried.get(path, value) for path, value in desired.carried.items()}
    return replace(action, diff=replace(action.diff, desired=replace(desired, derived=derived, carried=carried)))


def _is_done(read: ReadSession, moved: tuple[Moved, ...], plan: Plan) -> bool:
    """Says whether the plan has been carried out: what is wanted is what was wanted, and nothing is left to do. What is
    fleeting is not wanted once what needs it is there."""
    idle = all(action.verb is Verb.NOTHING and not action.diff.drifted for action in plan.actions)
    here = (each.id for each in moved if each.side is Side.HERE)
    return idle and not plan.undecided and all(read.kind(id).lifecycle is Lifecycle.FLEETING for id in here)


def _identity(read: ReadSession) -> Identity:
    return Identity(read.step.origin, read.account, read.region, read.named)


def _of_this(read: ReadSession, file: PlanFile) -> PlannedStep:
    """Returns the part of the file that is of this step. Raises `BadInput` if it cannot be what was planned here."""
    again = t("Make the plan here: s plan --out {path}.", path=file.path)
    missing = sorted({read.step.name, *(read.others or ())} - file.steps.keys())
    if missing:
        raise _foreign(
            tn(
                "{path} has no plan of the step {steps}, which would be deployed as well.",
                "{path} has no plan of the steps {steps}, which would be deployed as well.",
                len(missing),
                path=file.path,
                steps=joined(map(safe, missing), ", "),
            ),
            again,
        )
    if file.tool_version != __version__:
        raise _foreign(
            t(
                "{path} was made by fc-guard {then}, and this is {now}: it may plan something else.",
                path=file.path,
                then=safe(file.tool_version),
                now=__version__,
            ),
            again,
        )
    planned, here = file.steps[read.step.name], _identity(read)
    others = [
        t("{what} {there}, and here it is {here}", what=what, there=safe(there) or "-", here=safe(own) or "-")
        for what, there, own in (
            (t("its s.yaml and step are"), planned.identity.origin, here.origin),
            (t("its account is"), planned.identity.account, here.account),
            (t("its region is"), planned.identity.region, here.region),
            (t("its endpoint is"), planned.identity.endpoint, here.endpoint),
        )
        if there != own
    ]
    if others:
        raise _foreign(
            t("{path} is a plan of something else: {others}.", path=file.path, others=joined(others, "; ")), again
        )
    _require_seal(read, file, planned, again)
    return planned


def _require_seal(read: ReadSession, file: PlanFile, planned: PlannedStep, again: str) -> None:
    now = sealed(planned.message, read.baselines.seal)
    if now == planned.seal:
        return
    if now.rpartition(":")[0] == planned.seal.rpartition(":")[0]:
        raise damaged(file.path, t("it was edited since it was made"))
    raise _foreign(
        t(
            "{path} was made with another state folder: it is sealed with the key there, so it cannot be compared.",
            path=file.path,
        ),
        joined((again, t("From one CI job to the next, keep .s/fc-guard as well as the file."))),
    )


def _foreign(message: str, hint: str) -> BadInput:
    return BadInput(message, hint=hint, effect=Effect.NOTHING, reference="plan-file-foreign")


def _refusal(file: PlanFile, moved: tuple[Moved, ...]) -> PlanMoved:
    lines = [_line(each) for each in moved[:MOST_TOLD]]
    if len(moved) > MOST_TOLD:
        lines.append(t("  and {more} more", more=len(moved) - MOST_TOLD))
    hint = t("Look at what would be done now, and save it again: s plan --out {path}.", path=file.path)
    if any(each.side is Side.HISTORY for each in moved):
        hint = joined((t("Something was deployed since, perhaps this very plan."), hint))
    return PlanMoved(
        t("Not everything is as it was when {path} was made ({at}):", path=file.path, at=shown_time(file.made_at)),
        details=lines,
        hint=hint,
        effect=Effect.NOTHING,
    )


def _line(moved: Moved) -> str:
    where = t("  {id}: moved {side}", id=safe(str(moved.id)), side=moved.side.value)
    return t("{where}: {what}", where=where, what=safe(moved.what)) if moved.what else where


def _refuse_inside_code(read: ReadSession, found: Survey, file: Path) -> None:
    """A file inside a code folder would be deployed with it, and be what moved since."""
    for id, code in found.packages.items():
        folder = code.folder if isinstance(code, Package) else None
        path = Path(os.path.realpath(file))
        if folder is None or not path.is_relative_to(folder.resolve()):
            continue
        if not left_out_of(read, id)(path.relative_to(folder.resolve()).as_posix()):
            raise BadInput(
                t("--out {file}: it lies in the code of {id}, and would be deployed with it.", file=file, id=id),
                hint=t("Name a file elsewhere, or one that .fcignore names."),
                reference="bad-option",
            )
