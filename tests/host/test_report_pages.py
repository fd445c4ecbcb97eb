"""Through the real host: `--report` writes a comment and a page beside s.yaml, and the status stays what it is."""

from __future__ import annotations

from tests.host.scenes import Project

pytest_plugins = ("tests.host.stage",)


def page(project: Project, name: str) -> str:
    return (project.folder / name).read_text(encoding="utf-8")


def test_a_plan_is_written_as_a_comment_and_as_a_page(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", description="mended by @bob, see <b>#1</b>")
    deployed.props["function"]["description"] = "ours"
    deployed.save()
    run = deployed.run("plan --exit-code --report plan.md --report plan.html")
    assert run.status == 3, run.text
    comment, html = page(deployed, "plan.md"), page(deployed, "plan.html")
    assert comment.startswith("<!-- fc-guard plan -->\n")
    assert "→ online `mended by @bob, see <b>#1</b>` → yours `ours`" in comment
    assert "<code>mended by @bob, see &lt;b&gt;#1&lt;/b&gt;</code>" in html
    assert [text for text in (comment, html) if "To decide:" not in text or "--use-remote" not in text] == []


def test_all_steps_are_in_one_comment_and_the_one_that_stops_says_what_to_do(fresh: Project) -> None:
    fresh.steps["two"] = {**fresh.props, "service": {"name": "other"}, "triggers": []}
    fresh.save()
    assert fresh.run("deploy --report report.md").status == 0
    comment = page(fresh, "report.md")
    summary = comment.partition("###")[0]
    assert [step for step in ("`one`", "`two`") if step not in summary] == []
    fresh.edit("UpdateFunction", "other", "hello", timeout=77)
    fresh.code("two")
    run = fresh.run("deploy --report report.md")
    assert run.status == 3, run.text
    comment = page(fresh, "report.md")
    assert [text for text in ("exit status 3", "error: changed-online", "hint:") if text not in comment] == []


def test_a_name_that_says_no_form_is_bad_input(deployed: Project) -> None:
    run = deployed.run("plan --report plan.txt")
    assert run.status == 2, run.text
    assert ".json, .md, .html" in run.text
