"""Where a step's deployments are remembered: in the project's folder, or in a bucket that several checkouts share.

What a shared state needs is imported for steps that have one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from fc_guard.cloud.gateway import Credential
from fc_guard.errors import BadInput, Effect
from fc_guard.language import t
from fc_guard.model.catalog import Catalog
from fc_guard.model.layouts import Layout
from fc_guard.model.origins import Origin
from fc_guard.state.directory import DirectoryReader, DirectoryStore, SealingReader
from fc_guard.state.memory import Memory
from fc_guard.state.place import Place
from fc_guard.state.store import BaselineReader, BaselineStore

SHARED: Final = re.compile(r"oss://([a-z0-9][a-z0-9-]{1,61}[a-z0-9])((?:/[A-Za-z0-9_=.-]+)*)/?")
LONGEST: Final = 200
"""Characters of a prefix."""
WAYS_ELSEWHERE: Final = (".", "..")


class Bucket(NamedTuple):
    """A place in OSS. `prefix` is '' or ends with a slash."""

    name: str
    prefix: str

    @property
    def url(self) -> str:
        return f"oss://{self.name}/{self.prefix}".rstrip("/")


def shared_by(props: Mapping[str, Any], layout: Layout) -> Bucket | None:
    """Returns the bucket that a step or the environment names, None for the project's own folder. Raises `BadInput`."""
    return bucket_in(str(props.get(layout.state) or os.environ.get("FC_GUARD_STATE") or "").strip())


def bucket_in(named: str) -> Bucket | None:
    """Returns the bucket in oss://bucket/prefix, None for ''. Raises `BadInput` for anything else."""
    if not named:
        return None
    found = SHARED.fullmatch(named)
    prefix = found[2].strip("/") if found is not None else ""
    if found is None or len(prefix) > LONGEST or not set(WAYS_ELSEWHERE).isdisjoint(prefix.split("/")):
        raise BadInput(
            t("The shared state is not oss://bucket/prefix, of letters, digits, _, =, . and -."),
            hint=t("Correct the step's props, or FC_GUARD_STATE. Without either, it is in the project's folder."),
            reference="bad-state",
            effect=Effect.NOTHING,
        )
    return Bucket(found[1], f"{prefix}/" if prefix else "")


@dataclass(frozen=True, slots=True)
class Reach:
    """How a step's bucket is reached: FC's endpoint, beside which OSS is, the region, and the keys."""

    endpoint: str
    region: str
    keys: Credential


@dataclass(slots=True)
class Histories:
    """The stores of a run. Steps that share a place share what was read of it."""

    catalog: Catalog
    _memory: Memory = field(default_factory=Memory)
    _heads: dict[tuple[Bucket, Reach, Place], Any] = field(default_factory=dict)

    def reader(self, state: Place, bucket: Bucket | None, reach: Reach, *, seals: bool = False) -> BaselineReader:
        """`seals` makes the key of the state if it has none, for what a later run compares."""
        if bucket is None:
            return (SealingReader if seals else DirectoryReader)(state, self.catalog, self._memory)
        from fc_guard.state.shared import SealingSharedReader, SharedReader  # noqa: PLC0415  see above

        return (SealingSharedReader if seals else SharedReader)(self._known(state, bucket, reach), state)

    def store(
        self, state: Place, bucket: Bucket | None, reach: Reach, by: Callable[[], Origin | None]
    ) -> BaselineStore:
        if bucket is None:
            return DirectoryStore(state, self.catalog, self._memory, by)
        from fc_guard.state.shared import SharedStore  # noqa: PLC0415  see above

        return SharedStore(self._known(state, bucket, reach), state, by)

    def _known(self, state: Place, bucket: Bucket, reach: Reach) -> Any:
        from fc_guard.cloud.wire.objects import OssObjects, service  # noqa: PLC0415  see above
        from fc_guard.state.cache import Cache  # noqa: PLC0415  see above
        from fc_guard.state.heads import Heads  # noqa: PLC0415  see above

        known = (bucket, reach, state)
        if known not in self._heads:
            told = os.environ.get("FC_GUARD_OSS_ENDPOINT", "").strip()
            objects = OssObjects(*bucket, service(reach.region, reach.endpoint, told), reach.keys)
            self._heads[known] = Heads(objects, Cache(state, objects.name), self.catalog)
            self._heads[known].start()
        return self._heads[known]
