"""FC's answers in other words: what a read of a resource says from now on, whatever is stored."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.integration.project import ACCOUNT, REGION, Project

Document = dict[str, Any]
Edit = Callable[[Document], None]

READS = {
    "service": ("GetService", ("demo",), None),
    "vpcBinding": ("ListVpcBindings", ("demo",), None),
    "function": ("GetFunction", ("demo", "hello"), None),
    "asyncConfig": ("ListFunctionAsyncInvokeConfigs", ("demo", "hello"), "configs"),
    "trigger": ("ListTriggers", ("demo", "hello"), "triggers"),
    "customDomain": ("GetCustomDomain", ("www.example.com",), None),
}
"""Kind -> the read that a plan sends for it, of what, and the list in which the resource stands, if any."""


def says(project: Project, kind: str, shown: Mapping[str, Any] | Edit) -> None:
    """From now on FC answers with the one resource of the kind as it is, but for what is `shown`: members to put over
    it, or a function that edits the answer."""
    operation, path, items = READS[kind]
    found = _read(project, operation, *path)
    body: Document = found["body"]
    (document,) = body[items] if items else (body,)
    before = copy.deepcopy(document)
    _edit(document, shown)
    assert before != document, f"FC says {shown} of the {kind} already"
    headers = {"Content-Type": "application/json"} | ({"Etag": found["etag"]} if found["etag"] else {})
    raw = {"body": json.dumps(body), "headers": headers}
    project.server.admin.faults([{"op": operation, "times": 0, "action": {"raw": raw}}])


def as_usual(project: Project) -> None:
    """FC answers in its own words again."""
    project.server.admin.faults([])


def answer(project: Project, operation: str, *path: str) -> Document:
    """What FC answers to a read."""
    body: Document = _read(project, operation, *path)["body"]
    return body


def _read(project: Project, operation: str, *path: str) -> dict[str, Any]:
    found: dict[str, Any] = project.server.admin.edit(operation, path, account=ACCOUNT, region=REGION)
    assert found["status"] == 200, found
    return found


def _edit(document: Document, shown: Mapping[str, Any] | Edit) -> None:
    """A trigger's configuration is JSON text in the answer, and an object to the test."""
    text = document.get("triggerConfig")
    if text is not None:
        document["triggerConfig"] = json.loads(text)
    if callable(shown):
        shown(document)
    else:
        _merge(document, shown)
    if "triggerConfig" in document:
        document["triggerConfig"] = json.dumps(document["triggerConfig"])


def _merge(document: Document, shown: Mapping[str, Any]) -> None:
    for key, value in shown.items():
        if isinstance(value, Mapping) and isinstance(document.get(key), dict):
            _merge(document[key], value)
        else:
            document[key] = copy.deepcopy(value)
