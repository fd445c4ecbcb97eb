"""Says whose a deployment is that this checkout does not contain, and what would make it contain it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fc_guard.language import t
from fc_guard.model.fields import ASPECTS, CODE_ASPECT
from fc_guard.model.origins import Doubt, Origin, Since
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.values import safe

SHORT: Final = 10
"""The characters of a commit's name that are shown."""


def deployer(since: Since) -> str:
    """Returns who deployed, in as few words as can be."""
    if since.origin is None:
        return t("an older fc-guard")
    return safe(since.origin.by) or t("somebody")


def deployment(since: Since) -> str:
    """Returns who deployed, from what and when, in one line."""
    origin = since.origin
    if origin is None:
        return t("an older fc-guard, which did not note who it was")
    told = t("{who} from {what}", who=deployer(since), what=_source(origin))
    told = t("{told}, {at}", told=told, at=safe(origin.at)) if origin.at else told
    return t("{told}, run {run}", told=told, run=safe(origin.run)) if origin.run else told


def deployed_by(since: Since) -> str:
    """Returns the same as words that say so."""
    return t("deployed by {deployment}", deployment=deployment(since))


def _source(origin: Origin) -> str:
    if not origin.commit:
        return t("a folder without git")
    told = commit_of(origin)
    if origin.subject:
        told = f'{told} "{safe(origin.subject)}"'
    if origin.branch:
        told = f"{told} ({safe(origin.branch)})"
    return told if origin.clean else t("{told}, with changes that no commit has", told=told)


def commit_of(origin: Origin) -> str:
    return safe(origin.commit[:SHORT])


def ways_out(deployments: Iterable[Since]) -> tuple[str, ...]:
    """Returns what would settle the question without a policy word, each way once."""
    return tuple(dict.fromkeys(_way_out(since) for since in deployments))


def _way_out(since: Since) -> str:
    who = deployer(since)
    commit = commit_of(since.origin) if since.origin is not None else ""
    match since.doubt:
        case Doubt.UNKNOWN_COMMIT:
            return t(
                "This repository does not have {commit} yet, which {who} deployed: git pull, and deploy again.",
                commit=commit,
                who=who,
            )
        case Doubt.BEHIND:
            return t(
                "This checkout is older than {commit}, which {who} deployed: git pull, and deploy again.",
                commit=commit,
                who=who,
            )
        case Doubt.NOT_HERE:
            return t(
                "This checkout does not contain {commit}, which {who} deployed:\n"
                "merge it, or rebase onto it, and deploy again.",
                commit=commit,
                who=who,
            )
        case Doubt.SHALLOW:
            return t(
                "This clone is cut off, so nobody can tell whether it contains {commit}, which {who} deployed:\n"
                "fetch-depth: 0 in CI, git fetch --unshallow here.",
                commit=commit,
                who=who,
            )
        case Doubt.DIRTY:
            return t("{who} deployed changes that no commit has: once they are committed, git pull.", who=who)
        case Doubt.NO_COMMIT:
            return t("{who} deployed from a folder without git: nobody can tell whether yours has the same.", who=who)
        case Doubt.NO_GIT:
            return t(
                "This folder has no commit, so nobody can tell whether it contains what {who} deployed: deploy from a "
                "clone.",
                who=who,
            )
        case Doubt.REFUSED:
            return t(
                "git does not answer in this folder, so nobody can tell whether it contains what {who} deployed:\n"
                "`git status` here says why.",
                who=who,
            )
        case Doubt.ROLLED_BACK:
            return t(
                "{who} rolled back to {commit}, and going on would undo that:\n"
                "revert the change in git, or say which side wins.",
                commit=commit,
                who=who,
            )


def deployments_of(diff: ResourceDiff, aspects: Iterable[str]) -> tuple[Since, ...]:
    """Returns the deployments that put online what is to be decided, each once, newest first."""
    wanted = {*aspects}
    found = {change.deployed for change in diff.changes if change.aspect in wanted and change.at_risk}
    if CODE_ASPECT in wanted:
        found |= {file.deployed for file in diff.files if file.at_risk}
    if not wanted <= ASPECTS:
        found |= {change.deployed for change in diff.changes if change.at_risk} | {diff.deleted_by}
    return tuple(sorted((since for since in found if since is not None), key=lambda since: -since.serial))
