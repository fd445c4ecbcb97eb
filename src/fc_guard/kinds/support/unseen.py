"""What a product answers while it has not heard yet of what was just made for it in another product."""

from __future__ import annotations

import re
from typing import Final

NOT_THERE: Final = re.compile(r"\b(?:not exist|not found|no permission to access the log)", re.IGNORECASE)
"""The predecessor waits for each of them: facts of CreateService."""
LOGS: Final = re.compile(r"\b(?:project|log ?store)\b", re.IGNORECASE)
ROLE: Final = re.compile(r"\brole\b", re.IGNORECASE)
FINAL: Final = re.compile(r"\bcaller\b|not enabled", re.IGNORECASE)
"""What says that waiting is in vain: the keys in use lack a permission, or Function Compute is not opened."""
DENIED: Final = "AccessDenied"
"""What Function Compute says of a role that it cannot assume: Terraform's provider repeats it, as RAM's roles take
seconds to be known everywhere."""
NO_PROJECT: Final = "ProjectNotExist"
NO_STORE: Final = "LogStoreNotExist"


def logs_or_role(code: str, message: str) -> bool:
    """Says so of a service's log project, store or role: answers of CreateService and UpdateService."""
    return bool(NOT_THERE.search(message) and LOGS.search(message)) or role(code, message)


def role(code: str, message: str) -> bool:
    """Says so of a role: answers of CreateService and CreateTrigger."""
    if code == DENIED:
        return not FINAL.search(message)
    return bool(NOT_THERE.search(message) and ROLE.search(message))


def log_project(code: str, message: str) -> bool:
    """Says so of a log project: an answer of CreateLogStore."""
    return code == NO_PROJECT


def log_store(code: str, message: str) -> bool:
    """Says so of a log store: answers of CreateIndex."""
    return code in (NO_PROJECT, NO_STORE)
