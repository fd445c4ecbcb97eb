"""Checks that an answer of FC is the answer to the request.

DESIGN §3: an answer names the requested resource, has the right types, and an ETag where the kind has one. Anything
else is unreadable, even with status 200; after a write it does not say whether the write happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fc_guard.cloud.fc2.shapes import misfit
from fc_guard.cloud.gateway import Item, Odd, Reply
from fc_guard.cloud.wire.faults import Fault, as_read_error
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.core import strict_json
from fc_guard.core.naming import misnamed
from fc_guard.core.values import is_empty
from fc_guard.language import t
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import FieldPath
from fc_guard.model.kinds import Kind
from fc_guard.model.plans import Call

OK: Final = 200
CODE_MEMBERS: Final[frozenset[FieldPath]] = frozenset({("codeChecksum",), ("codeSize",)})


def checked(operation: str, kind: Kind, parts: tuple[str, ...], reply: Reply) -> Reply:
    """Returns the reply if it holds this very resource, with its ETag. Raises `FaultError` otherwise."""
    wrong = flaw(kind, parts, reply.document)
    if not wrong and kind.tagged and not reply.etag:
        wrong = t("it has no ETag")
    if wrong:
        raise unbelievable(
            operation,
            reply,
            t("the answer is not that of {kind} {parts}: {wrong}", kind=kind.name, parts="/".join(parts), wrong=wrong),
        )
    return reply


def shown_by(catalog: Catalog) -> Mapping[str, tuple[Kind, ...]]:
    """Maps each operation that answers with the written resource to its kind, preceded by the kind's parents."""
    return {
        operation: catalog.chain(kind)
        for kind in catalog.kinds
        if kind.operations.read
        for operation in (kind.operations.create, kind.operations.update)
        if operation
    }


def written(shown: Mapping[str, tuple[Kind, ...]], call: Call, reply: Reply) -> Reply:
    """Returns the answer to a write, checked: it shows the resource, or has a request id. Raises `FaultError`."""
    chain = shown.get(call.operation)
    if chain is not None:
        kind, named = chain[-1], len(call.path) == len(chain)
        parts = call.path if named else (*call.path, str((call.body or {}).get(kind.name_field)))
        return checked(call.operation, kind, parts, reply)
    if not reply.request_id:
        raise unbelievable(call.operation, reply, t("the answer is not FC's: it has no request id"))
    return reply


def page(kind: Kind, parent: tuple[str, ...], reply: Reply) -> tuple[tuple[Item, ...], str]:
    """Returns the items of one page of a list and the token of the next page, '' at the end. Each item has a name and
    belongs to `parent`; an item with another flaw becomes an `Odd`. Raises `FaultError`."""
    items, token = listed(kind.operations.list, kind.list_field, reply, may_lack=kind.keyless)
    return tuple(_item(kind, parent, item, reply) for item in items), token


def listed(operation: str, field: str, reply: Reply, *, may_lack: bool = False) -> tuple[list[Any], str]:
    """Returns the raw items and the token of the next page, '' at the end. With `may_lack`, an empty list may come
    without its key if the answer has FC's request id. Raises `FaultError`."""
    if field not in reply.document and not (may_lack and reply.request_id):
        raise unbelievable(operation, reply, t("the answer is no list: its {field} is missing", field=field))
    items = reply.document.get(field)
    token = reply.document.get("nextToken") or ""
    if items is not None and not isinstance(items, list):
        raise unbelievable(
            operation, reply, t("the answer is no list: its {field} is {what}", field=field, what=_what(items))
        )
    if not isinstance(token, str):
        raise unbelievable(operation, reply, t("the answer is no list: its nextToken is {what}", what=_what(token)))
    return items or [], token


def _item(kind: Kind, parent: tuple[str, ...], item: Any, reply: Reply) -> Item:
    if not kind.operations.read:
        item = {kind.name_field: item}
    name = item.get(kind.name_field) if isinstance(item, dict) else None
    if not isinstance(name, str) or not name:
        raise _not_one(kind, t("it has no name"), reply)
    if not kind.operations.read:
        return item  # type: ignore[no-any-return]  # an object of JSON
    if wrong := _of_another(kind, (*parent, name), item):
        raise _not_one(kind, wrong, reply)
    wrong, short = _wrong(kind, item), _short(kind, item)
    if wrong or short:
        return Odd(name, as_read_error(_not_one(kind, wrong or short, reply).fault), short=not wrong)
    return item  # type: ignore[no-any-return]


def _not_one(kind: Kind, why: str, reply: Reply) -> FaultError:
    return unbelievable(
        kind.operations.list, reply, t("an item of the list is no {kind}: {why}", kind=kind.name, why=why)
    )


def text(operation: str, reply: Reply, member: str) -> str:
    """Returns a member that is text, '' where FC sends none. Raises `FaultError`."""
    value = reply.document.get(member)
    if value is not None and not isinstance(value, str):
        raise unbelievable(operation, reply, t("the answer's {member} is {what}", member=member, what=_what(value)))
    return value or ""


def unbelievable(operation: str, reply: Reply, why: str) -> FaultError:
    return FaultError(Fault(operation, OK, "BadAnswer", why, reply.request_id))


def flaw(kind: Kind, parts: tuple[str, ...], document: Mapping[str, Any]) -> str:
    """Says what is wrong with a resource's document, whether FC answered it or it was saved; '' if nothing is."""
    return _of_another(kind, parts, document) or _wrong(kind, document) or _short(kind, document)


def _of_another(kind: Kind, parts: tuple[str, ...], document: Mapping[str, Any]) -> str:
    other = misnamed(kind, parts, document)
    return t("its {other} is {what}", other=other, what=_what(document.get(other))) if other else ""


def _wrong(kind: Kind, document: Mapping[str, Any]) -> str:
    """Names the first member with a wrong type or content, '' if there is none."""
    read = kind.operations.read
    odd = misfit(read, document, lambda path: _counts(kind, path)) if read else ""
    if odd:
        return t("its {odd} is {what}", odd=odd, what=_what(_at(document, odd.split("."))))
    checksum = document.get("codeChecksum")
    if kind.code is not None and checksum and not (checksum.isascii() and checksum.isdigit()):
        return t("its codeChecksum is no checksum")
    found = (*(_text_of_json(path, document) for path in kind.rules.json_text), *_nameless(kind, document))
    return next(filter(None, found), "")


def _short(kind: Kind, document: Mapping[str, Any]) -> str:
    """Names the first member that the kind needs and the document lacks, '' if there is none."""
    missing = next((name for name in kind.needed(document) if not document.get(name)), "")
    return t("its {missing} is {what}", missing=missing, what=_what(document.get(missing))) if missing else ""


def _counts(kind: Kind, path: FieldPath) -> bool:
    """Says whether the type counts: stages read the member, and it is not JSON text (an object in the older API)."""
    if path in kind.rules.json_text:
        return False
    return kind.rules.knows(path) or (kind.code is not None and path in CODE_MEMBERS)


def _nameless(kind: Kind, document: Mapping[str, Any]) -> Iterator[str]:
    """Names entries of a list that lack the member by which they are told apart."""
    tidy = kind.rules.tidied(document)
    for path, member in kind.rules.keyed.items():
        for item in _at(tidy, path) or ():
            if not isinstance(item.get(member), str):
                yield t(
                    "its {path} holds an entry whose {member} is {what}",
                    path=".".join(path),
                    member=member,
                    what=_what(item.get(member)),
                )


def _text_of_json(path: FieldPath, document: Mapping[str, Any]) -> str:
    """Says what is wrong with a member that should be an object or its JSON text; '' if nothing is."""
    value = document.get(path[0])
    try:
        said = strict_json.read(value) if isinstance(value, str) and value else value
    except ValueError:
        return t("its {path} is no JSON", path=path[0])
    return "" if isinstance(said, dict) or is_empty(said) else t("its {path} is no object", path=path[0])


def _at(document: Mapping[str, Any], path: Iterable[str]) -> Any:
    value: Any = document
    for key in path:
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)]
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _what(value: Any) -> str:
    """Describes a value by its type, for a message. The value itself may be a secret."""
    if value is None:
        return "missing"
    if value == "":
        return "empty"
    if isinstance(value, str):
        return t("another text than was asked for")
    return {bool: t("a boolean"), int: t("a number"), float: t("a number"), list: t("a list")}.get(
        type(value), t("an object")
    )
