"""The gateway over the official SDK (API 2021-04-06)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.fc2 import answers, packages
from fc_guard.cloud.fc2.inline import Inline, StreamingClient
from fc_guard.cloud.fc2.operations import OPERATIONS, require_known
from fc_guard.cloud.gateway import Content, Credential, Hide, Item, Parts, Reply, Stored, Waits, Watch
from fc_guard.cloud.wire import guard
from fc_guard.cloud.wire.faults import as_read_error, as_upload_error, as_write_error, gone
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, POOL, READ_MS, configured, exchanged
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.errors import BadInput, CallFailed, Effect, LiveMoved, Unreadable
from fc_guard.kinds.fc2.service import TRACES
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import Json
from fc_guard.model.invocations import Answer, Event
from fc_guard.model.kinds import Holder, Kind, call_path, call_query
from fc_guard.model.plans import Call

if TYPE_CHECKING:
    from fc_guard.cloud.wire.oss import Bucket

PAGE: Final = 100
PACKAGE: Final = "GetFunctionCode"
MOST_PAGES: Final = 1000

T = TypeVar("T")

# UpdateFunction spells this one key with a capital; every other operation does not. SDK 2.0.12.
SPELLINGS: Final[Mapping[str, Mapping[str, str]]] = {"UpdateFunction": {"instanceConcurrency": "InstanceConcurrency"}}


class Fc2Gateway:
    """Uses the SDK's synchronous client, which keeps connections alive across threads; its async one does not."""

    def __init__(self, endpoint: str, region: str, credential: Credential, catalog: Catalog) -> None:
        """`endpoint` is FC's URL. Raises `ValueError` if a kind has an operation that is not in OPERATIONS."""
        require_known(catalog)
        self._catalog = catalog
        self._gone = gone(catalog)
        self._shown = answers.shown_by(catalog)
        self._endpoint = endpoint
        self._region = region
        self._credential = credential
        self._client = StreamingClient(configured(endpoint, region, credential))

    def waiting(self, waits: Waits) -> Fc2Gateway:
        return self  # what FC answers has happened

    def read(self, id: Address) -> Reply | None:
        kind = self._catalog.kind(id)
        operation = kind.operations.read
        return self._fetch(
            operation,
            call_path(kind, id),
            call_query(kind, id),
            lambda reply: answers.checked(operation, kind, id.parts, reply),
            absent=self._catalog.chain(kind),
        )

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...] | None:
        inside = parent.parts if parent is not None else ()
        items = self._pages(
            kind.operations.list,
            inside,
            {},
            lambda reply: answers.page(kind, inside, reply),
            self._catalog.chain(kind)[:-1],
        )
        return None if items is None else tuple(items)

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        return answers.flaw(self._catalog.kind(id), id.parts, document)

    def held_by(self, id: Address, holder: Holder) -> tuple[str, ...] | None:
        items = self._pages(
            holder.list,
            id.parts if holder.in_path else (),
            holder.query(id),
            lambda reply: answers.listed(holder.list, holder.list_field, reply, may_lack=True),
            self._catalog.chain(self._catalog.kind(id)),
        )
        if items is None:
            return None
        try:
            return tuple(name for item in items if (name := holder.called(item, id)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(
                t("{operation}: FC's answer does not say what is inside {id}.", operation=holder.list, id=id),
                hint=t("Try again."),
                effect=Effect.NOTHING,
            ) from error

    def _pages(
        self,
        operation: str,
        path: tuple[str, ...],
        query: Mapping[str, Any],
        understood: Callable[[Reply], tuple[Sequence[Any], str]],
        absent: tuple[Kind, ...],
    ) -> Sequence[Any] | None:
        """Returns all items of a list, None if the parent does not exist. Raises `Unreadable`."""
        items: list[Any] = []
        page: dict[str, Any] = {"limit": PAGE}
        tokens: set[str] = set()
        while True:
            answer = self._fetch(operation, path, {**query, **page}, understood, absent=absent)
            if answer is None:
                return None
            found, token = answer
            items += found
            if not token:
                return items
            if token in tokens or len(tokens) > MOST_PAGES:
                raise Unreadable(
                    t("{operation}: the list does not end.", operation=operation),
                    hint=t("Try again."),
                    effect=Effect.NOTHING,
                )
            tokens.add(token)
            page = {"limit": PAGE, "nextToken": token}

    def package(self, id: Address, into: IO[bytes]) -> None:
        packages.download(lambda: self._address(id, None), id, into)

    def parts(self, id: Address, checksum: str | None, into: IO[bytes]) -> Parts | None:
        return packages.parts(lambda: self._address(id, checksum), id, into)

    def _address(self, id: Address, checksum: str | None) -> str:
        """Returns the URL of a package. Raises `LiveMoved` if it no longer has the given `checksum`."""
        shown = self._fetch(
            PACKAGE,
            id.parts,
            {},
            lambda reply: tuple(answers.text(PACKAGE, reply, member) for member in ("url", "checksum")),
            absent=self._catalog.chain(self._catalog.kind(id)),
        )
        if shown is None:
            raise LiveMoved(t("{id} is not online any more: it was deleted just now.", id=id))
        url, now = shown
        if not url:
            raise Unreadable(t("FC has no code package to show for {id}.", id=id))
        if checksum and now and now != checksum:
            raise LiveMoved(t("The code package of {id} is not the one that was compared: it changed just now.", id=id))
        return url

    def stored(self, bucket: str, key: str) -> Stored | None:
        from fc_guard.cloud.wire import oss  # noqa: PLC0415  few runs need it

        try:
            return oss.head(self._bucket(bucket), key)
        except FaultError as error:
            raise as_read_error(error.fault) from error

    def invoke(self, id: Address, event: Event) -> Answer | None:
        from fc_guard.cloud.fc2 import invoking  # noqa: PLC0415

        found = self.read(id)
        if found is None:
            return None
        seconds = float(found.document["timeout"]) if event.waits else 0.0
        try:
            return retried(
                lambda: invoking.invoked(self._client, id, event, seconds),
                repeats=lambda fault: fault.throttled or not fault.reached,
            )
        except FaultError as error:
            if error.fault.says_absent(invoking.ABSENT):
                return None
            raise as_write_error(error.fault, self._gone) from error

    def inline(self, content: Content) -> Mapping[str, Any]:
        return {"zipFile": Inline(content)}

    def placed(self, bucket: str, key: str) -> Mapping[str, Any]:
        return {"ossBucketName": bucket, "ossObjectName": key}

    def temporary(
        self, function: Address, instance_type: str, content: Content, watch: Watch, hide: Hide
    ) -> Mapping[str, Any]:
        from fc_guard.cloud.fc2 import temporary  # noqa: PLC0415
        from fc_guard.cloud.wire import oss  # noqa: PLC0415

        try:
            ticket = temporary.ticket(self._endpoint, self._credential, function, instance_type)
            hide(ticket.credential.access_key_secret, ticket.credential.security_token)
            if ticket.most is not None and content.size > ticket.most:
                raise _too_large(function, content.size, ticket.most)
            url = oss.address(ticket.bucket, self._region, self._endpoint, ticket.endpoint)
            oss.put(oss.Bucket(ticket.bucket, url, self._region, ticket.credential), ticket.key, content, watch)
        except FaultError as error:
            raise as_upload_error(error.fault) from error
        return self.placed(ticket.bucket, ticket.key)

    def put(self, bucket: str, id: Address, content: Content, watch: Watch) -> Mapping[str, Any]:
        from fc_guard.cloud.fc2.packages import object_name  # noqa: PLC0415
        from fc_guard.cloud.wire import oss  # noqa: PLC0415

        key = object_name(id, content)
        try:
            oss.put(self._bucket(bucket), key, content, watch)
        except FaultError as error:
            raise as_upload_error(error.fault) from error
        return self.placed(bucket, key)

    def _bucket(self, name: str) -> Bucket:
        from fc_guard.cloud.wire import oss  # noqa: PLC0415

        return oss.Bucket(name, oss.address(name, self._region, self._endpoint), self._region, self._credential)

    def lookup(self, what: str) -> Json:
        if what != TRACES:
            raise ValueError(t("FC has no {what} to look up", what=what))
        from fc_guard.cloud.fc2 import tracing  # noqa: PLC0415  few services trace

        address = tracing.address_beside(self._endpoint)
        return {"endpoint": tracing.XTrace(self._region, self._credential, address).endpoint()}

    def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
        body = dict(call.body or {})
        if call.with_code:
            body["code"] = dict(code or {})
        try:
            # Only a throttled call, or one without a connection, was certainly not carried out and may be sent again.
            return retried(
                lambda: self._written(call, body),
                repeats=lambda fault: fault.throttled or not fault.reached,
            )
        except FaultError as error:
            raise as_write_error(error.fault, self._gone) from error

    def _written(self, call: Call, body: Mapping[str, Any]) -> Reply:
        return answers.written(self._shown, call, self._call(call.operation, call.path, body, call.if_match))

    def _fetch(
        self,
        operation: str,
        path: tuple[str, ...],
        query: Mapping[str, Any],
        understood: Callable[[Reply], T],
        *,
        absent: tuple[Kind, ...],
    ) -> T | None:
        """Returns what `understood` makes of an answer, None if one of `absent` does not exist. Raises `Unreadable`."""
        try:
            reply = retried(lambda: self._call(operation, path, query, None), repeats=lambda fault: fault.transient)
            return understood(reply)
        except FaultError as error:
            if error.fault.says_absent({kind.absence for kind in absent}):
                return None
            raise as_read_error(error.fault) from error

    def _call(self, name: str, path: tuple[str, ...], body: Mapping[str, Any], if_match: str | None) -> Reply:
        operation = OPERATIONS[name]
        headers = operation.headers(common_headers=dict(operation.besides))
        if if_match is not None and hasattr(headers, "if_match"):
            headers.if_match = if_match
        elif if_match is not None:  # FC has an ETag here, but the SDK has no If-Match
            headers.common_headers["If-Match"] = if_match
        arguments: list[Any] = [self._client, *path]
        if operation.request is not None:
            arguments.append(_request(name, operation.request, body))
        waits = READ_MS if "code" not in body else int(guard.CODE_SECONDS * 1000)
        runtime = RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=waits, max_idle_conns=POOL)
        patience = None if "code" not in body else guard.CODE_SECONDS
        return exchanged(name, lambda: operation.method(*arguments, headers, runtime), patience)


def _request(name: str, model: type, body: Mapping[str, Any]) -> Any:
    spellings = SPELLINGS.get(name, {})
    spelled = {spellings.get(key, key): value for key, value in body.items()}
    request = model().from_map(spelled)
    lost = spelled.keys() - request.to_map().keys()
    if lost:  # the SDK silently drops members that it does not know
        raise CallFailed(
            t("{name}: the SDK does not send {lost}.", name=name, lost=", ".join(sorted(lost))),
            code="NotSent",
            http_status=0,
        )
    try:
        json.dumps({key: value for key, value in body.items() if key != "code"}, allow_nan=False)
    except ValueError as error:
        raise CallFailed(
            t("{name}: a number is none that JSON has: {error}.", name=name, error=error), code="NotSent", http_status=0
        ) from error
    return request


def _too_large(function: Address, size: int, most: int) -> BadInput:
    return BadInput(
        t(
            "The package of {function} has {size:,} bytes; FC takes {most:,} for it in this region.",
            function=function,
            size=size,
            most=most,
        ),
        hint=t("Leave out what the function does not need (.fcignore), or move it to a layer or NAS."),
        reference="code-too-large",
    )
