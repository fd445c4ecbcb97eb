"""Replaces certificates and private keys that s.yaml names (PEM text, a file, or a URL) by their PEM text.

These are the only props whose values are read from elsewhere. What was read never stands in a message: it may be a
private key.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fc_guard.core.homes import value_at
from fc_guard.disk import read_bounded
from fc_guard.errors import BadInput, Effect
from fc_guard.inputs.places import Places
from fc_guard.inputs.values import dotted
from fc_guard.language import joined, t
from fc_guard.model.layouts import Layout
from fc_guard.net.limits import Limit, Refused, TooSlow
from fc_guard.net.words import place_of
from fc_guard.render.known import names_a_file

LARGEST: Final = 256 * 1024
"""Bytes. A chain of certificates has some ten thousand."""
SECONDS: Final = 20.0
"""From the first connection to the last byte."""
CHUNK: Final = 16 * 1024
OK: Final = 200
MOST_DIGITS: Final = 20
PEM: Final = "-----BEGIN "


class _CannotRead(Exception):
    """One certificate cannot be read; the text says why."""


def with_certificates(props: Mapping[str, Any], layout: Layout, folder: Path, places: Places) -> Mapping[str, Any]:
    """Returns the props with every certificate as text. Raises `BadInput` with all that cannot be read.

    Relative file names start from `folder`, where s.yaml is.
    """
    wanted = tuple(layout.checks.pem(props))
    if not wanted:
        return props
    read: dict[str, Any] = copy.deepcopy(dict(props))
    problems = []
    for place in wanted:
        value = str(value_at(props, place))
        secret = place[-1] in layout.secret_names
        try:
            value_at(read, place[:-1])[place[-1]] = _text(value, folder, quoted=not secret or names_a_file(value))
        except _CannotRead as error:
            problems.append(places.told(place, t("{prop}: {error}", prop=dotted(place), error=error)))
    if problems:
        raise BadInput(joined(problems), reference="bad-props", effect=Effect.NOTHING)
    return read


def _text(value: str, folder: Path, *, quoted: bool) -> str:
    if PEM in value:
        return value
    if "\n" in value.strip():
        raise _CannotRead(t("the text is not PEM: it has no {mark} line", mark=PEM.strip()))
    if value.strip().lower().startswith(("http://", "https://")):
        return _pem(_fetched(value.strip()), _shown(value.strip()))
    if not quoted:
        return _unnamed(folder, value.strip())
    path = folder / Path(value.strip()).expanduser()
    return _pem(_file(path), str(path))


def _unnamed(folder: Path, value: str) -> str:
    """Reads a file without naming it in an error: the name looks like a key, and may be one."""
    try:
        return _pem(_file(folder / value), t("the file that it names"))
    except _CannotRead:
        raise _CannotRead(t("the text (hidden) is not PEM, and no file with PEM text has it for a name")) from None


def _pem(data: bytes, source: str) -> str:
    if len(data) > LARGEST:
        raise _CannotRead(t("{source} is larger than {largest} bytes", source=source, largest=LARGEST))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if PEM not in text:
        raise _CannotRead(t("{source} is not PEM: it has no {mark} line", source=source, mark=PEM.strip()))
    return text


def _file(path: Path) -> bytes:
    try:
        return read_bounded(path, LARGEST)
    except FileNotFoundError:
        raise _CannotRead(
            t("there is no file {path}, and it is neither PEM text nor an http(s) URL", path=path)
        ) from None
    except (OSError, ValueError) as error:
        raise _CannotRead(
            t("{path} cannot be read: {getattr}", path=path, getattr=getattr(error, "strerror", None) or error)
        ) from error


def _fetched(url: str) -> bytes:
    """Returns at most one chunk more than `LARGEST`, within `SECONDS`."""
    from fc_guard.net.fetch import opened  # noqa: PLC0415  few steps need it, and it takes its time

    data = bytearray()
    try:
        with opened(url, Limit(SECONDS), SECONDS + 1) as answer:
            if answer.status != OK:
                raise _CannotRead(
                    t("{shown} cannot be read: the answer is HTTP {status}", shown=_shown(url), status=answer.status)
                )
            for chunk in answer.chunks(CHUNK):
                data += chunk
                if len(data) > LARGEST:
                    break
            else:
                _require_whole(len(data), answer.headers.get("Content-Length", ""), url)
    except (TooSlow, Refused) as error:
        raise _CannotRead(t("{shown} cannot be read: {error}", shown=_shown(url), error=error)) from error
    return bytes(data)


def _require_whole(size: int, promised: str, url: str) -> None:
    if promised.isascii() and promised.isdigit() and len(promised) < MOST_DIGITS and int(promised) > size:
        raise _CannotRead(t("{shown} cannot be read: it broke off after {size} bytes", shown=_shown(url), size=size))


def _shown(url: str) -> str:
    """Returns a URL that may be shown: without a password, and without a query, which may sign it."""
    try:
        parts = urlsplit(url)
        whole = parts.port is None or parts.port >= 0
    except ValueError:  # part of a password may stand where a port should
        whole = False
    return f"{parts.scheme}://{place_of(url)}{parts.path}" if whole else t("the URL (hidden)")
