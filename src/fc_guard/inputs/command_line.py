"""The command line of a run: our options out of the host's words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from fc_guard.errors import BadInput
from fc_guard.inputs.host_words import HOST_OPTIONS, own_tokens
from fc_guard.inputs.options import (
    ALL,
    ASK_AGAIN,
    ASSUME_YES,
    COPY,
    DECISIVE,
    DRY_RUN,
    EVENT,
    EVENT_FILE,
    EVENT_STDIN,
    EXIT_CODE,
    EXPLAIN,
    FORCE,
    FULL_DIFF,
    INCLUDE_SECRETS,
    INVOCATION_TYPE,
    KEEP_RESCUES,
    LIMIT,
    MOST_DEPLOYMENTS,
    ON_DRIFT,
    OUT,
    OUTPUT,
    PLAN_FILE,
    PRUNE,
    QUALIFIER,
    REPORT,
    SHOW_VALUES,
    TARGET_DIR,
    TYPE,
    USE_LOCAL,
    USE_REMOTE,
    WRITE_BACK,
    Option,
    Options,
    PartOption,
    listed,
)
from fc_guard.inputs.step_parts import Parts
from fc_guard.language import joined, t
from fc_guard.model.address import Key
from fc_guard.model.fields import ASPECTS, CODE_ASPECT
from fc_guard.model.layouts import Layout
from fc_guard.model.plans import Policy
from fc_guard.model.scope import Scope

EVERYTHING: Final = "all"
"""The predecessor's word for the whole step; scripts use it."""
# The predecessor's options that change nothing here, so that existing pipelines keep running.
IGNORED: Final[tuple[tuple[tuple[str, ...], bool], ...]] = ((("--skip-push",), False), (("--push-registry",), True))
LATER: Final = ("--service-name", "--function-name", "--region")


def parse(
    argv: Sequence[str],
    command: str,
    resource: str,
    allowed: Iterable[Option | PartOption],
    layouts: Sequence[Layout],
) -> Options:
    """Returns our options in `process.argv.slice(2)`. Raises `BadInput` that lists everything wrong with them."""
    tokens = own_tokens(argv, command, resource)
    if tokens is None:
        return Options()  # the host calls this method on behalf of another command
    known = {spelling: option for option in listed(allowed, layouts) for spelling in _spellings(option)}
    given, words, problems = _read(tokens, known)
    policy, forced_by = _policy(given, problems)
    scoped = TYPE in known
    words = [] if scoped and words == [EVERYTHING] else words
    scope = _scope(given, words, command, Parts(layouts), problems) if scoped else Scope()
    if COPY.name in known:
        problems += [t("{words}: only one name at a time.", words=joined(words, " "))] if len(words) > 1 else []
    elif words and scope == Scope():
        problems += [
            t("{word!r} was not understood: s {command} takes no parts.", word=word, command=command)
            for word in words
            if not problems
        ]
    problems += _more_than_one_event(given)
    decisive = _decisive(given, words, layouts) if scoped else ()
    problems += _against_plan_file(given, decisive)
    keep_rescues = _number(given, KEEP_RESCUES, problems)
    limit = _number(given, LIMIT, problems)
    if problems:
        raise BadInput(
            joined(problems), hint=t("s {command} -h lists the options.", command=command), reference="bad-option"
        )
    return Options(
        policy=policy,
        forced_by=forced_by,
        ask_again=ASK_AGAIN.name in given,
        assume_yes=ASSUME_YES.name in given,
        exit_code=EXIT_CODE.name in given,
        explain=EXPLAIN.name in given,
        prune=PRUNE.name in given,
        json=given.get(OUTPUT.name, [""])[-1] == "json",
        reports=tuple(given.get(REPORT.name, ())),
        scope=scope,
        target_dir=given.get(TARGET_DIR.name, [""])[-1],
        force=FORCE.name in given,
        dry_run=DRY_RUN.name in given,
        include_secrets=INCLUDE_SECRETS.name in given,
        full_diff=FULL_DIFF.name in given,
        show_values=SHOW_VALUES.name in given,
        write_back=WRITE_BACK.name in given,
        keep_rescues=keep_rescues,
        limit=MOST_DEPLOYMENTS if limit is None else limit,
        all=ALL.name in given,
        named=words[0] if words and COPY.name in known else "",
        event=given.get(EVENT.name, [""])[-1],
        event_file=given.get(EVENT_FILE.name, [""])[-1],
        event_stdin=EVENT_STDIN.name in given,
        waits=given.get(INVOCATION_TYPE.name, ["sync"])[-1] == "sync",
        qualifier=given.get(QUALIFIER.name, [""])[-1],
        out=given.get(OUT.name, [""])[-1],
        plan_file=given.get(PLAN_FILE.name, [""])[-1],
        words=decisive,
    )


def as_planned(options: Options, words: Sequence[str], command: str, layouts: Sequence[Layout]) -> Options:
    """Returns the options with those that a plan was made under. Raises `BadInput` where the words are none."""
    planned = parse((command, *words), command, "", DECISIVE, layouts)
    return replace(
        options,
        policy=planned.policy,
        forced_by=planned.forced_by,
        ask_again=planned.ask_again,
        prune=planned.prune,
        scope=planned.scope,
    )


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
            problems.append(t("{token} is not taken here: names come from s.yaml.", token=token))
            index += 1 if index < len(tokens) and not attached and not tokens[index].startswith("-") else 0
        elif token.startswith("-"):
            problems.append(t("Unknown option {token}.{nearest}", token=token, nearest=_nearest(token, known)))
        else:
            words.append(tokens[index - 1])  # a rescue copy's name has '=' in it where the resource's has a capital
    return given, words, problems


def _scope(given: Given, words: list[str], command: str, parts: Parts, problems: list[str]) -> Scope:
    part = words[0] if words else ""
    if len(words) > 1:
        problems.append(t("{words}: only one part at a time.", words=joined(words, " ")))
    if part and part not in parts.words:
        near = _nearest(part, parts.words)
        problems.append(
            t(
                "{part!r} was not understood: the parts of `s {command}` are {words}.{near}",
                part=part,
                command=command,
                words=joined(parts.words, ", "),
                near=near,
            )
        )
        return Scope()
    names = _names(given, part, command, parts, problems)
    kinds = None
    if part:
        kinds = parts.removed(part) if command == "remove" else parts.kinds(part)
    aspects = ASPECTS
    if TYPE in given and not problems:
        aspects = frozenset(given[TYPE])
        if part and part not in parts.coded:
            of = joined(parts.coded, t(" or "))
            problems.append(
                t(
                    "{type} tells a {kind}'s code from its configuration: it does not go with {part}.",
                    type=TYPE,
                    kind=of,
                    part=part,
                )
            )
        if aspects == {CODE_ASPECT}:
            kinds = parts.kinds_with_code
    return Scope(part, kinds, aspects, names)


def _names(given: Given, part: str, command: str, parts: Parts, problems: list[str]) -> dict[Key, frozenset[str]]:
    names = {}
    for word, of in parts.by_name():
        if of.option not in given:
            continue
        problem = t("{option} goes with `s {command} {word}`.", option=of.option, command=command, word=word)
        if part != word and problem not in problems:  # several layouts may have the part
            problems.append(problem)
        values = given[of.option]
        names[of.kind.provider, of.kind.name] = frozenset(
            value.lower() if of.kind.blind_to_case else value for value in values
        )
    return names


def _value_problems(option: Option, value: str) -> list[str]:
    if not value:
        return [t("{option} (nothing): a value must follow{one_of}.", option=option.name, one_of=_one_of(option))]
    if option.choices and value not in option.choices:
        return [
            t(
                "{option} {value}: must be one of {choices}.",
                option=option.name,
                value=value,
                choices=joined(option.choices, ", "),
            )
        ]
    return []


def _decisive(given: Given, words: Sequence[str], layouts: Sequence[Layout]) -> tuple[str, ...]:
    """Returns what was said of what is planned, in one spelling."""
    names = {option.name for option in listed(DECISIVE, layouts)}
    options = {name: values for name, values in given.items() if name in names}
    spelled = [token for name, values in options.items() for value in values or [""] for token in (name, value)]
    return (*words, *(token for token in spelled if token))


def _against_plan_file(given: Given, decisive: Sequence[str]) -> list[str]:
    same = PLAN_FILE.name in given or OUT.name in given
    files = [name for name in (OUT.name, PLAN_FILE.name, REPORT.name) if name in given]
    problems = []
    if same and len({given[name][-1] for name in files}) < len(files):
        problems.append(t("{names} name the same file.", names=joined(files, t(" and "))))
    if PLAN_FILE.name in given and decisive:
        problems.append(
            t(
                "{words} does not go with {option}: that was said when the plan was made.",
                words=joined(decisive, " "),
                option=PLAN_FILE.name,
            )
        )
    return problems


def _more_than_one_event(given: Given) -> list[str]:
    named = [option.name for option in (EVENT, EVENT_FILE, EVENT_STDIN) if option.name in given]
    return [t("{named}: only one event at a time.", named=joined(named, t(" and ")))] if len(named) > 1 else []


def _number(given: Given, option: Option, problems: list[str]) -> int | None:
    text = given.get(option.name, [""])[-1]
    if text and not text.isdecimal():
        problems.append(t("{option} {text}: must be a number.", option=option.name, text=text))
        return None
    return int(text) if text else None


def _one_of(option: Option) -> str:
    return t(", one of {choices}", choices=joined(option.choices, ", ")) if option.choices else ""


def _nearest(token: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(token, list(known), n=1)
    return t(" Did you mean {close}?", close=close[0]) if close else ""


def _policy(given: Given, problems: list[str]) -> tuple[Policy | None, str]:
    words = [name for name in (USE_REMOTE.name, USE_LOCAL.name) if name in given]
    if ON_DRIFT.name in given and not any(ON_DRIFT.name in problem for problem in problems):
        named = Policy(given[ON_DRIFT.name][-1])
        if words and named is not Policy.OVERWRITE:
            problems.append(
                t("{words} and --on-drift {named} contradict each other.", words=words[0], named=named.value)
            )
        return named, t("--on-drift {named}", named=named.value) if named is Policy.OVERWRITE else ""
    return (Policy.OVERWRITE, words[0]) if words else (None, "")
