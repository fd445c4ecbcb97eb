"""Runs functions: keeps a few warm instances, starts and ends them, and gives every call its time limit."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import tempfile
import uuid
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from fc_local.runner.instance import Instance, InstanceLost, Reply, first_frame
from fc_local.runner.model import FunctionSpec, HttpAnswer, HttpCall, Invocation
from fc_local.runner.outcome import (
    Ending,
    Outcome,
    failure,
    to_http_answer,
    to_invocation,
    unexpected_exit,
)
from fc_local.runner.unpack import BadPackage, unpack

AT_ONCE = 64  # running calls; the others wait
WARM = 16  # idle instances, all functions together
START_SECONDS = 10  # granted to a new process on top of the function's own time limit

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Fleet:
    """The instances of one version of a function. Any change to its settings or code makes another fleet."""

    spec: FunctionSpec
    key: str
    room: Path
    unpacking: asyncio.Task[None]
    calls: int = 0
    idle: list[Instance] = field(default_factory=list)

    @property
    def code(self) -> Path:
        return self.room / "code"

    @property
    def home(self) -> Path:
        return self.room / "home"


class NotLoaded(Exception):
    """A new instance could not load the function. `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.ending)
        self.outcome = outcome


class Runner:
    """Runs Python functions, each instance in a process of its own.

    `work` belongs to the runner alone: it is emptied at the first call and at the end. One event loop may use it.
    """

    def __init__(self, work: Path, *, idle_seconds: float = 60.0) -> None:
        self._work = work
        self._idle_seconds = idle_seconds
        self._places = asyncio.Semaphore(AT_ONCE)
        self._opening: asyncio.Task[None] | None = None
        self._fleets: dict[str, Fleet] = {}
        self._living: set[Instance] = set()
        self._resting: dict[Instance, tuple[Fleet, asyncio.TimerHandle]] = {}  # the longest idle first
        self._ending: set[asyncio.Task[None]] = set()
        self._calls: set[asyncio.Future[None]] = set()
        self._closed = False

    async def invoke(self, spec: FunctionSpec, event: bytes, request_id: str | None = None) -> Invocation:
        """Runs an event call. Errors of the function are in the answer; nothing is raised."""
        request_id = request_id or str(uuid.uuid4())
        header = {"kind": "event", "request_id": request_id}
        outcome = await self._run(spec, header, event)
        return to_invocation(outcome, request_id)

    async def serve_http(self, spec: FunctionSpec, request: HttpCall) -> HttpAnswer:
        """Runs a call through an HTTP trigger (WSGI). Errors of the function are in the answer."""
        header = {
            "kind": "http",
            "request_id": request.request_id,
            "method": request.method,
            "path": request.path if request.path.startswith("/") else "/" + request.path,
            "query_string": request.query_string,
            "headers": request.headers,
            "request_uri": request.request_uri,
            "client_addr": request.client_addr,
        }
        outcome = await self._run(spec, header, request.body)
        if outcome.ending is not Ending.VALUE:  # the answer does not carry the log; it must be somewhere
            log = outcome.log.decode("utf-8", "replace").rstrip()
            _log.warning("%s/%s: %s\n%s", spec.service, spec.function, outcome.message, log)
        return to_http_answer(outcome)

    async def close(self) -> None:
        """Ends every instance, busy or not, and empties the work folder. Running calls get an error answer."""
        self._closed = True
        for _, timer in self._resting.values():
            timer.cancel()
        for instance in self._living:
            instance.kill()
        await asyncio.gather(*self._calls)
        await asyncio.gather(*self._ending, *(instance.ended() for instance in self._living))
        self._living.clear()
        self._resting.clear()
        self._fleets.clear()
        await asyncio.to_thread(shutil.rmtree, self._work, ignore_errors=True)

    async def _run(self, spec: FunctionSpec, header: dict[str, Any], body: bytes) -> Outcome:
        refused = _refusal(spec.runtime)
        if refused:
            return failure(Ending.REFUSED, refused)
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._calls.add(over)
        try:
            async with self._places:
                return await self._run_in_fleet(spec, header, body)
        finally:
            self._calls.discard(over)
            over.set_result(None)

    async def _run_in_fleet(self, spec: FunctionSpec, header: dict[str, Any], body: bytes) -> Outcome:
        await self._open()
        if self._closed:
            return failure(Ending.REFUSED, "The server is shutting down")
        fleet = await self._fleet(spec)
        try:
            instance = await self._instance(fleet, header["request_id"])
            return await self._call(fleet, instance, header, body)
        except BadPackage as error:
            return failure(Ending.NOT_LOADED, str(error))
        except NotLoaded as error:
            return error.outcome
        finally:
            fleet.calls -= 1
            await self._drop_if_empty(fleet)

    async def _open(self) -> None:
        """Removes what a killed server left in the work folder."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(asyncio.to_thread(_empty, self._work))
        await asyncio.shield(self._opening)

    async def _fleet(self, spec: FunctionSpec) -> Fleet:
        """Returns the fleet of a function, and counts the caller in."""
        key = repr(astuple(spec))
        fleet = self._fleets.get(key)
        if fleet is None:
            room = Path(tempfile.mkdtemp(dir=self._work, prefix=f"{spec.function}-"))
            unpacking = asyncio.ensure_future(asyncio.to_thread(_furnish, spec.package, room))
            fleet = self._fleets[key] = Fleet(spec, key, room, unpacking)
        fleet.calls += 1
        return fleet

    async def _instance(self, fleet: Fleet, request_id: str) -> Instance:
        while fleet.idle:
            instance = fleet.idle.pop()
            self._resting.pop(instance)[1].cancel()
            if instance.alive:
                return instance
            await self._end(instance)
        return await self._new_instance(fleet, request_id)

    async def _new_instance(self, fleet: Fleet, request_id: str) -> Instance:
        await asyncio.shield(fleet.unpacking)
        try:
            instance = await Instance.start(fleet.spec, fleet.code, fleet.home)
        except (OSError, ValueError) as error:  # an environment too large, or with a NUL in it
            raise NotLoaded(failure(Ending.NOT_LOADED, f"The instance could not be started: {error}")) from error
        self._living.add(instance)
        ready = False
        try:
            if self._closed:
                raise InstanceLost
            frame = first_frame(fleet.spec, fleet.code, request_id)
            reply = await asyncio.wait_for(instance.exchange(frame), fleet.spec.timeout + START_SECONDS)
            if reply.kind == "error":
                raise NotLoaded(Outcome(Ending.NOT_LOADED, reply.body, log=instance.log.take()))
            ready = True
        except asyncio.TimeoutError as error:
            seconds = fleet.spec.timeout + START_SECONDS
            text = f"Function initialization timed out after {seconds} seconds"
            raise NotLoaded(failure(Ending.NOT_LOADED, text, instance.log.take())) from error
        except InstanceLost as error:
            text = "Process exited unexpectedly while the function was being loaded"
            raise NotLoaded(failure(Ending.NOT_LOADED, text, instance.log.take())) from error
        finally:
            if not ready:
                await self._end(instance)
        return instance

    async def _call(self, fleet: Fleet, instance: Instance, header: dict[str, Any], body: bytes) -> Outcome:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        reply: Reply | None = None
        try:
            reply = await asyncio.wait_for(instance.exchange(header, body), fleet.spec.timeout)
        except asyncio.TimeoutError:
            text = f"Function timed out after {fleet.spec.timeout} seconds"
            outcome = failure(Ending.TIMEOUT, text, instance.log.take())
        except InstanceLost:
            text = unexpected_exit((loop.time() - begun) * 1000, instance.memory_mb)
            outcome = failure(Ending.LOST, text, instance.log.take())
        else:
            outcome = Outcome(
                Ending(reply.kind),
                reply.body,
                status=reply.header.get("status", 200),
                headers=tuple((name, value) for name, value in reply.header.get("headers", ())),
                duration_ms=(loop.time() - begun) * 1000,
                memory_mb=instance.memory_mb,
                log=instance.log.take(),
            )
        finally:
            if reply is None:
                await self._end(instance)
        self._rest(fleet, instance)
        return outcome

    def _rest(self, fleet: Fleet, instance: Instance) -> None:
        """Keeps an instance warm for the next call, for a while."""
        if instance not in self._living or self._closed:
            return
        timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._retire, instance)
        fleet.idle.append(instance)
        self._resting[instance] = (fleet, timer)
        if len(self._resting) > WARM:
            self._retire(next(iter(self._resting)))

    def _retire(self, instance: Instance) -> None:
        fleet, timer = self._resting.pop(instance)
        timer.cancel()
        fleet.idle.remove(instance)
        task = asyncio.ensure_future(self._end_and_drop(fleet, instance))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end_and_drop(self, fleet: Fleet, instance: Instance) -> None:
        await self._end(instance)
        await self._drop_if_empty(fleet)

    async def _end(self, instance: Instance) -> None:
        instance.kill()
        await instance.ended()
        self._living.discard(instance)

    async def _drop_if_empty(self, fleet: Fleet) -> None:
        if fleet.calls or fleet.idle or self._fleets.get(fleet.key) is not fleet:
            return
        del self._fleets[fleet.key]
        await asyncio.to_thread(shutil.rmtree, fleet.room, ignore_errors=True)


def _refusal(runtime: str) -> str | None:
    """Returns the text for a runtime that cannot be run here, such as python2.7; None for one that can."""
    if re.fullmatch(r"python3(\.\d+)?", runtime):
        return None
    return f"This local FC runs python3 functions and cannot run {runtime}; the deployment itself is complete"


def _empty(work: Path) -> None:
    if work.exists():
        shutil.rmtree(work)
    work.mkdir(mode=0o700, parents=True)


def _furnish(package: Path, room: Path) -> None:
    (room / "home").mkdir()
    unpack(package, room / "code")
