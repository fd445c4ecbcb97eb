"""Common mistakes of writing in this layout, and what the user is told about them."""

from __future__ import annotations

from typing import Final

from fc_guard.language import t
from fc_guard.model.layouts import Words

WORDS: Final = Words(
    slips={  # seen in real files
        ("preStop", "preStop"): "timeout",
        ("preFreeze", "preFreeze"): "timeout",
        ("mountPoints", "mountDir"): "fcDir",
        ("function", "filename"): "codeUri",
        ("function", "code"): "codeUri",
        ("function", "bucket"): "ossBucket",
        ("function", "layersArnV2"): "layers",
    },
    elsewhere={("customRuntimeConfig", "port"): t("caPort of the function")},
    patterns={
        "name": t("a name has letters, digits, _ and -, and starts with a letter or _"),
        "ossBucket": t("a bucket's name has 3 to 63 lower-case letters, digits and -"),
        "role": t("a role is an ARN, acs:ram::<account>:role/<name>"),
        "logConfig": t("a mapping, or auto"),
        "vpcConfig": t("a mapping, or auto"),
        "nasConfig": t("a mapping, or auto or autoPerformance"),
        "domainName": t("a host name such as www.example.com, or auto"),
        "protocol": t("HTTP, HTTPS or HTTP,HTTPS"),
        "state": t("oss://bucket/prefix, of letters, digits, _, =, . and -"),
        "path": t("a path starts with /"),
    },
    free_text=frozenset(  # the program may be the one that fills it in
        {"description", "environmentVariables", "command", "args", "payload", "notes", "functionParameter"}
    ),
    may_be_empty=frozenset({"environmentVariables", "asyncConfiguration", "functionParameter"}),
)
