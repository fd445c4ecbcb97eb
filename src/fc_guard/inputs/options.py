"""Parses the command line: our options out of the host's. Help and docs are made from the same table."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from fc_guard.errors import BadInput
from fc_guard.inputs.step_parts import Parts
from fc_guard.model.fields import ASPECTS, CODE_ASPECT, CONFIG_ASPECT
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

    ASPECT = "the one that tells code from configuration"
    NAMES = "those that name single resources of a part"


USE_REMOTE = Option("--use-remote", "Force the online side to this project's; asks nothing; rescue copies are kept")
USE_LOCAL = Option("--use-local", "The same, under the predecessor's name")
ON_DRIFT = Option(
    "--on-drift",
    "What happens to changes made online: ask (terminal), fail (no terminal), overwrite, keep, merge",
    value="policy",
    choices=tuple(policy.value for policy in Policy),
)
ASK_AGAIN = Option("--ask-again", "Decide anew about changes made online that were kept before")
ASSUME_YES = Option("--assume-yes", "Confirm deletions; never decides about changes made online", short="-y")
EXIT_CODE = Option("--exit-code", "Exit with 0 when the same, 10 for changes of yours only, 3 for changes made online")
EXPLAIN = Option("--explain", "Say of every field that is not told which rule makes it none")
PRUNE = Option("--prune", "Delete what was deployed from here and is no longer in s.yaml")
OUTPUT = Option("--output", "json: the host prints one JSON document (use with --silent)", value="form")
FULL_DIFF = Option("--full-diff", "Show every line and file of the code that differs, however long")
WRITE_BACK = Option("--write-back", "Write merged code into the code folder once it is online; asks nothing about it")
TARGET_DIR = Option("--target-dir", "Folder to write into; <service>-<function> where none is named", value="folder")
ALL = Option("--all", "Every copy that is kept here, whatever it is of")
KEEP_RESCUES = Option(
    "--keep-rescues", "How many rescue copies are kept, oldest dropped first; the newest of each stays", value="number"
)
COPY = Option("NAME", "The rescue copy to put back, or the run whose copies; the newest run where none is named")
FORCE = Option("--force", "Replace what is in the folder already", short="-f")
DRY_RUN = Option("--dry-run", "Show what would be written, and write nothing")
INCLUDE_SECRETS = Option("--include-secrets", "Write secret values (such as environment variables) in clear")
HELP = Option("--help", "Show this help", short="-h")

# Options of the host itself: (spellings, takes a value).
HOST_OPTIONS: Final[tuple[tuple[tuple[str, ...], bool], ...]] = (
    (("-t", "--template"), True),
    (("-a", "--access"), True),
    (("-o", "--output-format"), True),
    (("--output-file",), True),
    (("--env",), True),
    (("--baseline-template",), True),
    (("-p", "--props"), True),
    (("--debug",), False),
    (("--silent",), False),
    (("--skip-actions",), False),
    (("-f", "--force"), False),
    (("--no-verify",), False),
    (("-v", "--version"), False),
)
CHANGES_PROPS: Final = ("-p", "--props", "--env")
# The predecessor's options that change nothing here, so that existing pipelines keep running.
IGNORED: Final[tuple[tuple[tuple[str, ...], bool], ...]] = ((("--skip-push",), False), (("--push-registry",), True))
LATER: Final = ("--service-name", "--function-name", "--region")
EVERYTHING: Final = "all"
"""The predecessor's word for the whole step; scripts use it."""
TYPE: Final = "--type"
SCOPED: Final = (PartOption.ASPECT, PartOption.NAMES)
"""The options of a command that can be about a part of a step."""


@dataclass(frozen=True, slots=True)
class Options:
    """The user's options. `policy` is None when nothing was said about changes made online."""

    policy: Policy | None = None
    forced_by: str = ""  # the spelling that forces: --use-remote, --use-local, --on-drift overwrite
    ask_again: bool = False
    assume_yes: bool = False
    exit_code: bool = False
    explain: bool = False
    prune: bool = False
    json: bool = False
    scope: Scope = field(default_factory=Scope)
    target_dir: str = ""
    force: bool = False
    dry_run: bool = False
    include_secrets: bool = False
    full_diff: bool = False
    write_back: bool = False
    keep_rescues: int | None = None
    all: bool = False
    named: str = ""

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


def parse(
    argv: Sequence[str],
    command: str,
    resource: str,
    allowed: Iterable[Option | PartOption],
    layouts: Sequence[Layout],
) -> Options:
    """Returns our options in `process.argv.slice(2)`. Raises `BadInput` that lists everything wrong with them."""
    tokens = _own_tokens(argv, command, resource)
    if tokens is None:
        return Options()  # the host calls this method on behalf of another command
    known = {spelling: option for option in listed(allowed, layouts) for spelling in _spellings(option)}
    given, words, problems = _read(tokens, known)
    policy, forced_by = _policy(given, problems)
    scoped = TYPE in known
    words = [] if scoped and words == [EVERYTHING] else words
    scope = _scope(given, words, command, Parts(layouts), problems) if scoped else Scope()
    if COPY.name in known:
        problems += [f"{' '.join(words)}: only one name at a time."] if len(words) > 1 else []
    elif words and scope == Scope():
        problems += [f"{word!r} was not understood: s {command} takes no parts." for word in words if not problems]
    keep_rescues = _number(given, KEEP_RESCUES, problems)
    if problems:
        raise BadInput("\n".join(problems), hint=f"s {command} -h lists the options.", reference="bad-option")
    return Options(
        policy=policy,
        forced_by=forced_by,
        ask_again=ASK_AGAIN.name in given,
        assume_yes=ASSUME_YES.name in given,
        exit_code=EXIT_CODE.name in given,
        explain=EXPLAIN.name in given,
        prune=PRUNE.name in given,
        json=given.get(OUTPUT.name, [""])[-1] == "json",
        scope=scope,
        target_dir=given.get(TARGET_DIR.name, [""])[-1],
        force=FORCE.name in given,
        dry_run=DRY_RUN.name in given,
        include_secrets=INCLUDE_SECRETS.name in given,
        full_diff=FULL_DIFF.name in given,
        write_back=WRITE_BACK.name in given,
        keep_rescues=keep_rescues,
        all=ALL.name in given,
        named=words[0] if words and COPY.name in known else "",
    )


def _own_tokens(argv: Sequence[str], command: str, resource: str) -> list[str] | None:
    """Returns what follows the command: `s deploy …`, `s <resource> deploy …`; None for another command's line."""
    tokens = list(argv)
    if tokens[:1] == ["cli"]:
        tokens = tokens[2:]  # s cli <component> <command> …
    elif tokens[:1] == [resource] and command in tokens[1:2]:
        tokens = tokens[1:]
    if tokens[:1] == [command]:
        return tokens[1:]
    return _reordered(tokens, command)


def _reordered(tokens: list[str], command: str) -> list[str] | None:
    """Moves the host's own options behind the command: it also takes them before, as in `s -t other.yaml deploy`."""
    rest: list[str] = []
    index = 0
    while index < len(tokens) and tokens[index].startswith("-"):
        width = 2 if _host_takes_value(tokens[index]) else 1
        rest += tokens[index : index + width]
        index += width
    if tokens[index : index + 1] == [command]:
        return rest + tokens[index + 1 :]
    if command in tokens[index + 1 : index + 2]:
        return rest + tokens[index + 2 :]
    return None


def runs_alone(argv: Sequence[str], command: str, resource: str) -> bool:
    """Says whether the host runs this step alone (`s one deploy`, `s cli`), or with props that an option changes."""
    if any(token.partition("=")[0] in CHANGES_PROPS for token in argv) or list(argv[:1]) == ["cli"]:
        return True
    tokens = iter(argv)
    words = []
    for token in tokens:
        if not token.startswith("-"):
            words.append(token)
        elif _host_takes_value(token):
            next(tokens, "")
    return any(pair == (resource, command) for pair in itertools.pairwise(words))


def _host_takes_value(token: str) -> bool:
    return any(token in names and takes for names, takes in HOST_OPTIONS)


def _spellings(option: Option) -> tuple[str, ...]:
    return (option.name, option.short) if option.short else (option.name,)


Given = dict[str, list[str]]
"""Options by name, with the values they were given."""


def _read(tokens: list[str], known: dict[str, Option]) -> tuple[Given, list[str], list[str]]:
    given: Given = {}
    words: list[str] = []
    problems: list[str] = []
    foreign = {name: takes for names, takes in (*HOST_OPTIONS, *IGNORED) for name in names}
    index = 0
    while index < len(tokens):
        token, _, attached = tokens[index].partition("=")
        index += 1
        if token in known and known[token].value:
            value = attached or (tokens[index] if index < len(tokens) else "")
            index += 0 if attached else 1
            given.setdefault(known[token].name, []).append(value)
            problems += _value_problems(known[token], value)
        elif token in known:
            given[known[token].name] = []
        elif token in foreign:
            index += 1 if foreign[token] and not attached else 0
        elif token in LATER:
            problems.append(f"{token} is not taken here: names come from s.yaml.")
            index += 1 if index < len(tokens) and not attached and not tokens[index].startswith("-") else 0
        elif token.startswith("-"):
            problems.append(f"Unknown option {token}.{_nearest(token, known)}")
        else:
            words.append(tokens[index - 1])  # a rescue copy's name has '=' in it where the resource's has a capital
    return given, words, problems


def _aspect(parts: Parts) -> Option:
    of = " or ".join(parts.coded)
    return Option(TYPE, f"Only the code, or only the configuration, of the {of}", "part", (CODE_ASPECT, CONFIG_ASPECT))


def _by_name(parts: Parts) -> tuple[Option, ...]:
    named = {of.option: of.help for _, of in parts.by_name()}
    return tuple(Option(option, help, value="name") for option, help in named.items())


def _scope(given: Given, words: list[str], command: str, parts: Parts, problems: list[str]) -> Scope:
    part = words[0] if words else ""
    if len(words) > 1:
        problems.append(f"{' '.join(words)}: only one part at a time.")
    if part and part not in parts.words:
        near = _nearest(part, parts.words)
        problems.append(f"{part!r} was not understood: the parts of `s {command}` are {', '.join(parts.words)}.{near}")
        return Scope()
    names = _names(given, part, command, parts, problems)
    kinds = None
    if part:
        kinds = parts.removed(part) if command == "remove" else parts.kinds(part)
    aspects = ASPECTS
    if TYPE in given and not problems:
        aspects = frozenset(given[TYPE])
        if part and part not in parts.coded:
            of = " or ".join(parts.coded)
            problems.append(f"{TYPE} tells a {of}'s code from its configuration: it does not go with {part}.")
        if aspects == {CODE_ASPECT}:
            kinds = parts.kinds_with_code
    return Scope(part, kinds, aspects, names)


def _names(given: Given, part: str, command: str, parts: Parts, problems: list[str]) -> dict[str, frozenset[str]]:
    names = {}
    for word, of in parts.by_name():
        if of.option not in given:
            continue
        problem = f"{of.option} goes with `s {command} {word}`."
        if part != word and problem not in problems:  # several layouts may have the part
            problems.append(problem)
        values = given[of.option]
        names[of.kind.name] = frozenset(value.lower() if of.kind.blind_to_case else value for value in values)
    return names


def _value_problems(option: Option, value: str) -> list[str]:
    if not value:
        return [f"{option.name} (nothing): a value must follow{_one_of(option)}."]
    if option.choices and value not in option.choices:
        return [f"{option.name} {value}: must be one of {', '.join(option.choices)}."]
    return []


def _number(given: Given, option: Option, problems: list[str]) -> int | None:
    text = given.get(option.name, [""])[-1]
    if text and not text.isdecimal():
        problems.append(f"{option.name} {text}: must be a number.")
        return None
    return int(text) if text else None


def _one_of(option: Option) -> str:
    return f", one of {', '.join(option.choices)}" if option.choices else ""


def _nearest(token: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(token, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _policy(given: Given, problems: list[str]) -> tuple[Policy | None, str]:
    words = [name for name in (USE_REMOTE.name, USE_LOCAL.name) if name in given]
    if ON_DRIFT.name in given and not any(ON_DRIFT.name in problem for problem in problems):
        named = Policy(given[ON_DRIFT.name][-1])
        if words and named is not Policy.OVERWRITE:
            problems.append(f"{words[0]} and --on-drift {named.value} contradict each other.")
        return named, f"--on-drift {named.value}" if named is Policy.OVERWRITE else ""
    return (Policy.OVERWRITE, words[0]) if words else (None, "")
