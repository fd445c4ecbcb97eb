"""What FC answered, believed only if it is the answer to what was asked.

DESIGN §3: an answer names what was asked for, has the right types, and an ETag where the kind has one. Anything else is
unreadable, also with status 200; after a write it says nothing of what became of it.
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
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import FieldPath
from fc_guard.model.kinds import Kind
from fc_guard.model.plans import Call

OK: Final = 200
CODE_MEMBERS: Final[frozenset[FieldPath]] = frozenset({("codeChecksum",), ("codeSize",)})


def checked(operation: str, kind: Kind, parts: tuple[str, ...], reply: Reply) -> Reply:
    """A resource's document, with its ETag. Raises `FaultError` where it is not one, or not this one's."""
    wrong = flaw(kind, parts, reply.document)
    if not wrong and kind.tagged and not reply.etag:
        wrong = "it has no ETag"
    if wrong:
        raise unbelievable(operation, reply, f"the answer is not that of {kind.name} {'/'.join(parts)}: {wrong}")
    return reply


def shown_by(catalog: Catalog) -> Mapping[str, tuple[Kind, ...]]:
    """The operations that answer with the resource as they wrote it -> its kind, after those that it lies in."""
    return {
        operation: catalog.chain(kind)
        for kind in catalog.kinds
        if kind.operations.read
        for operation in (kind.operations.create, kind.operations.update)
        if operation
    }


def written(shown: Mapping[str, tuple[Kind, ...]], call: Call, reply: Reply) -> Reply:
    """The answer to a write: the resource as it is now, or FC's name for the request where nothing is shown."""
    chain = shown.get(call.operation)
    if chain is not None:
        kind, named = chain[-1], len(call.path) == len(chain)
        parts = call.path if named else (*call.path, str((call.body or {}).get(kind.name_field)))
        return checked(call.operation, kind, parts, reply)
    if not reply.request_id:
        raise unbelievable(call.operation, reply, "the answer is not FC's: it has no request id")
    return reply


def page(kind: Kind, parent: tuple[str, ...], reply: Reply) -> tuple[tuple[Item, ...], str]:
    """The items of one page of a list, and the token of the next page, '' at the end. Each has a name, and belongs
    into the list; what else is wrong with one is its own."""
    items, token = listed(kind.operations.list, kind.list_field, reply, may_lack=kind.keyless)
    return tuple(_item(kind, parent, item, reply) for item in items), token


def listed(operation: str, field: str, reply: Reply, *, may_lack: bool = False) -> tuple[list[Any], str]:
    """The same, whatever the items are. `may_lack`: of an empty list FC may leave out the very key; that it is FC's
    answer, its request id tells."""
    if field not in reply.document and not (may_lack and reply.request_id):
        raise unbelievable(operation, reply, f"the answer is no list: its {field} is missing")
    items = reply.document.get(field)
    token = reply.document.get("nextToken") or ""
    if items is not None and not isinstance(items, list):
        raise unbelievable(operation, reply, f"the answer is no list: its {field} is {_what(items)}")
    if not isinstance(token, str):
        raise unbelievable(operation, reply, f"the answer is no list: its nextToken is {_what(token)}")
    return items or [], token


def _item(kind: Kind, parent: tuple[str, ...], item: Any, reply: Reply) -> Item:
    if not kind.operations.read:
        item = {kind.name_field: item}
    name = item.get(kind.name_field) if isinstance(item, dict) else None
    if not isinstance(name, str) or not name:
        raise _not_one(kind, "it has no name", reply)
    if not kind.operations.read:
        return item  # type: ignore[no-any-return]  # an object of JSON
    if wrong := _of_another(kind, (*parent, name), item):
        raise _not_one(kind, wrong, reply)
    wrong, short = _wrong(kind, item), _short(kind, item)
    if wrong or short:
        return Odd(name, as_read_error(_not_one(kind, wrong or short, reply).fault), short=not wrong)
    return item  # type: ignore[no-any-return]


def _not_one(kind: Kind, why: str, reply: Reply) -> FaultError:
    return unbelievable(kind.operations.list, reply, f"an item of the list is no {kind.name}: {why}")


def text(operation: str, reply: Reply, member: str) -> str:
    """A member that is text; '' where FC has none."""
    value = reply.document.get(member)
    if value is not None and not isinstance(value, str):
        raise unbelievable(operation, reply, f"the answer's {member} is {_what(value)}")
    return value or ""


def unbelievable(operation: str, reply: Reply, why: str) -> FaultError:
    return FaultError(Fault(operation, OK, "BadAnswer", why, reply.request_id))


def flaw(kind: Kind, parts: tuple[str, ...], document: Mapping[str, Any]) -> str:
    """What is wrong with the document of a resource, whether FC answered it or it was saved; or ''."""
    return _of_another(kind, parts, document) or _wrong(kind, document) or _short(kind, document)


def _of_another(kind: Kind, parts: tuple[str, ...], document: Mapping[str, Any]) -> str:
    """What says that the document is another resource's, or nothing."""
    other = misnamed(kind, parts, document)
    return f"its {other} is {_what(document.get(other))}" if other else ""


def _wrong(kind: Kind, document: Mapping[str, Any]) -> str:
    """What of the document is not what FC says there, or nothing."""
    read = kind.operations.read
    odd = misfit(read, document, lambda path: _counts(kind, path)) if read else ""
    if odd:
        return f"its {odd} is {_what(_at(document, odd.split('.')))}"
    checksum = document.get("codeChecksum")
    if kind.code is not None and checksum and not (checksum.isascii() and checksum.isdigit()):
        return "its codeChecksum is no checksum"
    found = (*(_text_of_json(path, document) for path in kind.rules.json_text), *_nameless(kind, document))
    return next(filter(None, found), "")


def _short(kind: Kind, document: Mapping[str, Any]) -> str:
    """What is missing for the document to tell what there is, or nothing."""
    missing = next((name for name in kind.needed(document) if not document.get(name)), "")
    return f"its {missing} is {_what(document.get(missing))}" if missing else ""


def _counts(kind: Kind, path: FieldPath) -> bool:
    """Types matter of what the stages read. A JSON text may come as the object that it says: FC's older API."""
    if path in kind.rules.json_text:
        return False
    return kind.rules.knows(path) or (kind.code is not None and path in CODE_MEMBERS)


def _nameless(kind: Kind, document: Mapping[str, Any]) -> Iterator[str]:
    """Entries of a list that are told apart by a member, and do not have it."""
    tidy = kind.rules.tidied(document)
    for path, member in kind.rules.keyed.items():
        for item in _at(tidy, path) or ():
            if not isinstance(item.get(member), str):
                yield f"its {'.'.join(path)} holds an entry whose {member} is {_what(item.get(member))}"


def _text_of_json(path: FieldPath, document: Mapping[str, Any]) -> str:
    """What is wrong with a member that is an object, as it is or as JSON text; or nothing at all."""
    value = document.get(path[0])
    try:
        said = strict_json.read(value) if isinstance(value, str) and value else value
    except ValueError:
        return f"its {path[0]} is no JSON"
    return "" if isinstance(said, dict) or is_empty(said) else f"its {path[0]} is no object"


def _at(document: Mapping[str, Any], path: Iterable[str]) -> Any:
    value: Any = document
    for key in path:
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)]
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _what(value: Any) -> str:
    """A value's type, for a message. The value itself may be anything, or a secret."""
    if value is None:
        return "missing"
    if value == "":
        return "empty"
    if isinstance(value, str):
        return "another text than was asked for"
    return {bool: "a boolean", int: "a number", float: "a number", list: "a list"}.get(type(value), "an object")
