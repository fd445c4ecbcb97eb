"""One function instance: it loads a Python function and calls it once for every frame from its parent.

It is started by path in an isolated interpreter (`python -I -S -X utf8 child.py`), so it uses only the standard library
and shares no module with the server: a function can import only what its package brings, as in the cloud.

Standard input is a socket to the parent. It is moved away at once, so nothing that the function reads or prints can
touch it; standard output and error belong to the function and end in the log. When the socket closes, for whatever
reason, the whole process group ends: a killed server leaves no orphan.

A frame, in both directions: two unsigned 32-bit numbers (length of header, length of body), a JSON header, the body.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import queue
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

LENGTHS = struct.Struct(">II")
CODE = "/code"  # the package's folder in the cloud, which texts and variables name
OWN_FILES = frozenset({__file__, importlib.__file__})

Header = dict[str, Any]
Headers = list[tuple[str, str]]


class LoadError(Exception):
    """The handler cannot be called: its module, or the name in it, does not exist."""


def main() -> None:
    parent = _take_over_streams()
    frames: queue.SimpleQueue[tuple[Header, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(parent, frames), daemon=True).start()
    start, _ = frames.get()
    function = Function(start)
    _answer(parent, *_guarded(function.load))
    while True:
        header, body = frames.get()
        call = function.call_http if header["kind"] == "http" else function.call_event
        _answer(parent, *_guarded(partial(call, header, body)))


class Function:
    """The loaded handler, with the parts that all calls' contexts share."""

    def __init__(self, start: Header) -> None:
        self._start = start
        self._request = RequestIdFilter()
        self._handler: Callable[..., Any] = _nothing_loaded

    def load(self) -> tuple[Header, bytes]:
        sys.path[:0] = _search_path(self._start["code"])
        _log_to_stdout(self._request)
        self._request.current = self._start["request_id"]
        self._handler = _resolve(self._start["handler"])
        if self._start["initializer"]:
            _resolve(self._start["initializer"])(self._context(self._start["request_id"]))
        return {"kind": "ready"}, b""

    def call_event(self, header: Header, event: bytes) -> tuple[Header, bytes]:
        self._request.current = header["request_id"]
        result = self._handler(event, self._context(header["request_id"]))
        if isinstance(result, (bytes, bytearray, memoryview)):
            return {"kind": "value"}, bytes(result)
        return {"kind": "value"}, (result if isinstance(result, str) else json.dumps(result)).encode()

    def call_http(self, header: Header, body: bytes) -> tuple[Header, bytes]:
        self._request.current = header["request_id"]
        environ = _environ(header, body, self._context(header["request_id"]))
        status, headers, answer = _call_wsgi(self._handler, environ)
        return {"kind": "value", "status": status, "headers": headers}, answer

    def _context(self, request_id: str) -> SimpleNamespace:
        given = self._start["context"]
        return SimpleNamespace(
            request_id=request_id,
            credentials=SimpleNamespace(**given["credentials"]),
            function=SimpleNamespace(**given["function"]),
            service=SimpleNamespace(**given["service"]),
            region=given["region"],
            account_id=given["account_id"],
            tracing=SimpleNamespace(span_context=None, jaeger_endpoint=None, span_baggages={}),
        )


class RequestIdFilter(logging.Filter):
    """Puts the id of the current request on every log record, as the cloud's own logger does."""

    current = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = self.current
        return True


def _take_over_streams() -> socket.socket:
    parent = socket.socket(fileno=os.dup(0))  # dup's result is not inherited by what the function starts
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    return parent


def _listen(parent: socket.socket, frames: queue.SimpleQueue[tuple[Header, bytes]]) -> None:
    """Reads frames in its own thread, so that the end of the parent is also noticed during a call."""
    try:
        stream = parent.makefile("rb")
        while lengths := stream.read(LENGTHS.size):
            header_length, body_length = LENGTHS.unpack(lengths)
            header = json.loads(stream.read(header_length))
            frames.put((header, stream.read(body_length)))
    except (OSError, ValueError, struct.error):
        pass  # a connection cut in the middle of a frame ends this process like one cut between two
    finally:
        os.killpg(os.getpgrp(), signal.SIGKILL)  # the parent made this process the leader of its own group


def _answer(parent: socket.socket, header: Header, body: bytes) -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    head = json.dumps({**header, "memory_mb": _memory_mb()}).encode()
    parent.sendall(LENGTHS.pack(len(head), len(body)) + head + body)


def _memory_mb() -> float:
    """Returns the peak so far. `getrusage` would include the parent's peak from before exec."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(peak.split()[1]) / 1024


def _guarded(step: Callable[[], tuple[Header, bytes]]) -> tuple[Header, bytes]:
    """Turns whatever the function raises into its error answer. The function may exit the process."""
    try:
        return step()
    except SystemExit as leaving:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(leaving.code if isinstance(leaving.code, int) else 1)
    except BaseException as error:  # noqa: BLE001 - foreign code may raise anything
        return {"kind": "error"}, _describe(error)


def _describe(error: BaseException) -> bytes:
    origin = error.__cause__ if isinstance(error, LoadError) and error.__cause__ else error
    trace = _functions_own(origin.__traceback__)
    print("".join(traceback.format_exception(type(origin), origin, trace)), file=sys.stderr, end="")  # noqa: T201
    stack = [
        [f'File "{_as_in_the_cloud(frame.filename)}"', f"line {frame.lineno}", f"in {frame.name}", frame.line]
        for frame in traceback.extract_tb(trace)
    ]
    text = {
        "errorMessage": _as_in_the_cloud(str(error)),
        "errorType": type(origin).__name__,
        "stackTrace": stack,
    }
    return json.dumps(text).encode()


def _functions_own(trace: TracebackType | None) -> TracebackType | None:
    """Returns the traceback without the frames of this script and of the import machinery."""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file not in OWN_FILES and not file.startswith("<frozen importlib"):
            return trace
        trace = trace.tb_next
    return None


def _as_in_the_cloud(text: str) -> str:
    return text.replace(os.environ["FC_FUNC_CODE_PATH"], CODE)


def _nothing_loaded(*_: object) -> None:
    raise LoadError("The function was called before it was loaded")


def _resolve(handler: str) -> Callable[..., Any]:
    """Finds `file.func`, `dir/file.func` or `package.file.func`. Raises LoadError."""
    module_name, dot, name = handler.rpartition(".")
    if not dot or not module_name or not name:
        raise LoadError(f"Handler '{handler}' is not of the form file.function")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise LoadError(f"Unable to import module '{module_name}': {error}") from error
    found = getattr(module, name, None)
    if found is None:
        raise LoadError(f"Handler '{name}' is missing on module '{module_name}'")
    if not callable(found):
        raise LoadError(f"Handler '{name}' of module '{module_name}' cannot be called: {type(found).__name__}")
    return found  # type: ignore[no-any-return]


def _search_path(code: str) -> list[str]:
    """Returns the code's path, then those of PYTHONPATH and PYTHONUSERBASE. The isolated interpreter ignores both, but
    functions deployed with their dependencies rely on them, and name /code, which is another folder here."""
    added = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    if user_base := os.environ.get("PYTHONUSERBASE"):
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        added.append(f"{user_base.rstrip('/')}/lib/{version}/site-packages")
    return [code, *(_here(entry, code) for entry in added)]


def _here(entry: str, code: str) -> str:
    return code + entry[len(CODE) :] if entry == CODE or entry.startswith(CODE + "/") else entry


def _log_to_stdout(request: RequestIdFilter) -> None:
    form = logging.Formatter("%(asctime)s.%(msecs)03dZ %(request_id)s [%(levelname)s] %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(form)
    handler.addFilter(request)
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.INFO)


def _environ(call: Header, body: bytes, context: SimpleNamespace) -> dict[str, Any]:
    headers: dict[str, str] = {}
    for name, value in call["headers"]:
        key = name.upper().replace("-", "_")
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    host, _, port = headers.get("HOST", "").partition(":")
    environ = {
        "REQUEST_METHOD": call["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": call["path"].encode().decode("latin-1"),
        "QUERY_STRING": call["query_string"],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "REMOTE_ADDR": call["client_addr"],
        "CONTENT_TYPE": headers.pop("CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "fc.context": context,
        "fc.request_uri": call["request_uri"],
    }
    headers.pop("CONTENT_LENGTH", None)
    environ.update({f"HTTP_{key}": value for key, value in headers.items()})
    return environ


def _call_wsgi(handler: Callable[..., Any], environ: dict[str, Any]) -> tuple[int, Headers, bytes]:
    started: list[tuple[str, Headers]] = []
    written = io.BytesIO()

    def start_response(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], int]:
        if started and exc_info is None:
            raise RuntimeError("start_response was called twice")
        started[:] = [(status, headers)]
        return written.write

    result = handler(environ, start_response)
    try:
        for chunk in _chunks(result):
            written.write(chunk.encode() if isinstance(chunk, str) else chunk)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    if not started:
        raise RuntimeError("The handler did not call start_response")
    status, headers = started[0]
    return int(status.split(" ", 1)[0]), [(str(name), str(value)) for name, value in headers], written.getvalue()


def _chunks(result: Any) -> Iterator[str | bytes]:
    if result is None:
        raise TypeError("The handler returned None; it must return an iterable of bytes")
    # Live functions return plain text and bytes too, which WSGI itself would take apart byte by byte.
    yield from [result] if isinstance(result, (str, bytes)) else result


if __name__ == "__main__":
    main()
