"""Code for the functions of the corpus: what s.yaml points to, small, and the same however often it is made."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

PACKED = (".zip", ".jar", ".war")
FILES = {
    "python": {"index.py": "def handler(event, context):\n    return event\n"},
    "nodejs": {"index.js": "exports.handler = (event, context, callback) => callback(null, event);\n"},
    "php": {"index.php": "<?php\nfunction handler($event, $context) { return $event; }\n"},
    "java": {"example/App.class": "a class\n"},
    "go": {"main": "a program\n"},
    "dotnet": {"App.dll": "a library\n"},
    "custom": {"bootstrap": "#!/bin/sh\nexec node server.js\n", "server.js": "require('http').createServer();\n"},
}
EVERYTHING = {name: text for files in FILES.values() for name, text in files.items()}


def lay_code(base: Path, props: Any, files: Mapping[str, str] | None = None) -> None:
    """Makes what `codeUri` names, relative to `base`; nothing where s.yaml names nothing that could be made."""
    function = props.get("function") if isinstance(props, Mapping) else None
    uri = function.get("codeUri") if isinstance(function, Mapping) else None
    if not isinstance(uri, str) or "${" in uri:
        return
    given = files or _fitting(str(function.get("runtime")))
    place = base / uri
    if place.suffix in PACKED:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(package(given))
    elif place.suffix in (".js", ".py"):
        place.write_text(next(iter(given.values())), encoding="utf-8")
    else:
        for name, text in given.items():
            file = place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def _fitting(runtime: str) -> Mapping[str, str]:
    return next((files for name, files in FILES.items() if runtime.startswith(name)), FILES["custom"])


def package(files: Mapping[str, str] = FILES["custom"]) -> bytes:
    """A zip, as it lies beside s.yaml or in OSS."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return whole.getvalue()
