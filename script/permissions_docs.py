"""docs/permissions.md and docs/permissions.zh.md: the RAM actions that each command and each feature needs, made of
what the kinds and the products say that they call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fc_guard.cloud.fc2.operations import OPERATIONS
from fc_guard.cloud.fc2.temporary import OPERATION as TEMPORARY
from fc_guard.cloud.support import certificates, logs, nas, network, ram, test_domain
from fc_guard.cloud.support.product import Actions
from fc_guard.cloud.wire.objects import ACTIONS as STATE
from fc_guard.cloud.wire.trail import PERMISSION as TRAIL
from fc_guard.kinds.catalog import CATALOG
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.model.kinds import Kind

READS = "plan, drift, info, pull, sync, history"
COMMANDS = (READS, "deploy", "remove", "undo", "invoke")
OF_ROLES = "role: {…}"
NETWORK = ("vpc", "vSwitch", "securityGroup")
FAMILIES: Mapping[str, tuple[Mapping[str, Actions], tuple[str, ...]]] = {
    "logConfig: auto": (logs.ACTIONS, ("logProject", "logStore", "logIndex")),
    "vpcConfig: auto": (network.ACTIONS, NETWORK),
    "nasConfig: auto": (
        {**network.ACTIONS, **nas.ACTIONS},
        ("vpc", "vSwitch", "securityGroup", "fileSystem", "mountTarget"),
    ),
    OF_ROLES: (ram.ACTIONS, ("role", "ramPolicy", "rolePolicy")),
    "customDomains[].domainName: auto": (test_domain.ACTIONS, ("testDomain",)),
}


@dataclass(frozen=True)
class Words:
    head: str
    commands: str
    features: str
    policy: str
    row: tuple[str, str]
    auto_row: tuple[str, ...]
    others: Mapping[str, str]


ENGLISH = Words(
    head="""# Permissions

[中文](permissions.zh.md)

The RAM actions that the access needs which fc-guard runs with. This page is made of what the code calls
(`script/generate`). An action that is missing is named by the run that misses it, before anything is half made.
""",
    commands="## By command\n\nOn `acs:fc:<region>:<account>:services/*` and `custom-domains/*`, or on `*`.\n",
    features="""## By what s.yaml asks for

Besides those above. `deploy --prune` needs what `remove` needs. To tell who uses a role, its removal
looks with the `fc:` actions in all regions: where one is missing elsewhere, the role stays, and is told.
""",
    policy="## A policy for `deploy` without any of these features\n",
    row=("command", "actions"),
    auto_row=("s.yaml", "to look", "to make", "to remove"),
    others={
        "role": "a `role` of a service or a trigger",
        "caller": "a trigger that needs a role and names none",
        "state": "`state: oss://…`, on that bucket and its objects",
        "oss": "`ossBucket`, or a package too large for a request, on that bucket",
        "trail": "who changed it online (optional)",
        "tracing": "`tracingConfig: Enable`",
        "number": "`customDomains[].certId`",
        "certificate": "a certificate or private key at `oss://…`, on that object",
    },
)
CHINESE = Words(
    head="""# 权限

[English](permissions.md)

运行 fc-guard 的密钥需要的 RAM 权限。本页由代码实际调用的接口生成（`script/generate`）。
缺少权限时，报错会写明是哪一个，并且不会留下没有记录的半成品。
""",
    commands="## 按命令\n\n资源为 `acs:fc:<region>:<account>:services/*` 和 `custom-domains/*`，或 `*`。\n",
    features="""## 按 s.yaml 的内容

在上面的权限之外还需要的。`remove` 需要的，`deploy --prune` 也需要。
为了知道谁在用一个角色，删除它时会用这些 `fc:` 权限查看所有地域：其他地域缺少权限时，角色会保留并写明。
""",
    policy="## 不用这些功能时 `deploy` 的策略\n",
    row=("命令", "权限"),
    auto_row=("s.yaml", "查看", "创建", "删除"),
    others={
        "role": "服务或触发器的 `role`",
        "caller": "需要角色而没写的触发器",
        "state": "`state: oss://…`，资源为该存储空间及其对象",
        "oss": "`ossBucket`，或代码包太大无法放进请求，资源为该存储空间",
        "trail": "显示是谁在线上改的（可选）",
        "tracing": "`tracingConfig: Enable`",
        "number": "`customDomains[].certId`",
        "certificate": "位于 `oss://…` 的证书或私钥，资源为该对象",
    },
)


def of_command(command: str) -> tuple[str, ...]:
    """The actions of Function Compute that a command may need."""
    kinds = tuple(kind for kind in CATALOG.kinds if kind.provider == FC2)
    found = {*_reads(kinds), "GetFunctionCode"}
    match command:
        case "deploy":
            found |= {*_makes(kinds), *_deletes(kinds), *_holders(kinds), TEMPORARY}
        case "remove":
            found |= {*_deletes(kinds), *_holders(kinds), *(kind.operations.update for kind in kinds if kind.strangers)}
        case "undo":
            found |= {*_makes(kinds), *_deletes(kinds)}
        case "invoke":
            found = {"GetFunction", "InvokeFunction"}
    known = {*OPERATIONS, TEMPORARY, "InvokeFunction"}
    return tuple(f"fc:{name}" for name in sorted(found & known))


def page(words: Words) -> str:
    lines = [
        words.head,
        words.commands,
        *_table(words.row, ((f"`{name}`", _listed(of_command(name))) for name in COMMANDS)),
    ]
    auto = (
        (f"`{said}`", *(_listed(_of(table, kinds, part)) for part in ("read", "make", "delete")))
        for said, (table, kinds) in FAMILIES.items()
    )
    roles = FAMILIES[OF_ROLES]
    others = (
        (words.others["caller"], *(_listed(_of(*roles, part)) for part in ("read", "make", "delete"))),
        (words.others["role"], "", "`ram:PassRole`", ""),
        (words.others["tracing"], "", "`xtrace:GetToken`", ""),
        (words.others["number"], _listed(certificates.BY_NUMBER.read), "", ""),
        (words.others["certificate"], _listed(certificates.IN_OSS.read), "", ""),
        (words.others["state"], *(_listed(each) for each in (STATE[:3], STATE, STATE))),
        (words.others["oss"], "`oss:GetObject`", "`oss:PutObject`", ""),
        (words.others["trail"], f"`{TRAIL}`", "", ""),
    )
    lines += [
        "",
        words.features,
        *_table(words.auto_row, (*auto, *others)),
        "",
        words.policy,
        *_policy(of_command("deploy")),
    ]
    return "\n".join(lines) + "\n"


def _of(table: Mapping[str, Actions], kinds: Iterable[str], part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(action for kind in kinds for action in getattr(table[kind], part)))


def _reads(kinds: Iterable[Kind]) -> Iterator[str]:
    for kind in kinds:
        yield from (kind.operations.read, kind.operations.list)


def _makes(kinds: Iterable[Kind]) -> Iterator[str]:
    for kind in kinds:
        yield from (kind.operations.create, kind.operations.update)


def _deletes(kinds: Iterable[Kind]) -> Iterator[str]:
    return (kind.operations.delete for kind in kinds)


def _holders(kinds: Iterable[Kind]) -> Iterator[str]:
    return (holder.list for kind in kinds for holder in kind.holders)


def _listed(actions: Iterable[str]) -> str:
    return ", ".join(f"`{action}`" for action in actions)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _policy(actions: tuple[str, ...]) -> Iterator[str]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = {"Version": "1", "Statement": [statement]}
    yield from ("```json", json.dumps(document, indent=2), "```")
