"""Says what is wrong with a kind, so that what it lacks fails when a catalog is made and not in the middle of a run."""

from __future__ import annotations

from collections.abc import Iterator

from fc_guard.language import t
from fc_guard.model.kind_defaults import never
from fc_guard.model.kinds import Kind, Lifecycle


def flaws(kind: Kind, holds: bool) -> Iterator[str]:
    """Yields what a kind lacks, or says and cannot be done. `holds` says whether other kinds lie in it."""
    yield from _unreachable(kind)
    yield from _contradictory(kind)
    if kind.replaced is not never and (holds or kind.code is not None):
        yield t("is replaced: what lies in it, or its code as it is online, would be lost")


def _unreachable(kind: Kind) -> Iterator[str]:
    operations, fleeting = kind.operations, kind.lifecycle is Lifecycle.FLEETING
    if not operations.create or not (operations.delete or fleeting):
        yield t("has no operation that makes it, or none that deletes it")
    if not operations.update and kind.rules.known - kind.rules.fixed and kind.replaced is never:
        yield t("has fields that can change and no operation that updates it")
    if kind.listed and (kind.parent is None or not operations.list):
        yield t("is read from its parent's list, and has no parent or no list")
    if not kind.listed and not operations.read and not fleeting:
        yield t("has no operation that reads it, and is not read from a list")


def _contradictory(kind: Kind) -> Iterator[str]:
    if not (kind.name.isascii() and kind.name.isalpha()):
        yield t("is not named by letters alone: its rescue copies would not be found")
    if kind.part and (kind.parent is None or not kind.listed):
        yield t("is a part of its parent, and has none, or is not read from its parent's list")
    if kind.code is not None and kind.home.many:
        yield t("has code, and a list of them in props: nobody could say whose code it is")
    if kind.home.many and kind.home.always:
        yield t("has one name, and a list of them in props")
    if not kind.strangers <= kind.rules.keyed.keys():
        yield t("has strangers where it has no keyed list")
