"""The environment of a function: the platform's variables and the function's own, nothing from this machine's user."""

from __future__ import annotations

import os
from pathlib import Path

from fc_local.runner.model import FunctionSpec

# A function without a role gets no key in the cloud; the local FC knows no roles.
NO_CREDENTIALS = {"access_key_id": "", "access_key_secret": "", "security_token": ""}


def variables(spec: FunctionSpec, code: Path, home: Path, instance_id: str) -> dict[str, str]:
    """Returns the function's os.environ. Its own variables may change the first group, not the FC_ one."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        **spec.environment,
        "FC_FUNC_CODE_PATH": str(code),
        "FC_ACCOUNT_ID": spec.account,
        "FC_REGION": spec.region,
        "FC_FUNCTION_NAME": spec.function,
        "FC_FUNCTION_HANDLER": spec.handler,
        "FC_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "FC_CUSTOM_LISTEN_PORT": "9000",
        "FC_INSTANCE_ID": instance_id,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": NO_CREDENTIALS["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": NO_CREDENTIALS["access_key_secret"],
        "ALIBABA_CLOUD_SECURITY_TOKEN": NO_CREDENTIALS["security_token"],
    }


def context(spec: FunctionSpec) -> dict[str, object]:
    """Returns the context that all calls share; only the request id is missing."""
    return {
        "credentials": NO_CREDENTIALS,
        "function": {
            "name": spec.function,
            "handler": spec.handler,
            "memory": spec.memory,
            "timeout": spec.timeout,
        },
        "service": {
            "name": spec.service,
            "log_project": "",
            "log_store": "",
            "qualifier": "LATEST",
            "version_id": "",
        },
        "region": spec.region,
        "account_id": spec.account,
    }
