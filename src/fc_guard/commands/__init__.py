"""One module a command. A new one needs a module, and a line each here, in publish.yaml and in src/index.js."""

from __future__ import annotations

from typing import Final

from fc_guard.commands.command import Command
from fc_guard.commands.deploy import DEPLOY
from fc_guard.commands.drift import DRIFT
from fc_guard.commands.info import INFO
from fc_guard.commands.plan import PLAN
from fc_guard.commands.pull import PULL
from fc_guard.commands.remove import REMOVE
from fc_guard.commands.rescue import RESCUE
from fc_guard.commands.sync import SYNC
from fc_guard.commands.undo import UNDO

COMMANDS: Final[dict[str, Command]] = {
    command.name: command for command in (DEPLOY, PLAN, DRIFT, PULL, INFO, SYNC, RESCUE, UNDO, REMOVE)
}
