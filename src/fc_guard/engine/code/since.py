"""The packages that others deployed since the base of this checkout, as far as they are kept."""

from __future__ import annotations

from fc_guard.core.base import Base
from fc_guard.engine.run.session import ReadSession
from fc_guard.model.fields import CODE, CODE_ASPECT, CodeVersion
from fc_guard.model.files import Manifest
from fc_guard.model.origins import Since
from fc_guard.model.resources import ResourceDiff


def deployed_since(session: ReadSession, diff: ResourceDiff, base: Base) -> list[tuple[Since, Manifest]]:
    """Returns each of them with its files, newest first, as long as they are known. Nothing is read unless a file of
    the difference is to be decided."""
    found = []
    if any(file.at_risk for file in diff.files):
        for each in base.found[CODE_ASPECT].newer:
            after = each.entry.after()
            version = (after.observed or {}).get(CODE) if after is not None else None
            digest = version.digest if isinstance(version, CodeVersion) else None
            code = session.baselines.code.read(digest) if digest else None
            if code is None:
                break
            found.append((each.since, code.manifest))
    return found
