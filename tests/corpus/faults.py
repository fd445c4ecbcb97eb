"""What is wrong with files of the corpus, and what each must be told: the line in the file, and the words.

`…` stands for what is not repeated here, mostly the file's own text. A file that is not named has no fault: it must
be deployed and planned without a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from tests.corpus.corpus import Entry
from tests.corpus.quiet import Outcome, Result


def told(result: Result, *lines: str) -> Outcome:
    return Outcome(result, lines)


def warned(*lines: str) -> Outcome:
    return told(Result.WARNED, *lines)


def rejected(*lines: str) -> Outcome:
    return told(Result.REJECTED, *lines)


def role(line: int) -> str:
    """A placeholder where the account belongs."""
    return f"{line}: service.role: … a role is an ARN, acs:ram::<account>:role/<name>"


def foreign_role(line: int, account: str) -> str:
    """The default role of the account that the project was copied from."""
    return f"{line}: service.role is of account {account}; taken as the default role of account …"


def trigger_role(line: int) -> str:
    return f"{line}: triggers.0.role: … a role is an ARN, acs:ram::<account>:role/<name>"


def not_text(line: int, key: str) -> str:
    """`{Name}` without quotes: a mapping."""
    return f"{line}: {key}: {{}} must be text"


def unresolved(line: int) -> str:
    return f"{line}: … was not resolved: what it refers to is unknown"


def reserved(line: int, name: str) -> str:
    return f"{line}: function.environmentVariables.{name}: FC keeps this name for itself"


def unknown(line: int, key: str, hint: str) -> str:
    return f"{line}: unknown key '{key}', ignored{hint}"


def nearest(line: int, key: str, name: str) -> str:
    return unknown(line, key, f"; did you mean {name}?")


INTERNET = unknown(42, "internetAccess", "; it belongs under service")
SERVERS = "; FC sets it itself"
IMAGE = "function.customContainerConfig.image"
METHODS = "must be one of GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS"
NO_COMPONENT = told(Result.HOST, "The … component was not found. …")
CONTAINER = rejected(role(10), not_text(18, IMAGE))
TOPIC = rejected(not_text(62, "triggers.0.name"), trigger_role(66))

LATER_NAME = nearest(59, "Mode", "mode")
EXTENSIONS = "awesome-fc__code-example__quick-start-sample-codes__quick-start-sample-codes-custom__runtime-extension-"
NOT_YAML = told(Result.HOST, "s.yaml format is incorrect: …")

TEMPLATES: Mapping[str, Mapping[str, Outcome]] = {
    EXTENSIONS: {
        "arms-java8-event__src__s": rejected(
            reserved(61, "FC_EXTENSION_ARMS"), reserved(62, "FC_EXTENSIONS_ARMS_LICENSE_KEY")
        ),
        "arms-java11-event__src__s": rejected(
            reserved(61, "FC_EXTENSION_ARMS"), reserved(62, "FC_EXTENSIONS_ARMS_LICENSE_KEY")
        ),
        "arms-java17-event__src__s": rejected(
            reserved(62, "FC_EXTENSION_ARMS"), reserved(63, "FC_EXTENSIONS_ARMS_LICENSE_KEY")
        ),
        "sls-loggie-python39-event__src__s": rejected(reserved(60, "FC_EXTENSION_SLS_LOGGIE")),
    },
    "awesome-fc__code-example__quick-start-sample-codes__quick-start-sample-codes-": {
        "golang__RocketMQ-trigger-golang__src__s": warned(nearest(61, "Mode", "mode")),
        "java__RocketMQ-trigger-java11__src__s": warned(LATER_NAME),
        "nodejs__RocketMQ-trigger-nodejs14__src__s": warned(LATER_NAME),
        "python__RocketMQ-trigger-python__src__s": warned(LATER_NAME),
    },
    "devsapp__": {
        "cdn-backup-origin__src__s": NOT_YAML,
        "ots-table-backup__src__s": NOT_YAML,
        "serverless-big-data__kafka-http-proxy__src__s": NOT_YAML,
        "serverless-big-data__serverless-kafka-proxy__src__s": NOT_YAML,
        "serverless-solutions__quick-start-sample-codes__quick-start-sample-codes-python"
        "__fc-to-lindorm-sample__src__s": NOT_YAML,
        # The template's image lies in another region than the one that is filled in.
        "start-ai__start-pytorch__src__s_en": rejected(
            "56: function.customContainerConfig.image: the image is in cn-shenzhen, the function in cn-hangzhou"
        ),
        "start-ffmpeg__http-transcode__src__s": warned(nearest(51, "Handler", "handler")),
        "start-ffmpeg__rtmp-snapshot__src__s": warned(nearest(50, "Handler", "handler")),
        "start-ffmpeg__transcode__src__s": warned(nearest(50, "Handler", "handler")),
    },
    "Leizhenpeng__start-gin-feishubot__": {
        "src__s": warned(nearest(30, "cAPort", "caPort"), unknown(41, "internetAccess", "; it belongs under service")),
    },
    "LeonX86__Music-copartner-sverless__": {
        "s": warned(
            unknown(20, "role", SERVERS),
            "22: vSwitchIds is the API's name; taken as vswitchIds",
            unknown(36, "internetAccess", "; it belongs under service"),
            foreign_role(16, "1346029083539894"),
        ),
    },
    "QinYangWang__vaultwarden-aliyun__": {"src__s": warned(nearest(31, "code", "codeUri"))},
    "Serverless-Devs__toolkit__packages__registry____tests____fixtures__component__": {
        "src__s": told(Result.HOST, "Error Message:"),
    },
}
"""Of templates, once all places are filled in (`rendering.py`)."""

FAULTS: Mapping[str, Mapping[str, Outcome]] = {
    "1464206376__fc-stable-diffusion-plus-151__": {
        "s": rejected(
            unknown(40, "accelerationInfo", SERVERS),
            "49: function.environmentVariables.EXTRA_ARGS: FC refuses an empty value",
            "92: function.environmentVariables.TOKEN: FC refuses an empty value",
            "93: function.environmentVariables.SD_VERSION: FC refuses an empty value",
        ),
    },
    "2100758446__zhixuetong-competition__": {
        "s": rejected(nearest(31, "runtimeConfig", "customRuntimeConfig"), reserved(37, "FC_SERVER_PORT")),
    },
    "a1714516139__test1__backend__": {
        # Edition 1.0.0 knows no default for an environment variable.
        "s": rejected(*(unresolved(line) for line in (28, 30, 32, 34, 35))),
    },
    "Aadiprofessional__MatrixAI-Server__": {
        "s": warned(unknown(43, "cors", "")),
        "s_yml": rejected(
            reserved(28, "FC_ACCOUNT_ID"),
            reserved(29, "FC_ACCESS_KEY_ID"),
            reserved(30, "FC_ACCESS_KEY_SECRET"),
            reserved(31, "FC_REGION"),
            reserved(32, "FC_SERVICE_NAME"),
            unknown(53, "cors", ""),
        ),
        "testing__s": warned(
            nearest(24, "maxAsyncEventAge", "maxAsyncEventAgeInSeconds"),
            unknown(33, "events", "; it belongs under triggers[].config"),
        ),
    },
    "awesome-fc__code-example__": {
        "custom-runtime__gin-lifecycle__s": warned(nearest(29, "cAPort", "caPort")),
        "golang__golang-oss__s": rejected(trigger_role(65)),
        "golang__golang-oss__s_en": told(
            Result.HOST, "s_en.yaml format is incorrect: bad indentation of a mapping entry (39:17)"
        ),
        "golang__golang-tablestore__s": rejected(role(40)),
        "golang__golang-tracing-openTelemetry__s": rejected(role(40)),
        "golang__golang-tracing__s": rejected(role(40)),
        "java__java11-mns-queue-trigger__s_en": TOPIC,
        "java__java11-mns-topic-trigger__s": rejected(not_text(60, "triggers.0.name"), trigger_role(64)),
        "java__java11-mns-topic-trigger__s_en": TOPIC,
        "java__java11-oss__s": rejected(role(53)),
        "java__java11-tablestore__s": rejected(role(52)),
        "java__java11-tracing-openTelemetry__s": rejected(role(54)),
        "java__java11-tracing__s": rejected(role(54)),
        "nodejs__nodejs-mns-queue-trigger__s": rejected(unresolved(50)),
        "nodejs__nodejs-mns-queue-trigger__s_en": rejected(unresolved(63)),
        "nodejs__nodejs-mns-topic-trigger__s": rejected(trigger_role(49)),
        "nodejs__nodejs-mns-topic-trigger__s_en": rejected(trigger_role(61)),
        "nodejs__nodejs14-tracing-opentelemetry__s": rejected(role(41)),
        "nodejs__nodejs14-tracing__s": rejected(role(41)),
        "python__python3-mns-queue-trigger__s": rejected(unresolved(50)),
        "python__python3-mns-queue-trigger__s_en": rejected(unresolved(63)),
        "python__python3-mns-topic-trigger__s": rejected(not_text(45, "triggers.0.name"), trigger_role(49)),
        "python__python3-mns-topic-trigger__s_en": rejected(not_text(58, "triggers.0.name"), trigger_role(62)),
        "python__python3-tablestore__s": rejected(role(36)),
        "python__python3-tracing-openTelemetry__s": rejected(role(37)),
    },
    "awesome-fc__code-example__quick-start-sample-codes__quick-start-sample-codes-python__": {
        "pandas-python39-event__src__s": rejected(role(36)),
        "pytorch-python39-event__src__s": rejected(role(36)),
    },
    "awesome-fc__custom-container-docs__": {
        "asp-dotnet__s": CONTAINER,
        "go-gin__s": CONTAINER,
        "java-springboot__s": rejected(*CONTAINER.lines, nearest(19, "Command", "command")),
        "nodejs-express__s": rejected(*CONTAINER.lines, nearest(19, "Command", "command"), nearest(20, "Args", "args")),
        "php-laravel-artisan__s": CONTAINER,
        "php-laravel-nginx__s": CONTAINER,
        "php-topthink__s": CONTAINER,
        "puppeteer-pdf__s": CONTAINER,
        "python-flask__s": CONTAINER,
        "tensorflow-serving__s": CONTAINER,
    },
    "awesome-fc__stable-diffusion__": {
        "stable-diffusion": warned(unknown(31, "accelerationInfo", SERVERS)),
    },
    "BinghamShi__serverless-demo__": {
        "src__s": rejected("52: service: … must be a mapping"),
    },
    "ConnectAI-E__": {
        "feishu-openai__s": warned(INTERNET),
        "Feishu-TLDR__s": warned(nearest(31, "cAPort", "caPort"), INTERNET),
        "Feishu-Wenxin__s": warned(INTERNET),
        "Lark-OpenAI__s": warned(INTERNET),
        "OpenAI-Proxy__s": warned(nearest(31, "cAPort", "caPort"), INTERNET),
    },
    "devsapp__fc__examples__": {
        "build__custom-container__s": warned(nearest(28, "cAPort", "caPort")),
        "fc-build-image__s": rejected(
            "12: function: 'customContainerConfig' is missing: the runtime custom-container needs an image",
            nearest(15, "customContainer", "customContainerConfig"),
        ),
        "fc-nas__s": rejected(role(13)),
        "function-config__s": warned(unknown(28, "preStop", "…")),
        "layer__node__s": warned(nearest(18, "buckter", "ossBucket")),
        "layer__s": warned(nearest(18, "buckter", "ossBucket")),
        # What the predecessor fills in from an environment of its own (`--env`).
        "multi-envs__s": rejected(
            "8: 'region' is missing", *(unresolved(line) for line in (11, 15, 16, 18, 20, 21, 26))
        ),
        "only-service__s": rejected(role(14)),
        "ots-trigger__s": rejected("codeUri … is neither a folder nor packed code (.zip, .jar, .war)."),
    },
    "devsapp__serverless-solutions__serverless-etl-templates__user-cases__": {
        "kafka-adb-demo__s_demo": rejected(
            role(12),
            "25: service.name: … a name has letters, digits, _ and -, and starts with a letter or _",
        ),
    },
    "devsapp__start-ai__": {
        "start-tensorflow__src__s_en": rejected(
            f"56: {IMAGE}: the image is in cn-shenzhen, the function in cn-hangzhou"
        ),
    },
    "doashoi__video-insight__": {
        "s": rejected("19: function.memorySize: 4096 is more than the 3072 MB of an e1 instance …"),
    },
    "JIejie0731__datack__": {
        "backend__s": warned(unknown(22, "triggers", "; it belongs at the top of props")),
    },
    "LAMMUpro__lowcode-AliMain__": {
        name: rejected("37: function: 'name' is missing", nearest(64, "destinationConfig", "destination"))
        for name in ("Admin__s", "Designer__s")
    },
    "lyj0309__pan__": {
        "s": warned(unknown(34, "internetAccess", "; it belongs under service"), foreign_role(16, "1837026791437325")),
    },
    "TigerHanyin__apk-pre-tag-oss__src__": {
        "s": warned(foreign_role(12, "1404199325832017")),
    },
    "QinYangWang__vaultwarden-aliyun__": {
        "src__s": rejected(unresolved(11), unresolved(27)),
    },
    "Serverless-Devs__core__test__fixtures__": {
        "start-fc-event-nodejs14__a": rejected(unresolved(13)),
        "start-fc-http-nodejs12__c": rejected(unresolved(39)),
        "start-fc-http-nodejs12__d": rejected(unresolved(33), "34: service: … must be a mapping", unresolved(34)),
        "yaml__s": rejected(
            f"55: triggers.0.config.methods.1: … {METHODS}; did you mean POST?",
            f"63: customDomains.0.routeConfigs.0.methods.0: … {METHODS}",
        ),
    },
    "Serverless-Devs__toolkit__packages__": {
        "engine____tests____mock__error__base-error": told(
            Result.HOST, "base-error.yaml format is incorrect: … a colon is missed (22:6)"
        ),
        "engine____tests____mock__s": NO_COMPONENT,
        "engine____tests____mock__simple": NO_COMPONENT,
        "registry____tests____fixtures__component__src__s": rejected(
            "12: function.functionName and no service: this is a file for Function Compute 3.0"
        ),
    },
    "wangyun-cloud__puhuikouq-website__website__": {
        "s": warned(nearest(40, "port", "caPort of the function")),
    },
}
"""By the beginning and the rest of the file's name."""


def _by_file(faults: Mapping[str, Mapping[str, Outcome]]) -> dict[str, Outcome]:
    return {f"{start}{rest}.yaml": outcome for start, found in faults.items() for rest, outcome in found.items()}


EXPECTED = _by_file(FAULTS)
EXPECTED_RENDERED = _by_file(TEMPLATES)
UNKNOWN = re.compile(r"^\d+: unknown key '([^']+)'")
LINE = re.compile(r"^(\d+): (.*)$", re.DOTALL)


def expected_of(entry: Entry) -> Outcome:
    return (EXPECTED_RENDERED if entry.filled else EXPECTED).get(entry.file, Outcome(Result.QUIET))


def as_expected(entry: Entry, found: Outcome) -> bool:
    """Whether the file got exactly what it must be told, each at its line."""
    expected = expected_of(entry)
    return (
        found.result is expected.result
        and len(found.lines) == len(expected.lines)
        and all(_says(entry, line, words) for line, words in zip(found.lines, expected.lines, strict=True))
    )


def _says(entry: Entry, line: str, words: str) -> bool:
    if LINE.match(words):
        words = f"{PurePosixPath(entry.path).name}:{words}"
    pattern = ".*".join(re.escape(part) for part in words.split("…"))
    return re.fullmatch(pattern, line, re.DOTALL) is not None


def unknown_keys(outcome: Outcome) -> set[str]:
    """The unknown keys that are told of."""
    return {match[1] for line in outcome.lines if (match := UNKNOWN.match(line))}
