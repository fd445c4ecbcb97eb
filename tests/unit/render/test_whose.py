"""What would settle the question is said in words that work where this checkout is."""

from __future__ import annotations

import pytest

from fc_guard.model.origins import Doubt, Head, Origin, Since
from fc_guard.render.whose import ways_out

DETACHED, JOB = Head(detached=True), Head(detached=True, ci=True)
NEWER, GONE, ASIDE = Doubt.BEHIND, Doubt.UNKNOWN_COMMIT, Doubt.NOT_HERE


@pytest.mark.parametrize(
    ("doubt", "head", "branch", "way"),
    [
        (NEWER, Head("main"), "main", "git pull, and deploy again."),
        (NEWER, Head("main"), "fix", "git fetch, git merge 0123456789, and deploy again."),
        (NEWER, DETACHED, "main", "git switch main, and deploy again,\nor say --on-drift overwrite to roll back on"),
        (NEWER, DETACHED, "", "git switch to a branch that has it, and deploy again,\nor say --on-drift overwrite to"),
        (NEWER, JOB, "main", "let the pipeline run for a commit that has it, and deploy again,\nor say --on-drift"),
        (GONE, Head("main"), "main", "git pull, and deploy again."),
        (GONE, Head("main"), "", "git pull, and deploy again."),
        (GONE, Head("main", ahead=True), "main", "git pull --rebase, and deploy again."),
        (GONE, Head("main"), "fix", "git fetch, git merge 0123456789, and deploy again."),
        (GONE, DETACHED, "main", "git switch main, git pull, and deploy again."),
        (GONE, JOB, "main", "let the pipeline run for a commit that has it, and deploy again."),
        (ASIDE, Head("main"), "main", "git pull --rebase, or git merge 0123456789, and deploy again."),
        (ASIDE, Head("main"), "fix", "git merge 0123456789, or git rebase 0123456789, and deploy again."),
        (ASIDE, DETACHED, "main", "git switch main, or git merge 0123456789, and deploy again."),
        (ASIDE, JOB, "main", "merge it, or rebase onto it, and deploy again."),
    ],
)
def test_the_way_to_a_commit(doubt: Doubt, head: Head, branch: str, way: str) -> None:
    origin = Origin(by="ben", commit="0123456789abcdef", branch=branch, clean=True)
    (told,) = ways_out([Since(2, origin, doubt, head)])
    assert way in told
    assert "which ben deployed:" in told
