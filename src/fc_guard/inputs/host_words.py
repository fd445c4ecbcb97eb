"""The words of the host's own command line: which of a run's arguments are ours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

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


def own_tokens(argv: Sequence[str], command: str, resource: str) -> list[str] | None:
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
        width = 2 if host_takes_value(tokens[index]) else 1
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
        elif host_takes_value(token):
            next(tokens, "")
    return any(pair == (resource, command) for pair in itertools.pairwise(words))


def host_takes_value(token: str) -> bool:
    return any(token in names and takes for names, takes in HOST_OPTIONS)
