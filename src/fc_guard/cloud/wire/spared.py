"""Imports the SDK's core without what it imports and we never use: an asynchronous HTTP client and a scheduler.

They are a quarter of a worker's start. Who does use one of their classes gets the real one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

SPARED: Final = ("aiohttp", "apscheduler", "apscheduler.schedulers", "apscheduler.schedulers.background")


class _StandIn(ModuleType):
    """Stands in for a module. Each of its names is a class that makes instances of the real one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # a package: what is below it stands in for itself

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        module = self.__name__

        def made(cls: type, *args: Any, **named: Any) -> Any:
            return getattr(import_module(module), name)(*args, **named)

        return type(name, (), {"__new__": made})


@contextmanager
def spared() -> Iterator[None]:
    """Stands in for the modules within the block, but for those that are there already."""
    stand_ins = {name: _StandIn(name) for name in SPARED if name.partition(".")[0] not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


with spared():
    import_module("alibabacloud_tea_openapi.client")
