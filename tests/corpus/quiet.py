"""One file's way: deployed, planned, deployed again, planned in a fresh checkout. What became of it is an `Outcome`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fc_guard.model.fields import Cause, FieldChange
from fc_guard.model.plans import Action
from fc_local.server import LocalServer
from tests.corpus.checkout import Checkout, Ended
from tests.corpus.explicit import explicit
from tests.corpus.resolve import Resolved


class Result(Enum):
    QUIET = "deployed quietly"
    WARNED = "deployed quietly with warnings"
    REJECTED = "rejected"
    FC = "refused by FC"
    HOST = "refused by the host"
    LOUD = "NOT QUIET"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`lines` are the warnings, the problems, or what there was to see where nothing should be."""

    result: Result
    lines: tuple[str, ...] = ()


def outcome(
    resolved: Resolved, root: Path, server: LocalServer, answers: Mapping[str, Any] = MappingProxyType({})
) -> Outcome:
    """`answers` are switches of the local FC: how it answers where the real one's ways are not known."""
    if resolved.error:
        return Outcome(Result.HOST, tuple(resolved.error.splitlines()[:1]))
    server.admin.reset()
    # Each file was its own account's; what is made is ready at once, which other tests wait for.
    server.admin.switches(foreign_role="accept", ready_after_seconds=0, sls_seen_after_seconds=0)
    if answers:
        server.admin.switches(**answers)
    checkout = Checkout(root, server, resolved, as_written=True)
    if not checkout.blocks:
        return Outcome(Result.LOUD, ("no step for FC in it",))
    deployed = first_deployment(checkout)
    refused = refusal(deployed)
    if refused is not None:
        written = [entry["op"] for entry in server.admin.writes()]
        if refused.result is Result.REJECTED and written and all(ended.error for ended in deployed):
            return Outcome(Result.LOUD, tuple(f"refused, and yet sent: {operation}" for operation in written))
        return refused
    for title, look in (*STAGES, *(POLICIES if leaves_to_us(checkout) else ())):
        lines = tuple(f"{title}: {line}" for line in look(checkout))
        if lines:
            return Outcome(Result.LOUD, lines)
    warnings = tuple(warning for ended in deployed for warning in ended.warnings)
    return Outcome(Result.WARNED, warnings) if warnings else Outcome(Result.QUIET)


def first_deployment(checkout: Checkout) -> tuple[Ended, ...]:
    """A deployment; again when a trigger waits for an alias, which a plugin of the file makes between the two."""
    ends = checkout.run("deploy")
    if not any("AliasNotFound" in str(ended.error) for ended in ends):
        return ends
    checkout.make_aliases()
    return checkout.run("deploy")


def refusal(deployed: Iterable[Ended]) -> Outcome | None:
    """Why a file's commands did not end well, if they did not."""
    errors = [ended.error for ended in deployed if ended.error is not None]
    if not errors:
        return None
    references = {error.reference for error in errors}
    lines = tuple(line for error in errors for line in error.message.splitlines())
    if references <= OURS:
        return Outcome(Result.REJECTED, lines)
    if references <= OURS | {"partly-applied"}:
        return Outcome(Result.FC, tuple(line for line in lines if "(HTTP 400," in line))
    return Outcome(Result.LOUD, tuple(f"deploy: {line}" for error in errors for line in str(error).splitlines()))


OURS = frozenset({"bad-props", "bad-code", "fc3-file", "template-not-rendered"})
"""What is refused before anything is written."""


def differences(checkout: Checkout) -> list[str]:
    lines = []
    for ended in checkout.run("plan"):
        if ended.report is None:
            lines.append(f"{ended.step}: {ended.error}")
            continue
        plan = ended.report.plan
        for action in plan.actions:
            lines += [
                f"{ended.step}: {action.id} {change.name} {change.cause.value}: "
                f"baseline {change.baseline!r}, live {change.live!r}, desired {change.desired!r}"
                for change in action.diff.changes
                if not _said_by_another_step(checkout, ended.step, action, change)
            ]
        lines += [f"{ended.step}: would {action.verb.value} {action.id}" for action in plan.writes]
        lines += [f"{ended.step}: undecided {unit}" for unit in plan.undecided]
        status = ended.report.status(exit_code=True)
        if status:
            lines.append(f"{ended.step}: plan ends with status {status}")
    return lines


def _said_by_another_step(checkout: Checkout, step: str, action: Action, change: FieldChange) -> bool:
    """Whether a value that only the online side has is what another step says of the service that both share."""
    if change.cause is not Cause.ONLINE_ONLY or action.id.kind != "service":
        return False
    others = (block.props["service"] for block in checkout.blocks if block.step != step)
    return any(other["name"] == action.id.parts[0] and change.path[0] in other for other in others)


def writes(checkout: Checkout, line: str = "deploy") -> list[str]:
    checkout.server.admin.clear_journal()
    ends = checkout.run(line)
    lines = [f"{ended.step}: {ended.error}" for ended in ends if ended.error is not None]
    return lines + [f"{entry['method']} {entry['op']}" for entry in checkout.server.admin.writes()]


def _fresh_differences(checkout: Checkout) -> list[str]:
    checkout.forget()
    return differences(checkout)


STAGES: tuple[tuple[str, Callable[[Checkout], list[str]]], ...] = (
    ("plan", differences),
    ("deploy again", writes),
    ("fresh checkout, plan", _fresh_differences),
    ("fresh checkout, deploy", writes),
    ("fresh checkout, plan again", differences),
)


def leaves_to_us(checkout: Checkout) -> bool:
    """Whether something of the file is to be found or made."""
    return any(explicit(block.props) != block.props for block in checkout.blocks)


def _by_policy(policy: str) -> Callable[[Checkout], list[str]]:
    return lambda checkout: writes(checkout, f"deploy --on-drift {policy}")


POLICIES: tuple[tuple[str, Callable[[Checkout], list[str]]], ...] = tuple(
    (f"deploy --on-drift {policy}", _by_policy(policy)) for policy in ("fail", "keep", "merge", "overwrite")
)
"""Nothing was changed, so each policy has nothing to do, also for what was found or made."""
