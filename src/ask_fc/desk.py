"""What questions work with: requests that are kept for the transcript, and resources that several of them need."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ask_fc.exchange import ADDRESS, DOMAIN, Answer, Ask
from ask_fc.notes import Note, Place
from ask_fc.operations import addressed
from ask_fc.stopping import Stop
from ask_fc.wire import Wire
from fc_guard.cloud.fc2.plain import V2021

MARK: Final = "made by fc-guard's script/ask-fc, which removes it again"
CODE: Final = """\
def handler(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]
"""
FUNCTION: Final = "fn"
WEB: Final = "web"
SITE: Final = "site"
HTTP: Final = "http"


class UnansweredError(Exception):
    """A question has no answer. The text says why."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody has that a few questions need."""

    domain: str = ""
    log: str = ""  # PROJECT/LOGSTORE
    role: str = ""
    eventbridge: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A request and its answer, and the question that asked it."""

    question: str
    ask: Ask
    answer: Answer


class Desk:
    def __init__(self, wire: Wire, note: Note, given: Given, stop: Stop, settle: float) -> None:
        """`settle` is how many seconds the service may take until a new trigger answers."""
        self.given = given
        self.kept: list[Kept] = []
        self.question = ""
        self._wire = wire
        self._note = note
        self._stop = stop
        self._settle = settle
        self._made: dict[str, str | UnansweredError] = {}

    @property
    def name(self) -> str:
        """The name of the service, and the start of all others."""
        return self._note.prefix

    @property
    def place(self) -> Place:
        return self._note.place

    # requests

    def ask(
        self,
        operation: str,
        *names: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        api: str = V2021,
        late: int = 0,
        wait: float = 0.0,
    ) -> Answer:
        """Returns FC's answer, whatever it is. Raises `NoAnswerError`, or `StoppedError` before the request."""
        method, path = addressed(operation, names)
        return self._send(Ask(operation, method, path, api, query or {}, headers or {}, body, late, wait))

    def done(self, operation: str, *names: str, **more: Any) -> Answer:
        """Returns FC's answer to what must be granted. Raises `UnansweredError` if it is not."""
        answer = self.ask(operation, *names, **more)
        if not answer.done:
            raise UnansweredError(refusal(operation, answer))
        return answer

    def granted(self, operation: str, *names: str, refused_as: int = 400, **more: Any) -> bool:
        """Returns whether FC grants a request. Raises `UnansweredError` if it refuses in another way than expected."""
        answer = self.ask(operation, *names, **more)
        if answer.done or answer.status == refused_as:
            return answer.done
        raise UnansweredError(refusal(operation, answer))

    def update(self, headers: Mapping[str, str] | None = None, wait: float = 0.0, **settings: Any) -> Answer:
        return self.done("UpdateFunction", self.service(), self.function(), body=settings, headers=headers, wait=wait)

    def fetch(self, url: str, headers: Mapping[str, str]) -> Answer:
        return self._send(Ask("fetch", "GET", url, ADDRESS, headers=headers))

    def visit(self, domain: str, path: str) -> Answer:
        self._stop.wait(self._settle)
        return self._send(Ask(domain, "GET", path, DOMAIN))

    def _send(self, ask: Ask) -> Answer:
        self._stop.wait(ask.wait)
        self._stop.check()
        answer = self._wire.send(ask)
        self.kept.append(Kept(self.question, ask, answer))
        return answer

    # resources, each made when it is first needed

    def service(self) -> str:
        body = {"serviceName": self.name, "description": MARK}
        return self._once(self.name, lambda: self.done("CreateService", body=body))

    def function(self) -> str:
        """The function that the questions change."""
        service = self.service()
        return self._once(FUNCTION, lambda: self.done("CreateFunction", service, body=function_named(FUNCTION)))

    def web(self) -> str:
        """A function of a custom runtime, with a health check that names no thresholds."""
        check = {"httpGetUrl": "/", "initialDelaySeconds": 1, "periodSeconds": 5, "timeoutSeconds": 1}
        body = {**function_named(WEB), "runtime": "custom.debian10", "customHealthCheckConfig": check}
        service = self.service()
        return self._once(WEB, lambda: self.done("CreateFunction", service, body=body))

    def site(self) -> str:
        """A function for http triggers alone: FC has not always let it have others beside."""
        service = self.service()
        return self._once(SITE, lambda: self.done("CreateFunction", service, body=function_named(SITE)))

    def http_trigger(self) -> str:
        """An http trigger. Anybody may call it only where a domain is given, which is called without a signature."""
        service, function = self.service(), self.site()
        config = http_config("anonymous" if self.given.domain else "function")
        return self._once(HTTP, lambda: self.done("CreateTrigger", service, function, body=trigger(HTTP, HTTP, config)))

    def version(self) -> str:
        """A published version of the service as it is at the first use."""
        service, _ = self.service(), self.function()
        return self._once("version", lambda: self.done("PublishServiceVersion", service, body={}), "versionId")

    def domain(self) -> str:
        """The given domain, leading to the function. It must not exist before."""
        service, function, _ = self.service(), self.site(), self.http_trigger()
        routes = [{"path": "/a/*", "serviceName": service, "functionName": function}]
        body = {"domainName": self.given.domain, "protocol": "HTTP", "routeConfig": {"routes": routes}}

        def make() -> Answer:
            found = self.ask("GetCustomDomain", self.given.domain)
            if found.status != 404:
                raise UnansweredError("the domain is in use already: give one that FC does not know yet")
            self._note.add_domain(self.given.domain)
            return self.done("CreateCustomDomain", body=body)

        return self._once(self.given.domain, make)

    def _once(self, name: str, make: Callable[[], Answer], member: str = "") -> str:
        """Returns the name of what `make` makes at the first call. What could not be made is not tried again."""
        if name not in self._made:
            try:
                answer = make()
                self._made[name] = str(answer.inside(member)) if member else name
            except UnansweredError as error:
                self._made[name] = error
        made = self._made[name]
        if isinstance(made, UnansweredError):
            raise made
        return made


def function_named(name: str) -> dict[str, Any]:
    return {
        "functionName": name,
        "runtime": "python3.10",
        "handler": "index.handler",
        "memorySize": 128,
        "timeout": 10,
        "code": {"zipFile": package()},
    }


def package() -> str:
    """Returns a small package as text, the same each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), CODE)
    return base64.b64encode(file.getvalue()).decode()


def http_config(auth: str) -> str:
    return f'{{"authType":"{auth}","methods":["GET"]}}'


def trigger(name: str, kind: str, config: Any, **more: str) -> dict[str, Any]:
    return {"triggerName": name, "triggerType": kind, "triggerConfig": config, **more}


def refusal(operation: str, answer: Answer) -> str:
    return f"FC refused {operation}: {answer.status} {answer.code}: {answer.message}"
