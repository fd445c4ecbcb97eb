"""The props of the step that most tests start from."""

from __future__ import annotations

from typing import Any

REGION = "cn-hangzhou"
PROPS: dict[str, Any] = {
    "region": REGION,
    "service": {"name": "demo", "description": "demo service"},
    "function": {
        "name": "hello",
        "runtime": "python3",
        "handler": "index.handler",
        "codeUri": "code",
        "memorySize": 128,
        "timeout": 10,
        "environmentVariables": {"LEVEL": "info", "NAME": "demo"},
    },
    "triggers": [
        {"name": "http", "type": "http", "config": {"authType": "anonymous", "methods": ["GET", "POST"]}},
        {"name": "tick", "type": "timer", "config": {"cronExpression": "@every 5m", "enable": False}},
    ],
}
