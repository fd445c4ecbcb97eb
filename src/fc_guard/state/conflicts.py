"""Files with a merge conflict: both sides with the usual markers, one folder for each resource."""

from __future__ import annotations

from collections.abc import Mapping

from fc_guard.model.address import Address
from fc_guard.state.nofollow import remove_tree, write_file
from fc_guard.state.place import Place
from fc_guard.state.upgrades import label

FOLDER = "conflicts"


def write_conflicts(root: Place, id: Address, files: Mapping[str, str]) -> Place:
    """Replaces the resource's conflict files and returns their folder. Names are relative and stay inside it."""
    folder = drop_conflicts(root, id)
    for name, text in files.items():
        write_file(folder / name, text.encode())
    return folder


def drop_conflicts(root: Place, id: Address) -> Place:
    """Removes the resource's conflict files and returns their folder."""
    folder = root / FOLDER / label(id)
    remove_tree(folder)
    return folder
