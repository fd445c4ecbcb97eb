"""Says whose a deployment is that this checkout does not contain, and what would make it contain it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fc_guard.language import t
from fc_guard.model.fields import ASPECTS, CODE_ASPECT
from fc_guard.model.origins import Doubt, Origin, Since, Standing, Way
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe

SHORT: Final = 10
"""The characters of a commit's name that are shown."""
WHY_NOT: Final = {
    Doubt.UNKNOWN_COMMIT: t("this repository does not have the commit"),
    Doubt.BEHIND: t("HEAD is older"),
    Doubt.NOT_HERE: t("HEAD does not descend from the commit"),
    Doubt.DIRTY: t("what was deployed is in no commit"),
    Doubt.OTHER_VALUES: t("its values are not those of this environment, though the files are the same"),
    Doubt.ROLLED_BACK: t("an older commit was deployed over a newer one"),
}
UNTOLD: Final = {
    Doubt.SHALLOW: t("the clone is cut off"),
    Doubt.NO_COMMIT: t("it came from a folder without git"),
    Doubt.NO_GIT: t("this folder has no commit"),
    Doubt.REFUSED: t("git does not answer in this folder"),
}
"""Why a checkout does not contain a deployment, and why that cannot be told."""


def deployer(since: Since) -> str:
    """Returns who deployed, in as few words as can be."""
    return who(since.origin)


def who(origin: Origin | None) -> str:
    if origin is None:
        return t("an older fc-guard")
    return safe(origin.by) or t("somebody")


def deployment(since: Since) -> str:
    """Returns who deployed, from what and when, in one line."""
    return origin_text(since.origin)


def origin_text(origin: Origin | None) -> str:
    """Returns whose a write is, from what and when, in one line."""
    if origin is None:
        return t("an older fc-guard, which did not note who it was")
    told = t("{who} from {what}", who=who(origin), what=source(origin))
    told = t("{told}, {at}", told=told, at=shown_time(origin.at)) if origin.at else told
    return t("{told}, run {run}", told=told, run=safe(origin.run)) if origin.run else told


def deployed_by(since: Since) -> str:
    """Returns the same as words that say so."""
    return t("deployed by {deployment}", deployment=deployment(since))


def source(origin: Origin) -> str:
    """Returns what was deployed from: the commit, with its subject and its branch."""
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


def standing_text(standing: Standing, origin: Origin | None) -> str:
    """Says whether this checkout contains a deployment, and why not; '' where that says nothing."""
    if standing.doubt is None:
        return _contained(standing, origin)
    why = WHY_NOT.get(standing.doubt)
    if why is not None:
        return t("this checkout does not contain it: {why}", why=why)
    return t("nobody can tell whether this checkout contains it: {why}", why=UNTOLD[standing.doubt])


def _contained(standing: Standing, origin: Origin | None) -> str:
    match standing.way:
        case Way.COMMIT:
            return t("this checkout contains it")
        case Way.TREE if origin is not None and standing.commit and standing.commit != origin.commit:
            return t("this checkout contains the same as {commit}", commit=safe(standing.commit[:SHORT]))
        case Way.TREE:
            return t("this checkout contains the same")
        case Way.FOLDER if origin is not None:
            return t("deployed from this folder")
        case _:
            return ""


def ways_out(deployments: Iterable[Since]) -> tuple[str, ...]:
    """Returns what would settle the question without a policy word, each way once."""
    return tuple(dict.fromkeys(_way_out(since) for since in deployments))


def _way_out(since: Since) -> str:
    who = deployer(since)
    commit = commit_of(since.origin) if since.origin is not None else ""
    match since.doubt:
        case Doubt.UNKNOWN_COMMIT:
            return t(
                "This repository does not have {commit} yet, which {who} deployed: {way}.",
                commit=commit,
                who=who,
                way=_to_newer(since),
            )
        case Doubt.BEHIND:
            return t(
                "This checkout is older than {commit}, which {who} deployed: {way}.",
                commit=commit,
                who=who,
                way=_to_newer(since),
            )
        case Doubt.NOT_HERE:
            return t(
                "This checkout does not contain {commit}, which {who} deployed:\n{way}, and deploy again.",
                commit=commit,
                who=who,
                way=_to_both(since),
            )
        case Doubt.SHALLOW:
            return t(
                "This clone is cut off, so nobody can tell whether it contains {commit}, which {who} deployed:\n"
                "fetch-depth: 0 in CI, git fetch --unshallow here.",
                commit=commit,
                who=who,
            )
        case Doubt.DIRTY:
            return t(
                "{who} deployed changes that no commit has: once they are committed and deployed again, git pull.",
                who=who,
            )
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
        case Doubt.OTHER_VALUES:
            return t(
                "{who} deployed other values from the same s.yaml, out of another environment:\n"
                "set the variables here to the values that are meant, and deploy again.",
                who=who,
            )
        case Doubt.ROLLED_BACK:
            return t(
                "{who} rolled back to {commit}, and going on would undo that:\n"
                "revert the change in git, or say which side wins.",
                commit=commit,
                who=who,
            )


def _to_newer(since: Since) -> str:
    """Returns how a checkout gets a commit that is, or may be, newer than HEAD."""
    head, branch = since.head, _branch_of(since)
    back = since.doubt is Doubt.BEHIND and (head.ci or head.detached)
    if head.ci:
        there = t("let the pipeline run for a commit that has it")
    elif head.detached and not branch:
        there = t("git switch to a branch that has it")
    elif head.detached:
        there = t("git switch {branch}", branch=branch) if back else t("git switch {branch}, git pull", branch=branch)
    elif _is_of_another_branch(since):
        there = t("git fetch, git merge {commit}", commit=_commit_of(since))
    else:
        there = t("git pull --rebase") if head.ahead else t("git pull")
    if back:
        return t("{there}, and deploy again,\nor say --on-drift overwrite to roll back on purpose", there=there)
    return t("{there}, and deploy again", there=there)


def _to_both(since: Since) -> str:
    """Returns how a checkout that went another way gets a commit."""
    commit, branch = _commit_of(since), _branch_of(since)
    if since.head.ci:
        return t("merge it, or rebase onto it")
    if since.head.detached and branch:
        return t("git switch {branch}, or git merge {commit}", branch=branch, commit=commit)
    if since.head.detached or _is_of_another_branch(since):
        return t("git merge {commit}, or git rebase {commit}", commit=commit)
    return t("git pull --rebase, or git merge {commit}", commit=commit)


def _is_of_another_branch(since: Since) -> bool:
    branch = _branch_of(since)
    return bool(branch and since.head.branch) and branch != safe(since.head.branch)


def _branch_of(since: Since) -> str:
    return "" if since.origin is None else safe(since.origin.branch)


def _commit_of(since: Since) -> str:
    return "" if since.origin is None else commit_of(since.origin)


def deployments_of(diff: ResourceDiff, aspects: Iterable[str]) -> tuple[Since, ...]:
    """Returns the deployments that put online what is to be decided, each once, newest first."""
    wanted = {*aspects}
    found = {change.deployed for change in diff.changes if change.aspect in wanted and change.at_risk}
    if CODE_ASPECT in wanted:
        found |= {file.deployed for file in diff.files if file.at_risk}
    if not wanted <= ASPECTS:
        found |= {change.deployed for change in diff.changes if change.at_risk} | {diff.deleted_by}
    return tuple(sorted((since for since in found if since is not None), key=lambda since: -since.serial))
