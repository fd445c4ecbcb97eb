"""The story of this project, through the real host at a terminal: A deploys, B mends the code in the web console and
tells nobody, A deploys again. The fix is made through the console's own API, as its page makes it."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any
from urllib.parse import quote

import pytest
from tests.host.harness import write_files
from tests.host.scenes import ACCOUNT, REGION, Project, assert_told

pytest_plugins = ("tests.host.stage",)

INDEX = """GREETING = 'hello'


def answer(name):
    return f'{GREETING}, {name}'


def handler(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [answer('wrold').encode()]
"""
FIX = ("answer('wrold')", "answer('world')")
FEATURE = ("'hello'", "'good morning'")


@pytest.fixture
def released(deployed: Project) -> Project:
    """A's release, with a fault in it."""
    write_files(deployed.folder, {"code/index.py": INDEX})
    run = deployed.run("deploy")
    assert run.status == 0, run.text
    assert deployed.url_says() == "hello, wrold"
    deployed.server.admin.clear_journal()
    return deployed


def console(project: Project, method: str, path: str, body: Any = None, etag: str = "") -> dict[str, Any]:
    """A request of the console's page, as B."""
    url = f"{project.server.url}/__console/api/{path}?account={ACCOUNT}&region={REGION}&who={quote('B at 02:14')}"
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-Fc-Local-Admin": "1"} | ({"If-Match": etag} if etag else {})
    request = urllib.request.Request(url, data, headers, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def mend(project: Project, old: str, new: str) -> None:
    """B opens the function's page, edits index.py and saves."""
    page = console(project, "GET", "services/shop/functions/hello")
    (text,) = [file["text"] for file in page["value"]["files"] if file["path"] == "index.py"]
    assert old in text
    saved = {"files": {"index.py": text.replace(old, new)}}
    console(project, "PUT", "services/shop/functions/hello", saved, page["etag"])


def develop(project: Project, old: str, new: str) -> None:
    """A edits index.py in the code folder."""
    write_files(project.folder, {"code/index.py": (project.folder / "code" / "index.py").read_text().replace(old, new)})


def test_both_see_both_changes_and_merge_deploys_both(released: Project) -> None:
    mend(released, *FIX)
    assert released.url_says() == "hello, world"
    develop(released, *FEATURE)
    run = released.run("plan")
    assert run.status == 0, run.text
    told = (
        "Changed online since this project last deployed:",
        "! index.py changed on both sides",
        "last deployed → online:",
        "- return [answer('wrold').encode()] + return [answer('world').encode()]",
        "last deployed → yours:",
        "-GREETING = 'hello' +GREETING = 'good morning'",
    )
    assert_told(run.text, told)

    status, seen = released.answers("deploy", "m", "w")
    assert status == 0, seen
    assert_told(
        seen,
        (
            "index.py both sides' changes; yours → merged:",
            "- return [answer('wrold').encode()] + return [answer('world').encode()]",
            "would be merged like this. What should happen?",
            "function shop/hello updated",
            "rescue copy of function shop/hello:",
            "merged files written into",
        ),
    )
    assert released.writes() == ["UpdateFunction"]
    assert released.url_says() == "good morning, world"
    text = (released.folder / "code" / "index.py").read_text()
    assert text == INDEX.replace(*FIX).replace(*FEATURE)

    run = released.run("plan --exit-code")
    assert run.status == 0, run.text
    assert "No differences" in run.text


def test_the_plan_names_b_and_a_missing_permission_is_named_once(released: Project) -> None:
    released.server.admin.switches(trail_delay_seconds=0)
    time.sleep(1.1)  # the trail counts in seconds, and what is of the second of a deployment may be its own
    mend(released, *FIX)
    run = released.run("plan")
    assert run.status == 0, run.text
    assert_told(run.text, ("function shop/hello", "changed online by B at 02:14 in the console, 20"))
    status, seen = released.answers("deploy", "")
    assert status == 3, seen
    question = "(code) was changed online, and deploying would undo that. by B at 02:14 in the console, 20"
    assert question in " ".join(seen.split())
    denied = {"status": 403, "code": "NoPermission", "message": "You are not authorized to do this operation."}
    released.server.admin.faults([{"op": "LookupEvents", "times": 0, "action": denied}])
    run = released.run("plan")
    assert run.status == 0, run.text
    assert run.text.count("actiontrail:LookupEvents") == 1
    assert_told(run.text, ("function shop/hello", "index.py changed online"))


def test_a_merge_that_is_not_written_back_is_not_undone_by_the_next_deployment(released: Project) -> None:
    mend(released, *FIX)
    develop(released, *FEATURE)
    status, seen = released.answers("deploy", "m", "l")
    assert status == 0, seen
    assert (released.folder / "code" / "index.py").read_text() == INDEX.replace(*FEATURE)
    released.server.admin.clear_journal()
    run = released.run("deploy")
    assert run.status == 0, run.text
    assert released.writes() == []
    assert released.url_says() == "good morning, world"
    develop(released, "answer(name)", "answer(name, /)")
    run = released.run("deploy")
    assert run.status == 3, run.text
    run = released.run("deploy --on-drift merge --write-back")
    assert run.status == 0, run.text
    assert released.url_says() == "good morning, world"
    assert (released.folder / "code" / "index.py").read_text() == INDEX.replace(*FIX).replace(*FEATURE).replace(
        "answer(name)", "answer(name, /)"
    )


def test_both_edited_the_same_line_and_nothing_is_deployed(released: Project) -> None:
    mend(released, *FIX)
    develop(released, "answer('wrold')", "answer('everybody')")
    status, seen = released.answers("deploy", "m", "")
    assert status == 3, seen
    assert_told(
        seen,
        (
            "index.py changed on both sides",
            "Merge cannot settle what differs on both sides. Nothing was written.",
            "index.py: the same lines were changed on both sides",
            "Please choose again.",
            "Stopped; nothing was written.",
        ),
    )
    assert released.writes() == []
    assert released.rescues() == []
    assert released.url_says() == "hello, world"
    folder = released.state / "conflicts" / "shop.hello"
    assert str(folder) in seen
    assert (folder / "index.py").read_text() == INDEX.replace(
        "    return [answer('wrold').encode()]\n",
        "<<<<<<< yours\n"
        "    return [answer('everybody').encode()]\n"
        "||||||| last deployed\n"
        "    return [answer('wrold').encode()]\n"
        "=======\n"
        "    return [answer('world').encode()]\n"
        ">>>>>>> online\n",
    )
    assert (folder / "index.py").stat().st_mode & 0o077 == 0


def test_without_a_terminal_a_conflict_stops_with_status_3(released: Project) -> None:
    mend(released, *FIX)
    develop(released, "answer('wrold')", "answer('everybody')")
    run = released.run("deploy --on-drift merge")
    assert run.status == 3, run.text
    assert released.writes() == []
    assert "index.py: the same lines were changed on both sides" in run.text
