"""Replaces certificates and private keys that s.yaml names (PEM text, a file, a URL, an object in OSS, or a number in
the account's certificate service) by their PEM text.

These are the only props whose values are read from elsewhere. What was read never stands in a message: it may be a
private key.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fc_guard.core.homes import value_at
from fc_guard.disk import read_bounded
from fc_guard.errors import BadInput, Effect, Unreadable
from fc_guard.inputs.places import Places
from fc_guard.inputs.values import dotted
from fc_guard.language import joined, t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout, Numbered
from fc_guard.model.vaults import Vault
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
IN_OSS: Final = re.compile(
    r"(?i:oss)://(?:oss-)?(?P<region>[a-z]{2}(?:-[a-z0-9]+)+)/(?P<bucket>[a-z0-9][a-z0-9-]{1,61}[a-z0-9])/(?P<key>[^/].*)"
)


Open = Callable[[], Vault]
"""Only a step that names something to read with keys needs any."""


class _CannotRead(Exception):
    """One certificate cannot be read; the text says why."""


def with_certificates(
    props: Mapping[str, Any], layout: Layout, folder: Path, places: Places, vault: Open
) -> Mapping[str, Any]:
    """Returns the props with every certificate as text. Raises `BadInput` with all that cannot be read, and
    `Unreadable` where what is read with keys did not answer.

    Relative file names start from `folder`, where s.yaml is.
    """
    wanted, numbered = tuple(layout.checks.pem(props)), tuple(layout.checks.numbered(props))
    if not wanted and not numbered:
        return props
    read: dict[str, Any] = copy.deepcopy(dict(props))
    reading = _Reading(folder, vault)
    problems = []
    for place in wanted:
        value = str(value_at(props, place))
        secret = place[-1] in layout.secret_names
        try:
            text = reading.text(value, quoted=not secret or names_a_file(value))
            value_at(read, place[:-1])[place[-1]] = text
        except (_CannotRead, BadInput) as error:
            problems.append(_told(place, places, str(error) if isinstance(error, _CannotRead) else error.summary))
        except Unreadable as error:
            raise _placed(error, place, places) from error
    for each in numbered:
        try:
            value_at(read, each.into[:-1])[each.into[-1]] = reading.numbered(each, int(value_at(props, each.place)))
        except _CannotRead as error:
            problems.append(_told(each.place, places, str(error)))
        except Unreadable as error:
            raise _placed(error, each.place, places) from error
    if problems:
        raise BadInput(joined(problems), reference="bad-props", effect=Effect.NOTHING)
    return read


def places_of(props: Mapping[str, Any], layout: Layout) -> tuple[Place, ...]:
    """Returns the places of all that `with_certificates` reads."""
    return (*layout.checks.pem(props), *(each.place for each in layout.checks.numbered(props)))


def _told(place: Place, places: Places, why: str) -> str:
    return places.told(place, t("{prop}: {error}", prop=dotted(place), error=why))


def _placed(error: Unreadable, place: Place, places: Places) -> Unreadable:
    text = _told(place, places, error.summary)
    return Unreadable(text, hint=error.hint, reference=error.reference, effect=Effect.NOTHING)


@dataclass(frozen=True, slots=True)
class _Reading:
    folder: Path
    vault: Open

    def text(self, value: str, *, quoted: bool) -> str:
        said = value.strip()
        if PEM in value:
            return value
        if "\n" in said:
            raise _CannotRead(t("the text is not PEM: it has no {mark} line", mark=PEM.strip()))
        if said.lower().startswith(("http://", "https://")):
            return _pem(_fetched(said), _shown(said))
        if said.lower().startswith("oss://"):
            return _pem(self._object(said), said)
        return _local(self.folder, value, quoted=quoted)

    def numbered(self, each: Numbered, number: int) -> dict[str, Any]:
        found = self.vault().numbered(number)
        if found is None:
            raise _CannotRead(t("the account has no certificate {number}", number=number))
        certificate, key = found
        if PEM not in certificate:
            raise _CannotRead(t("the certificate {number} is not PEM", number=number))
        if PEM not in key:
            raise _CannotRead(t("the certificate service has no private key of {number}", number=number))
        return {**each.known, each.certificate: certificate, each.private_key: key}

    def _object(self, said: str) -> bytes:
        match = IN_OSS.fullmatch(said)
        if match is None:
            raise _CannotRead(
                t("{said} is not oss://region/bucket/object, as in oss://cn-hangzhou/my-bucket/tls/cert.pem", said=said)
            )
        region, bucket, key = match["region"].removesuffix("-internal"), match["bucket"], match["key"]
        found = self.vault().object(region, bucket, key, LARGEST)
        if found is None:
            raise _CannotRead(
                t("there is no object {key} in a bucket {bucket} of {region}", key=key, bucket=bucket, region=region)
            )
        return found


def _local(folder: Path, value: str, *, quoted: bool) -> str:
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
            t("there is no file {path}, and it is neither PEM text nor an http(s) or oss:// address", path=path)
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
