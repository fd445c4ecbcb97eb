"""Removes all that a run made: the services with its prefix and what is in them, and the domain in its note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ask_fc.exchange import Answer, Ask
from ask_fc.notes import Note
from ask_fc.operations import addressed
from ask_fc.wire import NoAnswerError, Wire
from fc_guard.cloud.fc2.plain import V2021

ABSENT: Final = 404
PAGE: Final = "100"
EVENTBRIDGE: Final = {"x-fc-enable-eventbridge-trigger": "enable"}


def clean(wire: Wire, note: Note) -> list[str]:
    """Removes what the note is about. Returns what is left, each with the reason."""
    return _Broom(wire, note).swept()


class _Broom:
    def __init__(self, wire: Wire, note: Note) -> None:
        self._wire = wire
        self._note = note
        self._left: list[str] = []

    def swept(self) -> list[str]:
        self._sweep_domain()
        named = self._names("ListServices", "services", "serviceName", prefix=self._note.prefix)
        for service in named:
            if service.startswith(self._note.prefix):
                self._sweep_service(service)
        return self._left

    def _sweep_domain(self) -> None:
        """Removes the domain, unless somebody has made it lead elsewhere since."""
        domain = self._note.domain
        answer = self._answer("GetCustomDomain", domain) if domain else None
        if answer is None or not answer.done:
            return
        routes = answer.inside("routeConfig.routes") or ()
        if all(str(route.get("serviceName")).startswith(self._note.prefix) for route in routes):
            self._delete("DeleteCustomDomain", domain)

    def _sweep_service(self, service: str) -> None:
        for function in self._names("ListFunctions", "functions", "functionName", service):
            for trigger in self._names("ListTriggers", "triggers", "triggerName", service, function):
                self._delete("DeleteTrigger", service, function, trigger)
            self._delete("DeleteFunction", service, function)
        for alias in self._names("ListAliases", "aliases", "aliasName", service):
            self._delete("DeleteAlias", service, alias)
        for version in self._names("ListServiceVersions", "versions", "versionId", service):
            self._delete("DeleteServiceVersion", service, version)
        self._delete("DeleteService", service)

    def _names(self, operation: str, members: str, name: str, *path: str, prefix: str = "") -> Iterator[str]:
        query = {"limit": PAGE} | ({"prefix": prefix} if prefix else {})
        answer = self._answer(operation, *path, query=query)
        items: Any = answer.inside(members) if answer is not None else ()
        yield from (str(item[name]) for item in items or ())

    def _delete(self, operation: str, *path: str) -> None:
        self._answer(operation, *path)

    def _answer(self, operation: str, *path: str, query: dict[str, str] | None = None) -> Answer | None:
        """Returns FC's answer, None if there is no good one. What is not there needs no removal."""
        method, target = addressed(operation, path)
        try:
            answer = self._wire.send(Ask(operation, method, target, V2021, query or {}, EVENTBRIDGE))
        except NoAnswerError as error:
            self._left.append(f"{'/'.join(path) or self._note.prefix}: {error}")
            return None
        if answer.done or answer.status == ABSENT:
            return answer
        self._left.append(f"{'/'.join(path) or self._note.prefix}: {operation}: {answer.status} {answer.code}")
        return None
