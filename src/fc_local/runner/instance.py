"""One running instance: the child process, the socket to it, and its log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fc_local.runner import environment
from fc_local.runner.log import Log
from fc_local.runner.model import FunctionSpec

CHILD = Path(__file__).with_name("child.py")
LENGTHS = struct.Struct(">II")


class InstanceLost(Exception):
    """The process ended during a call."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A frame from the child. `kind` is ready, value or error; an error's body is the JSON text for the caller."""

    kind: str
    header: dict[str, Any]
    body: bytes


class Instance:
    """It is made by `start` and takes one call at a time, FC's default. `kill` may be called at any time."""

    def __init__(self, log: Log, process: asyncio.subprocess.Process, pipe: Pipe) -> None:
        self.log = log
        self.memory_mb = 0.0
        self._process = process
        self._killed = False
        self._reader, self._writer = pipe

    @classmethod
    async def start(cls, spec: FunctionSpec, code: Path, home: Path) -> Instance:
        """Starts a process, which must get `first_frame` first."""
        ours, theirs = socket.socketpair()
        log = Log()
        variables = environment.variables(spec, code, home, instance_id=f"c-{uuid.uuid4()}")
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-B", "-X", "utf8", str(CHILD)),
                stdin=theirs.fileno(),
                stdout=log.writing_end,
                stderr=log.writing_end,
                cwd=code,
                env=variables,
                start_new_session=True,  # so that what the function starts can be ended with it
            )
        except BaseException:
            ours.close()
            log.close()
            raise
        finally:
            theirs.close()
            log.hand_over()
        try:
            pipe = await asyncio.open_connection(sock=ours)
        except BaseException:  # cancelled: nothing else can end the process yet
            ours.close()
            log.close()
            process.kill()
            await process.wait()
            raise
        return cls(log, process, pipe)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._reader.at_eof()

    async def exchange(self, header: dict[str, Any], body: bytes = b"") -> Reply:
        """Sends one frame and waits for its answer. Raises InstanceLost."""
        head = json.dumps(header).encode()
        try:
            self._writer.write(LENGTHS.pack(len(head), len(body)) + head + body)
            await self._writer.drain()
            header_length, body_length = LENGTHS.unpack(await self._reader.readexactly(LENGTHS.size))
            answer = json.loads(await self._reader.readexactly(header_length))
            reply = Reply(answer["kind"], answer, await self._reader.readexactly(body_length))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise InstanceLost from error
        self.memory_mb = reply.header["memory_mb"]
        return reply

    def kill(self) -> None:
        """Ends the process and all that it started, once: later its number may be another process's."""
        if self._killed:
            return
        self._killed = True
        with contextlib.suppress(ProcessLookupError, PermissionError):  # gone already (macOS raises the other one)
            os.killpg(self._process.pid, signal.SIGKILL)
        self._writer.close()

    async def ended(self) -> None:
        """Waits, after `kill`, until nothing is left of the process."""
        await self._process.wait()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
        self.log.close()


Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def first_frame(spec: FunctionSpec, code: Path, request_id: str) -> dict[str, Any]:
    return {
        "kind": "start",
        "code": str(code),
        "handler": spec.handler,
        "initializer": spec.initializer,
        "request_id": request_id,
        "context": environment.context(spec),
    }
