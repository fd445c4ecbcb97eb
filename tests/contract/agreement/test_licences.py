"""What is installed with this component may be: a licence that asks for no more than to be named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import cast

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[3]
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Unlicense"),
}
# What older metadata says in words.
SPELLED = {
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC license": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Locked packages that are installed on some machines only, so that their metadata is not always at hand: their licence,
# as it is in the metadata of the version named. Where such a package is installed, its own metadata counts.
ELSEWHERE = {
    "async-timeout 5.0.1": "Apache-2.0",  # Python 3.10
    "colorama 0.4.6": "BSD-3-Clause",  # Windows
    "exceptiongroup 1.3.1": "MIT",  # Python 3.10; parts of it PSF-2.0
    "setuptools 84.2.1": "MIT",  # builds, and goes again; holds autocommand (LGPL-3.0), which building does not load
    "tomli 2.5.0": "MIT",  # Python 3.10
    "typing-extensions 4.16.0": "PSF-2.0",  # before Python 3.13
    "tzdata 2026.6": "Apache-2.0",  # Windows
}


@dataclass(frozen=True, slots=True)
class Locked:
    name: str
    version: str
    marker: str | None

    @property
    def wanted_here(self) -> bool:
        return self.marker is None or Marker(self.marker).evaluate()


def locked(lock: str) -> list[Locked]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"([\w.-]+)==(\S+)(?: ; (.+?))? \\", line) for line in lines if re.match(r"\w", line)]
    assert all(found), lines
    return [Locked(*match.groups()) for match in found if match]


def allowed(expression: str) -> bool:
    """Whether an SPDX expression, or one licence in older words, may be had under licences on the list."""
    return any(
        all(SPELLED.get(licence.strip(), licence.strip()) in ALLOWED for licence in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def refused(metadata: Message) -> list[str]:
    """What metadata says of a licence that is not on the list; also that it says nothing."""
    expression = metadata.get("License-Expression")
    if expression:
        said = [expression]
    else:
        classifiers = [str(line).split(" :: ") for line in metadata.get_all("Classifier", [])]
        said = [parts[-1] for parts in classifiers if parts[0] == "License" and len(parts) > 2]
        if metadata.get("License") not in (None, "", "UNKNOWN"):
            said.append(str(metadata["License"]))
    return [licence for licence in said if not allowed(licence)] if said else ["no licence is named"]


def problems(lock: str) -> Iterator[str]:
    for package in locked(lock):
        told = f"{package.name} {package.version}"
        try:
            here = distribution(package.name)
        except PackageNotFoundError:
            here = None
        if here is not None and here.version == package.version:
            yield from (f"{told}: {licence}" for licence in refused(cast(Message, here.metadata)))
        elif package.wanted_here and lock != "requirements-build.lock":
            yield f"{told}: not installed (script/setup)"
        elif told in ELSEWHERE:
            yield from () if allowed(ELSEWHERE[told]) else (f"{told}: {ELSEWHERE[told]}",)
        elif not any(other.name == package.name and other.wanted_here for other in locked(lock)):
            yield f"{told}: its licence is not known"  # of two versions of one package, one is installed


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_licence_on_the_list(lock: str) -> None:
    """Developers' packages are held to the list of the users': it has not been too narrow."""
    assert len(locked(lock)) >= 1
    assert list(problems(lock)) == []


def test_no_package_that_is_not_locked_is_spoken_for() -> None:
    names = {f"{package.name} {package.version}" for package in locked("requirements-dev.lock")}
    names |= {f"{package.name} {package.version}" for package in locked("requirements-build.lock")}
    assert ELSEWHERE.keys() - names == set()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["License-Expression: MIT"], []),
        (["License-Expression: GPL-2.0-or-later"], ["GPL-2.0-or-later"]),
        (["License-Expression: GPL-3.0-only OR MIT"], []),
        (["License-Expression: MIT AND LGPL-3.0-only"], ["MIT AND LGPL-3.0-only"]),
        (["License-Expression: MIT OR Apache-2.0 AND GPL-2.0-only"], []),
        (["License: GNU GPL v2 or later"], ["GNU GPL v2 or later"]),
        (["License: UNKNOWN"], ["no licence is named"]),
        ([], ["no licence is named"]),
        (["Classifier: License :: OSI Approved"], ["no licence is named"]),
        (["License: MIT", "Classifier: License :: OSI Approved :: GNU General Public License (GPL)"],
         ["GNU General Public License (GPL)"]),
        (["License: GPL", "Classifier: License :: OSI Approved :: MIT License"], ["GPL"]),
    ],
)  # fmt: skip
def test_a_licence_is_read_from_all_that_the_metadata_says(lines: list[str], problem: list[str]) -> None:
    metadata = Message()
    for line in lines:
        name, _, value = line.partition(": ")
        metadata[name] = value
    assert refused(metadata) == problem
