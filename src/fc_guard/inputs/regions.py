"""Tells a region that does not exist before anybody asks there. One that is new and merely not known here may exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from fc_guard.errors import BadInput, Effect
from fc_guard.inputs.nearest import nearest
from fc_guard.inputs.places import Places
from fc_guard.inputs.schema_errors import shown
from fc_guard.language import joined, t
from fc_guard.model.layouts import Layout

FORM: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
DIGITS: Final = re.compile(r"\d+")


def require_region(props: Mapping[str, Any], layout: Layout, places: Places) -> tuple[str, ...]:
    """Returns a warning about a region that is not known. Raises `BadInput` for one that is known not to exist: it has
    not the form of a region, or is one slip of the pen from a known one."""
    region = str(props[layout.region])
    if not layout.regions or region in layout.regions:
        return ()
    meant = nearest(region, layout.regions)
    told = places.told(
        (layout.region,),
        t("region {region} is none of those known to have the service{meant}", region=shown(region), meant=meant),
    )
    if FORM.fullmatch(region) is None or any(one_slip_apart(region, known) for known in layout.regions):
        hint = "" if meant else t("Known are {regions}.", regions=joined(sorted(layout.regions), ", "))
        raise BadInput(told, hint=hint, reference="bad-props", effect=Effect.NOTHING)
    return (told,)


def one_slip_apart(one: str, other: str) -> bool:
    """Says whether one letter is missing, too many or wrong, or two changed places. Numbers tell regions apart: another
    number is another region."""
    if DIGITS.findall(one) != DIGITS.findall(other):
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    changed_places = len(one) == len("ab") and one == other[::-1]
    return max(len(one), len(other)) <= 1 or changed_places
