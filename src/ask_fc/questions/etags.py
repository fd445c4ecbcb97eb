"""ETags: what has one, what moves it, how If-Match is compared."""

from __future__ import annotations

from typing import Any

from ask_fc.desk import Desk, UnansweredError
from ask_fc.questions.question import Question

Found = dict[str, Any]
TICK = 1.2  # seconds: FC's times are whole ones


def _without_change(desk: Desk) -> Found:
    """An ETag may be of the content alone, so the time is looked at too."""
    before = desk.update(description="the same")
    after = desk.update(description="the same", wait=TICK)
    moved = [before.look(what) != after.look(what) for what in ("etag", "moment lastModifiedTime")]
    return {"update_without_change_moves_etag": any(moved)}


def _taken_back(desk: Desk) -> Found:
    etags = [desk.update(timeout=seconds).look("etag") for seconds in (11, 12, 11)]
    return {"etag_is_content_only": _there(etags[0]) == etags[2]}


def _children(desk: Desk) -> Found:
    service, _ = desk.service(), desk.function()
    before = desk.done("GetService", service).look("etag")
    desk.update(description="a change below the service")
    return {"service_etag_covers_children": _there(before) != desk.done("GetService", service).look("etag")}


def _quotes(desk: Desk) -> Found:
    """The ETag is sent in the other form than it came in."""
    etag = _there(desk.update(description="before If-Match").look("etag"))
    other = etag.strip('"') if etag.startswith('"') else f'"{etag}"'
    return {"if_match_quotes": _matches(desk, other)}


def _star(desk: Desk) -> Found:
    return {"if_match_star": _matches(desk, "*")}


def _matches(desk: Desk, if_match: str) -> bool:
    names = desk.service(), desk.function()
    headers, body = {"If-Match": if_match}, {"description": "with If-Match"}
    return desk.granted("UpdateFunction", *names, body=body, headers=headers, refused_as=412)


def _there(etag: str | None) -> str:
    if etag is None:
        raise UnansweredError("the answer has no ETag")
    return etag


QUESTIONS = (
    Question(
        "Does an update that changes nothing move the ETag?", ("update_without_change_moves_etag",), _without_change
    ),
    Question("Does an edit taken back bring its ETag back?", ("etag_is_content_only",), _taken_back),
    Question("Does a write below a service move the service's ETag?", ("service_etag_covers_children",), _children),
    Question("Is If-Match compared without quotes?", ("if_match_quotes",), _quotes),
    Question("Does If-Match: * mean that it exists?", ("if_match_star",), _star),
)
