"""A value that another resource has, or will have once it is made: its id, an address, a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fc_guard.model.address import Address

HERE: Final = "{}"


@dataclass(frozen=True, slots=True)
class Output:
    """Stands for the text of a member of another resource's document. What holds it needs that resource.

    `form` is the text around it, with {} in its place. `text` is the value where it is known beforehand, as a name is.
    """

    of: Address
    member: str
    form: str = HERE
    text: str = ""

    def filled(self, value: str) -> str:
        return self.form.replace(HERE, value)
