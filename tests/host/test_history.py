"""`s history` through the real host: two commits are deployed, and each is told with its subject."""

from __future__ import annotations

from tests.gits import Repo
from tests.host.scenes import Project, assert_told

pytest_plugins = ("tests.host.stage",)


def test_two_commits_that_were_deployed_are_told_newest_first(fresh: Project) -> None:
    repo = Repo.make(fresh.folder)
    first = repo.commit("the shop opens")
    assert fresh.run("deploy").status == 0
    fresh.code("two")
    second = repo.commit("it says two")
    assert fresh.run("deploy").status == 0
    fresh.server.admin.clear_journal()

    told = fresh.run("history")
    assert told.status == 0, told.text
    assert_told(
        told.text,
        (
            f'from {second[:10]} "it says two" (main)',
            "function shop/hello  code: index.py changed",
            f'from {first[:10]} "the shop opens" (main)',
            "function shop/hello  made",
        ),
    )
    assert told.text.index("it says two") < told.text.index("the shop opens")
    assert fresh.requests() == [], "nothing online is read"

    document = fresh.run("history trigger --limit 1 --silent --output json").json()
    (only,) = document["history"]["deployments"]
    assert (only["origin"]["commit"], only["contained"]) == (first, True)
    assert {deed["kind"] for deed in only["resources"]} == {"trigger"}
