"""The cases: every verb, disturbed at every request in every way, and killed at every write; and what must hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fc_local.server import LocalServer
from tests.faults.proxy import FAULTS, Proxy
from tests.faults.worker import Ended
from tests.faults.world import KEYS, VERBS, Verb, World

STATUSES = frozenset({0, 1, 5, 6, 7, 8})
"""How a disturbed run may end; 3 besides where something of Bob's is online. Never 2: the input was good."""
FOR_GOOD = 1 << 30


@dataclass(frozen=True)
class Case:
    """`at`: the request, or the write, from 1. `times`: so many requests from there on are disturbed."""

    verb: Verb
    fault: str
    at: int
    times: int = 1

    def __str__(self) -> str:
        often = "" if self.times == 1 else " and all after it"
        return f"{self.verb}: {self.fault} at {self.at}{often}"


class Broken(AssertionError):
    """A promise that was not kept."""


class Stage:
    """A local FC, a proxy, and room on the disk, for case after case."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._server = LocalServer(home=room / "fc", keys=[KEYS]).start()
        self.proxy = Proxy(("127.0.0.1", self._server.port))
        self._sizes: dict[Verb, tuple[int, int]] = {}

    def close(self) -> None:
        self.proxy.close()
        self._server.stop()

    def world(self) -> World:
        return World.made(self._room / "world", self._server, self.proxy)

    def size(self, verb: Verb) -> tuple[int, int]:
        """How many requests the verb makes undisturbed, and how many of them write."""
        if verb not in self._sizes:
            world = self.world()
            verb.prepare(world)
            self.proxy.reset()
            ended = world.run(verb.line)
            if ended.status != 0:
                raise Broken(f"{verb} undisturbed ends with {ended.status}:\n{ended.text}")
            self._sizes[verb] = (len(self.proxy.seen), self.proxy.writes)
        return self._sizes[verb]

    def cases(self) -> Iterator[Case]:
        for verb in VERBS:
            requests, writes = self.size(verb)
            for fault in FAULTS:
                for at in range(1, requests + 1):
                    yield Case(verb, fault, at)
                    yield Case(verb, fault, at, FOR_GOOD)
            for at in range(1, writes + 1):
                yield Case(verb, "kill before", at)
                yield Case(verb, "kill after", at)

    def play(self, case: Case) -> Ended:
        """Raises `Broken` where a promise is not kept."""
        world = self.world()
        case.verb.prepare(world)
        self.proxy.reset()
        worker = world.start()
        if case.fault.startswith("kill"):

            def kill(number: int, writes: bool) -> None:
                if writes and number == case.at:
                    worker.kill()

            self.proxy.before, self.proxy.after = (kill, _nothing) if "before" in case.fault else (_nothing, kill)
        else:
            self.proxy.plan = lambda number, writes: case.fault if case.at <= number < case.at + case.times else ""
        ended = world.run(case.verb.line, worker)
        self._check(case, world, ended)
        return ended

    def _check(self, case: Case, world: World, ended: Ended) -> None:
        def require(holds: bool, what: str, other: Ended = ended) -> None:
            if not holds:
                raise Broken(
                    f"{case}: {what}\n--- status {ended.status}\n{ended.text}\n--- then {other.status}\n{other.text}"
                )

        for sign in ("defect of fc-guard", "Traceback"):
            require(sign not in ended.text, f"it ends with {sign!r}")
        if ended.killed:
            require(case.fault.startswith("kill"), "it did not end in time, and was killed")
        else:
            allowed = STATUSES | ({3} if world.theirs else set())
            require(ended.status in allowed, f"status {ended.status}")
        require(not world.lost(), f"lost: {', '.join(world.lost())}")
        if ended.status == 0 and not case.verb.removes and case.verb.settles:
            plan = world.clean("plan --exit-code")
            require(plan.status == 0, "status 0, and it is not as it was asked for", plan)
        again = world.clean(case.verb.again)
        done = again.status == 0 or (case.verb.name == "undo" and again.status == 2)
        require(done, f"the next run does not make it whole: {again.status}", again)
        require(not world.lost(), f"lost by the next run: {', '.join(world.lost())}", again)
        if case.verb.removes:
            require("shop" not in world.live["services"], "it is not removed by the next run", again)
        elif case.verb.settles:
            plan = world.clean("plan --exit-code")
            require(plan.status == 0, "a plan after the next run is not empty", plan)


def _nothing(number: int, writes: bool) -> None:
    return


def sampled(cases: Iterator[Case], seed: int) -> list[Case]:
    """All cases in an order of their own for each seed."""
    found = list(cases)
    random.Random(seed).shuffle(found)
    return found
