"""Values that FC is known to refuse and that no schema can tell: one table, with where each rule is known from."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeGuard

from fc_guard.inputs.fc2.domain_checks import domains_of
from fc_guard.inputs.fc2.trigger_checks import triggers_of
from fc_guard.inputs.values import as_number, dotted
from fc_guard.kinds.spelling import text_of
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Note

Props = Mapping[str, Any]
ENVIRONMENT: Final[Place] = ("function", "environmentVariables")
MOST_ENVIRONMENT: Final = 4096
RESERVED: Final = frozenset({"accessKeyID", "accessKeySecret", "securityToken", "topic"})
GB_PER_CPU: Final = (1, 4)
MOST_E1_MEMORY: Final = 3072
C1_MEMORY: Final = (4096, 8192, 16384, 32768)
GPU: Final = ("g1", "fc.gpu")
ARNS: Final = {"oss": "oss", "log": "log", "mns_topic": "mns", "cdn_events": "cdn", "tablestore": "ots", "rds": "rds"}
"""type of a trigger -> the service that the ARN of its source names"""

_ENV_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*\Z")
_CRON_FIELD: Final = re.compile(r"[\d*?/,\-#A-Z]+\Z", re.IGNORECASE)
_EVERY: Final = re.compile(r"@every (?=.*[1-9])(\d+(\.\d+)?[hms])+\Z")
_OSS_EVENT: Final = re.compile(r"oss:[A-Za-z]+:[A-Za-z*]+\Z")


class Rule(NamedTuple):
    """`source` says where it is known from that FC refuses what `broken` finds in props of any shape."""

    name: str
    source: str
    broken: Callable[[Props], Iterator[Note]]


def refusals(props: Props) -> Iterator[Note]:
    for rule in RULES:
        yield from rule.broken(props)


def _env_names(props: Props) -> Iterator[Note]:
    for name in _variables(props):
        if not _ENV_NAME.match(name):
            yield _at((*ENVIRONMENT, name), t("FC takes letters, digits and _ in a name, and a letter first"))


def _env_reserved(props: Props) -> Iterator[Note]:
    for name in _variables(props):
        if name.startswith("FC_") or name in RESERVED:
            yield _at((*ENVIRONMENT, name), t("FC keeps this name for itself"))


def _env_empty(props: Props) -> Iterator[Note]:
    for name, value in _variables(props).items():
        if value == "":
            yield _at((*ENVIRONMENT, name), t("FC refuses an empty value"))


def _env_unprintable(props: Props) -> Iterator[Note]:
    for name, value in _variables(props).items():
        controls = [character for character in value if unicodedata.category(character) == "Cc"]
        if controls:
            named = {"\n": t("a line break"), "\r": t("a line break"), "\t": t("a tab")}.get(
                controls[0], t("a control character")
            )
            yield _at((*ENVIRONMENT, name), t("FC refuses {named} in a value", named=named))


def _env_size(props: Props) -> Iterator[Note]:
    size = sum(len(_bytes(name)) + len(_bytes(value)) for name, value in _variables(props).items())
    if size > MOST_ENVIRONMENT:
        yield _at(
            ENVIRONMENT,
            t(
                "{size} bytes of names and values; FC takes {most_environment}",
                size=size,
                most_environment=MOST_ENVIRONMENT,
            ),
        )


def _cpu_steps(props: Props) -> Iterator[Note]:
    cpu = as_number(_function(props).get("cpu"))
    if cpu is not None and abs(cpu * 20 - round(cpu * 20)) > 1e-6:
        yield _at(("function", "cpu"), t("{cpu:g} must be a multiple of 0.05", cpu=cpu))


def _memory_ratio(props: Props) -> Iterator[Note]:
    memory, cpu, kind = _resources(props)
    if memory is None or not cpu or kind.startswith(GPU):
        return
    least, most = GB_PER_CPU
    if not least <= memory / 1024 / cpu <= most:
        told = t(
            "{cpu:g} with {memory:g} MB: FC takes {least} to {most} GB of memory per vCPU",
            cpu=cpu,
            memory=memory,
            least=least,
            most=most,
        )
        yield _at(("function", "cpu"), told)


def _memory_of_e1(props: Props) -> Iterator[Note]:
    memory, cpu, kind = _resources(props)
    if kind == "e1" and cpu is None and memory is not None and memory > MOST_E1_MEMORY:
        told = t(
            "{memory:g} is more than the {most_e1_memory} MB of an e1 instance without cpu and diskSize of its own",
            memory=memory,
            most_e1_memory=MOST_E1_MEMORY,
        )
        yield _at(("function", "memorySize"), told)


def _memory_of_c1(props: Props) -> Iterator[Note]:
    memory, cpu, kind = _resources(props)
    if kind == "c1" and cpu is None and memory not in (*C1_MEMORY, None):
        sizes = ", ".join(map(str, C1_MEMORY))
        place = "memorySize" if "memorySize" in _function(props) else "instanceType"
        yield _at(
            ("function", place), t("a c1 instance without cpu and diskSize of its own has {sizes} MB", sizes=sizes)
        )


def _cron(props: Props) -> Iterator[Note]:
    for index, config in _configs(props, "timer"):
        said = config.get("cronExpression")
        if _is_given(said) and not _is_cron(said):
            count = len(_without_zone(said).split())
            found = ":" if said.startswith("@") or count == 6 else t(" has {count} fields;", count=count)
            told = t(
                "{dumps}{found} FC takes six, seconds first, or @every 5m",
                dumps=json.dumps(said, ensure_ascii=False),
                found=found,
            )
            yield _at(("triggers", index, "config", "cronExpression"), told)


def _oss_events(props: Props) -> Iterator[Note]:
    for index, config in _configs(props, "oss"):
        events = config.get("events")
        for at, event in enumerate(events if isinstance(events, list) else ()):
            if _is_given(event) and not _OSS_EVENT.match(event):
                told = t(
                    "{dumps} is no event of OSS, such as oss:ObjectCreated:*",
                    dumps=json.dumps(event, ensure_ascii=False),
                )
                yield _at(("triggers", index, "config", "events", at), told)


def _source_arns(props: Props) -> Iterator[Note]:
    for index, trigger in triggers_of(props):
        service, arn = ARNS.get(str(trigger.get("type"))), trigger.get("sourceArn")
        if service is not None and _is_given(arn) and not arn.startswith(f"acs:{service}:"):
            yield _at(("triggers", index, "sourceArn"), t("an ARN is expected, acs:{service}:…", service=service))


def _patterns(props: Props) -> Iterator[Note]:
    for index, config in _configs(props, "eventbridge"):
        said = config.get("eventRuleFilterPattern")
        if _is_given(said) and not _is_json(said):
            yield _at(("triggers", index, "config", "eventRuleFilterPattern"), t("JSON is expected"))


def _destinations(props: Props) -> Iterator[Note]:
    place: Place = ("function", "asyncConfiguration", "destination")
    destinations = _mapping(_mapping(_function(props).get("asyncConfiguration")).get("destination"))
    for side in ("onSuccess", "onFailure"):
        arn = destinations.get(side)
        if _is_given(arn) and not arn.startswith("acs:"):
            yield _at((*place, side), t("the ARN of a function, a queue or a topic is expected, acs:…"))


def _route_paths(props: Props) -> Iterator[Note]:
    for index, domain in domains_of(props):
        routes = domain.get("routeConfigs")
        for at, route in enumerate(routes if isinstance(routes, list) else ()):
            path = _mapping(route).get("path")
            if _is_given(path) and "*" in path.removesuffix("/*"):
                told = t("{dumps}: * stands at the end only, as in /a/*", dumps=json.dumps(path, ensure_ascii=False))
                yield _at(("customDomains", index, "routeConfigs", at, "path"), told)


_VARIABLES = t("Function Compute 2.0, environment variables")
_FUNCTION = "CreateFunction, 2021-04-06"
RULES: Final = (
    Rule(t("name of a variable"), t("{variables}: limits of keys", variables=_VARIABLES), _env_names),
    Rule(t("reserved variable"), t("{variables}: reserved fields", variables=_VARIABLES), _env_reserved),
    Rule(t("empty variable"), t("seen: 'Environment variable value doesn't match expected format'"), _env_empty),
    Rule(t("control character"), t("seen: the same, 'allowed: ^[[:print:]]+$'"), _env_unprintable),
    Rule(t("size of the environment"), t("{variables}: 4 KB in all", variables=_VARIABLES), _env_size),
    Rule(t("step of cpu"), t("{function}: cpu is a multiple of 0.05", function=_FUNCTION), _cpu_steps),
    Rule(t("memory for cpu"), t("seen in midwayjs/midway#2868: 'must be between 1 and 4'"), _memory_ratio),
    Rule(t("memory of e1"), t("seen: 'MemorySize is too large (max: 3072'"), _memory_of_e1),
    Rule(t("memory of c1"), t("seen: 'MemorySize … allowed: 4096 | 8192 | 16384 | 32768'"), _memory_of_c1),
    Rule(t("cron expression"), t("CreateTrigger, TimerTriggerConfig: six fields or @every"), _cron),
    Rule(t("event of OSS"), t("CreateTrigger, OSSTriggerConfig: events"), _oss_events),
    Rule(t("source of events"), t("CreateTrigger: sourceArn is an ARN"), _source_arns),
    Rule(t("pattern of events"), t("CreateTrigger, EventBridgeTriggerConfig: JSON text"), _patterns),
    Rule("destination", t("PutFunctionAsyncInvokeConfig: destination is an ARN"), _destinations),
    Rule(t("path of a route"), t("Function Compute 2.0, custom domains: routes"), _route_paths),
)
"""What is no rule here: quotas that FC raises when asked, and what is an open question (docs/local-fc.md)."""


def _at(place: Place, told: str) -> Note:
    return place, t("{prop}: {told}", prop=dotted(place), told=told)


def _is_given(value: Any) -> TypeGuard[str]:
    """Whether it is text that stands for itself: what is of another type, or was not resolved, is told elsewhere."""
    return isinstance(value, str) and value != "" and "${" not in value


def _is_cron(expression: str) -> bool:
    said = _without_zone(expression)
    fields = said.split()
    return bool(_EVERY.match(said)) or (len(fields) == 6 and all(map(_CRON_FIELD.match, fields)))


def _without_zone(expression: str) -> str:
    zone, _, rest = expression.partition(" ")
    return rest if zone.startswith(("CRON_TZ=", "TZ=")) else expression


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _configs(props: Props, of: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for index, trigger in triggers_of(props):
        if trigger.get("type") == of:
            yield index, _mapping(trigger.get("config"))


def _variables(props: Props) -> dict[str, str]:
    """Returns the environment as FC is sent it. What is neither text nor a number nor true or false is left out."""
    said = _mapping(_function(props).get("environmentVariables"))
    return {str(name): text_of(value) for name, value in said.items() if isinstance(value, str | int | float)}


def _resources(props: Props) -> tuple[float | None, float | None, str]:
    """Returns memory and cpu, None where there is none, and the instance's type."""
    function = _function(props)
    return (
        as_number(function.get("memorySize", 128)),
        as_number(function.get("cpu")),
        str(function.get("instanceType") or "e1"),
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _function(props: Props) -> Mapping[str, Any]:
    return _mapping(props.get("function"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
