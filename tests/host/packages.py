"""Packages as an index has them, small enough to make in a test: wheels, and one that has to be built."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

# A build tool that knows one thing: to make a wheel of the module beside setup.py.
BUILD_META = """
import base64, hashlib, os, zipfile


class _Backend:
    def get_requires_for_build_wheel(self, config_settings=None):
        return []

    def build_wheel(self, folder, config_settings=None, metadata_directory=None):
        info = "fcguardsource-1.0.dist-info"
        contents = {
            "fcguardsource.py": "BUILT_BY = 'TOOL'",
            info + "/METADATA": "Metadata-Version: 2.1\\nName: fcguardsource\\nVersion: 1.0\\n",
            info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        }
        record = ""
        for name, text in contents.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += name + ",sha256=" + digest + "," + str(len(text)) + "\\n"
        contents[info + "/RECORD"] = record + info + "/RECORD,,\\n"
        name = "fcguardsource-1.0-py3-none-any.whl"
        with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
            for path, text in contents.items():
                archive.writestr(path, text)
        return name


__legacy__ = _Backend()
get_requires_for_build_wheel = __legacy__.get_requires_for_build_wheel
build_wheel = __legacy__.build_wheel
"""


def wheel(folder: Path, version: str = "1.0") -> str:
    """Writes a wheel with one module; returns the line that locks it."""
    return _wheel(folder, "fcguarddemo", version, {"fcguarddemo.py": f"VERSION = '{version}'\n"})


def build_tool(folder: Path, version: str, name: str = "setuptools") -> str:
    """Writes what stands for setuptools; returns the line that locks it. What it builds says which version built it."""
    code = BUILD_META.replace("TOOL", f"{name} {version}")
    return _wheel(folder, name, version, {f"{name}/__init__.py": "", f"{name}/build_meta.py": code})


def source(folder: Path) -> str:
    """Writes a package that has no wheel; returns the line that locks it."""
    folder.mkdir(exist_ok=True)
    file = folder / "fcguardsource-1.0.tar.gz"
    contents = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: fcguardsource\nVersion: 1.0\n",
        "setup.py": "from setuptools import setup\nsetup(name='fcguardsource', version='1.0')\n",
    }
    with tarfile.open(file, "w:gz") as archive:
        for name, text in contents.items():
            entry = tarfile.TarInfo(f"fcguardsource-1.0/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return _locked("fcguardsource", "1.0", file)


def _wheel(folder: Path, name: str, version: str, modules: Mapping[str, str]) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    contents = {
        **modules,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{_digest(text)},{len(text)}\n" for path, text in contents.items())
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in {**contents, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return _locked(name, version, file)


def _locked(name: str, version: str, file: Path) -> str:
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
