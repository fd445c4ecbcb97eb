"""The options that there are, and what of them a user asked for. Help and docs are made from the same table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from fc_guard.inputs.step_parts import Parts
from fc_guard.language import joined, t
from fc_guard.model.fields import CODE_ASPECT, CONFIG_ASPECT
from fc_guard.model.layouts import Layout
from fc_guard.model.plans import Policy
from fc_guard.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `value` names what follows it, '' for a switch; `choices` are the values allowed."""

    name: str
    help: str
    value: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""


class PartOption(Enum):
    """Stands, among the options of a command, for those that the parts of the layouts have."""

    ASPECT = t("the one that tells code from configuration")
    NAMES = t("those that name single resources of a part")


USE_REMOTE = Option("--use-remote", t("Force the online side to this project's; asks nothing; rescue copies are kept"))
USE_LOCAL = Option("--use-local", t("The same, under the predecessor's name"))
ON_DRIFT = Option(
    "--on-drift",
    t("What happens to changes made online: ask (terminal), fail (no terminal), overwrite, keep, merge"),
    value="policy",
    choices=tuple(policy.value for policy in Policy),
)
ASK_AGAIN = Option("--ask-again", t("Decide anew about changes made online that were kept before"))
ASSUME_YES = Option("--assume-yes", t("Confirm deletions; never decides about changes made online"), short="-y")
EXIT_CODE = Option(
    "--exit-code", t("Exit with 0 when the same, 10 for changes of yours only, 3 for changes made online")
)
EXPLAIN = Option("--explain", t("Say of every field that is not told which rule makes it none"))
PRUNE = Option("--prune", t("Delete what was deployed from here and is no longer in s.yaml"))
OUTPUT = Option("--output", t("json: the host prints one JSON document (use with --silent)"), value="form")
REPORT = Option(
    "--report",
    t("Write the reports of all steps, failed ones too, into this .md, .html or .json file; may be given again"),
    value="file",
)
OUT = Option("--out", t("Save the plan of all steps in this file, for review and for deploy --plan"), value="file")
PLAN_FILE = Option(
    "--plan", t("Carry out the plan in this file, asking nothing; stop if anything moved since"), value="file"
)
FULL_DIFF = Option("--full-diff", t("Show every line and file of the code that differs, however long"))
SHOW_VALUES = Option("--show-values", t("Show the values of environment variables and other secrets; never in reports"))
WRITE_BACK = Option(
    "--write-back", t("Write merged code into the code folder once it is online; asks nothing about it")
)
TARGET_DIR = Option(
    "--target-dir",
    t("Folder to write into, one in it for each of several steps; else <service>-<function>"),
    value="folder",
)
ALL = Option("--all", t("Every copy that is kept here, whatever it is of"))
LIMIT = Option(
    "--limit", t("How many deployments are shown, the newest first; 0 shows all, and 20 are shown without it"), "number"
)
KEEP_RESCUES = Option(
    "--keep-rescues",
    t("How many rescue copies are kept, oldest dropped first; the newest of each stays"),
    value="number",
)
COPY = Option("NAME", t("The rescue copy to put back, or the run whose copies; the newest run where none is named"))
FORCE = Option("--force", t("Replace what is in the folder already"), short="-f")
DRY_RUN = Option("--dry-run", t("Show what would be written, and write nothing"))
INCLUDE_SECRETS = Option("--include-secrets", t("Write secret values (such as environment variables) in clear"))
EVENT = Option(
    "--event", t("The event that the function is given; empty unless one is named"), value="text", short="-e"
)
EVENT_FILE = Option("--event-file", t("A file that is the event"), value="file", short="-f")
EVENT_STDIN = Option("--event-stdin", t("What comes on standard input is the event"), short="-s")
INVOCATION_TYPE = Option(
    "--invocation-type", t("sync waits for the answer; async does not"), value="type", choices=("sync", "async")
)
QUALIFIER = Option("--qualifier", t("A version or an alias of the service; the newest code without it"), value="name")
HELP = Option("--help", t("Show this help"), short="-h")
COMMON: Final = (OUTPUT, REPORT, HELP)
"""The options of every command."""
TYPE: Final = "--type"
SCOPED: Final = (PartOption.ASPECT, PartOption.NAMES)
"""The options of a command that can be about a part of a step."""
DECISIVE: Final = (USE_REMOTE, USE_LOCAL, ON_DRIFT, ASK_AGAIN, PRUNE, *SCOPED)
"""The options that say what is planned. A plan file keeps them."""


MOST_DEPLOYMENTS: Final = 20
"""The deployments that a history shows unless another number is named."""


@dataclass(frozen=True, slots=True)
class Options:
    """The user's options. `policy` is None when nothing was said about changes made online. `words` are those that say
    what is planned, as they were typed."""

    policy: Policy | None = None
    forced_by: str = ""  # the spelling that forces: --use-remote, --use-local, --on-drift overwrite
    ask_again: bool = False
    assume_yes: bool = False
    exit_code: bool = False
    explain: bool = False
    prune: bool = False
    json: bool = False
    reports: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)
    target_dir: str = ""
    force: bool = False
    dry_run: bool = False
    include_secrets: bool = False
    full_diff: bool = False
    show_values: bool = False
    write_back: bool = False
    keep_rescues: int | None = None
    limit: int = MOST_DEPLOYMENTS
    all: bool = False
    named: str = ""
    event: str = ""
    event_file: str = ""
    event_stdin: bool = False
    waits: bool = True
    qualifier: str = ""
    out: str = ""
    plan_file: str = ""
    words: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The option that decides about changes made online, as it was typed; '' where the user is asked."""
        if self.forced_by or self.policy in (None, Policy.ASK):
            return self.forced_by
        return f"{ON_DRIFT.name} {self.policy.value}"


def listed(options: Iterable[Option | PartOption], layouts: Sequence[Layout]) -> tuple[Option, ...]:
    """Returns the options of a command, those of the layouts' parts spelled out."""
    parts = Parts(layouts)
    found: list[Option] = []
    for option in options:
        match option:
            case PartOption.ASPECT:
                found.append(_aspect(parts))
            case PartOption.NAMES:
                found += _by_name(parts)
            case Option():
                found.append(option)
    return tuple(found)


def _aspect(parts: Parts) -> Option:
    of = joined(parts.coded, t(" or "))
    return Option(
        TYPE,
        t("Only the code, or only the configuration, of the {kind}", kind=of),
        "part",
        (CODE_ASPECT, CONFIG_ASPECT),
    )


def _by_name(parts: Parts) -> tuple[Option, ...]:
    named = {of.option: of.help for _, of in parts.by_name()}
    return tuple(Option(option, help, value="name") for option, help in named.items())
