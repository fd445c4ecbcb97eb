"""What was overwritten is put back: from the keyboard, and in a later job of a pipeline."""

from __future__ import annotations

import copy
import json
import shutil
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.host.scenes import ACCOUNT, PROMPT, PROPS, REGION, Project, assert_told, handler

pytest_plugins = ("tests.host.stage",)

BOBS = {"index.py": handler("mended by bob"), "notes.txt": "at 02:14\n"}
SETTINGS = {"timeout": 60, "environmentVariables": {"LEVEL": "debug", "TOKEN": "canary-4711"}}


def bob_saves(project: Project, **body: Any) -> None:
    """Bob saves the function in the web console of the local FC."""
    place = urlencode({"account": ACCOUNT, "region": REGION, "who": "bob"})
    url = f"{project.server.url}/__console/api/services/shop/functions/hello?{place}"
    headers = {"X-Fc-Local-Admin": "1"}  # as the console's own page sends it
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="PUT")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        assert answer.status == 200


def told_apart(project: Project) -> dict[str, Any]:
    """The function as it is online, without what every write moves."""
    moving = {"lastModifiedTime", "etag"}
    return {key: value for key, value in project.function.items() if key not in moving}


@pytest.fixture
def mended(deployed: Project) -> Project:
    bob_saves(deployed, files=BOBS, **SETTINGS)
    deployed.server.admin.clear_journal()
    return deployed


def test_overwritten_at_the_keyboard_and_put_back_at_the_keyboard(mended: Project) -> None:
    theirs = told_apart(mended)
    status, seen = mended.answers("deploy", "o")
    assert status == 0, seen
    (rescue,) = mended.rescues()
    rescue.assert_complete()
    rescue.assert_older_than_writes(mended)
    assert rescue.code_checksum == theirs["codeChecksum"]
    assert mended.url_says() == "one"
    assert_told(seen, (str(rescue.folder), "s undo"))
    before = mended.baselines()

    mended.server.admin.clear_journal()
    with mended.terminal("undo") as person:
        person.expect("Put this back?")
        person.expect(PROMPT)
        person.line("")
        assert person.finish() == 3, person.transcript
    assert mended.writes() == []
    with mended.terminal("undo") as person:
        person.expect(PROMPT)
        person.line("y")
        assert person.finish() == 0, person.transcript
    seen = person.transcript
    assert_told(
        seen,
        (
            *("Put back:", "function shop/hello", f"from {rescue.folder.name}", "deploy, decided at the question"),
            *("index.py", "+ return [b'mended by bob']", "notes.txt", "only saved", "timeout", "online 10", "saved 60"),
            *("Put this back?", "function shop/hello updated", "is not what this project last deployed"),
        ),
    )
    assert "canary" not in seen
    assert mended.writes() == ["UpdateFunction"]
    assert told_apart(mended) == theirs
    assert mended.url_says() == "mended by bob"

    after = {name: json.loads(data)["payload"]["baseline"] for name, data in mended.baselines().items()}
    assert after == {name: json.loads(data)["payload"]["baseline"] for name, data in before.items()}
    run = mended.run("plan --exit-code")
    assert run.status == 3, run.text
    mended.server.admin.clear_journal()
    run = mended.run("deploy -y")  # what was put back is not ours to overwrite
    assert (run.status, mended.writes()) == (3, []), run.text


def test_overwritten_in_a_pipeline_and_put_back_in_a_later_job(mended: Project) -> None:
    theirs = told_apart(mended)
    mended.host.variables["CI"] = "true"
    run = mended.run("deploy --use-remote")
    assert run.status == 0, run.text
    (rescue,) = mended.rescues()
    rescue.assert_complete()
    rescue.assert_older_than_writes(mended)
    assert str(rescue.folder) in run.text

    cache = mended.folder.parent / "cache"
    shutil.copytree(mended.state, cache)
    later = Project(mended.folder.parent / "later" / "app", mended.host, mended.server)
    later.save()
    later.code("one")
    run = later.run("undo -y")
    assert run.status == 0, run.text
    assert "Nothing to undo here" in run.text  # without the cache there is nothing
    shutil.copytree(cache, later.state)

    run = later.run("rescue")
    assert run.status == 0, run.text
    assert_told(run.text, ("deploy --use-remote", "function shop/hello", "overwritten", rescue.folder.name))
    later.server.admin.clear_journal()
    run = later.run("undo")
    assert (run.status, later.writes()) == (2, []), run.text
    assert_told(run.text, ("error: not-confirmed", "hint: Add -y."))
    run = later.run("undo -y")
    assert run.status == 0, run.text
    assert later.writes() == ["UpdateFunction"]
    assert told_apart(later) == theirs
    assert later.url_says() == "mended by bob"
    run = later.run("deploy")
    assert run.status == 3, run.text


def test_a_newer_fix_is_asked_about_and_stops_a_pipeline(mended: Project) -> None:
    run = mended.run("deploy --use-remote")
    assert run.status == 0, run.text
    bob_saves(mended, timeout=77)
    mended.server.admin.clear_journal()
    run = mended.run("undo -y")
    assert (run.status, mended.writes()) == (3, []), run.text
    assert_told(run.text, ("last written 10", "online 77", "saved 60", "error: changed-online", "hint: --use-remote"))
    status, seen = mended.answers("undo", "k")
    assert status == 0, seen
    assert "putting back the saved state would undo that" in seen
    assert mended.function["timeout"] == 77
    assert mended.url_says() == "mended by bob"


def test_what_a_removal_took_comes_back_and_answers(mended: Project) -> None:
    theirs = told_apart(mended)
    run = mended.run("remove -y --use-remote")
    assert run.status == 0, run.text
    assert mended.services == {}
    run = mended.run("undo -y")
    assert run.status == 0, run.text
    for moving in ("functionId", "createdTime", "triggers"):
        theirs.pop(moving)
    assert {key: value for key, value in told_apart(mended).items() if key in theirs} == theirs
    assert set(mended.function["triggers"]) == {"http", "tick"}
    assert mended.url_says() == "mended by bob"


def test_steps_of_one_s_yaml_go_back_together(fresh: Project) -> None:
    other = copy.deepcopy(PROPS)
    other["service"]["name"] = "depot"
    fresh.steps["two"] = other
    fresh.save()
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    for service in ("shop", "depot"):
        fresh.edit("UpdateFunction", service, "hello", timeout=60)
    run = fresh.run("deploy --use-remote")
    assert run.status == 0, run.text
    fresh.edit("UpdateFunction", "depot", "hello", timeout=70)
    run = fresh.run("two deploy --use-remote")
    assert run.status == 0, run.text

    def timeouts() -> tuple[int, int]:
        return tuple(fresh.services[name]["functions"]["hello"]["timeout"] for name in ("shop", "depot"))  # type: ignore[return-value]

    run = fresh.run("undo -y")  # the newest run was about one step alone
    assert run.status == 0, run.text
    assert timeouts() == (10, 70)
    of_shop = next(each.folder for each in fresh.rescues() if "shop" in each.folder.name)  # only the first run was
    first = json.loads((of_shop / "rescue.json").read_text())["run"]
    run = fresh.run(f"undo {first} -y --use-remote")
    assert run.status == 0, run.text
    assert timeouts() == (60, 60)
    assert_told(run.text, ("shop/hello", "depot/hello"))
    run = fresh.run("undo -y")
    assert run.status == 0, run.text
    assert timeouts() == (10, 70)


def test_an_unknown_name_is_bad_input(deployed: Project) -> None:
    run = deployed.run("undo nothing -y")
    assert run.status == 2, run.text
    assert_told(run.text, ("error: no-rescue-copy", "'nothing'", "hint: s rescue --all"))


def test_copies_are_listed_as_json(mended: Project) -> None:
    mended.run("deploy --use-remote")
    run = mended.run("rescue --silent --output json")
    (listed,) = run.json()["rescues"]
    assert (listed["resource"], listed["word"], listed["reason"]) == (
        *("function shop/hello", "--use-remote", "overwritten"),
    )
    assert Path(listed["directory"]) == mended.rescues()[0].folder
