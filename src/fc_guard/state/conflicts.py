"""Files that a person has to settle: both sides in one, with the usual markers, one folder a resource."""

from __future__ import annotations

from collections.abc import Mapping

from fc_guard.model.address import Address
from fc_guard.state.nofollow import remove_tree, write_file
from fc_guard.state.place import Place
from fc_guard.state.upgrades import label

FOLDER = "conflicts"


def write_conflicts(root: Place, id: Address, files: Mapping[str, str]) -> Place:
    """Replaces what was there for the resource. Returns the folder. Names are relative and stay inside."""
    folder = drop_conflicts(root, id)
    for name, text in files.items():
        write_file(folder / name, text.encode())
    return folder


def drop_conflicts(root: Place, id: Address) -> Place:
    """Removes them: settled, or about to be written anew."""
    folder = root / FOLDER / label(id)
    remove_tree(folder)
    return folder
