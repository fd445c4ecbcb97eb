"""Functions: their fields, limits and code, and asynchronous invocation."""

from __future__ import annotations

from typing import Any, Final

from ask_fc.desk import Desk, UnansweredError, function_named, package, refusal
from ask_fc.questions.question import Question
from fc_guard.cloud.fc2.plain import V2016

Found = dict[str, Any]
COMPUTED: Final = ("cpu", "diskSize", "customDNS", "instanceSoftConcurrency")
"""Fields that the function does not name."""


def _computed(desk: Desk) -> Found:
    answer = desk.done("GetFunction", desk.service(), desk.function())
    filled = [answer.look(f"member {name}") is not None for name in COMPUTED]
    return {"fill_function_defaults": any(filled)}


def _health(desk: Desk) -> Found:
    answer = desk.done("GetFunction", desk.service(), desk.web())
    members = ("failureThreshold", "successThreshold")
    numbers = [answer.look(f"member customHealthCheckConfig.{name}") for name in members]
    if None in numbers:
        raise UnansweredError("the answer has no thresholds")
    return {"health_check_thresholds": "/".join(str(number) for number in numbers)}


def _concurrency(desk: Desk) -> Found:
    answer = desk.ask("UpdateFunction", desk.service(), desk.web(), body={"instanceConcurrency": 100000})
    most = answer.look("largest allowed")
    if most is None:
        raise UnansweredError(refusal("UpdateFunction", answer) if not answer.done else "100000 is granted")
    return {"max_instance_concurrency": most}


def _long_name(desk: Desk) -> Found:
    body = function_named("f" * 65)
    return {"strict_names": not desk.granted("CreateFunction", desk.service(), body=body)}


def _environment(desk: Desk) -> Found:
    names, body = (desk.service(), desk.function()), {"environmentVariables": {"A": "é"}}
    return {"ascii_environment": not desk.granted("UpdateFunction", *names, body=body)}


def _checksum(desk: Desk) -> Found:
    names, body = (desk.service(), desk.function()), {"code": {"zipFile": package()}}
    headers = {"X-Fc-Code-Checksum": "1"}
    return {"verify_code_checksum": not desk.granted("UpdateFunction", *names, body=body, headers=headers)}


def _size(desk: Desk) -> Found:
    query = {"config": "CodeSizeLimit"}
    return _whole(
        "code_size_limit", desk.done("GetAccountConfigs", api=V2016, query=query).look("member CodeSizeLimit")
    )


def _bucket_size(desk: Desk) -> Found:
    names, query = (desk.service(),), {"functionName": desk.function()}
    answer = desk.done("GetTempCodeBucketToken", *names, api=V2016, query=query)
    return _whole("oss_code_size_limit", answer.look("member codeSizeLimit"))


def _whole(switch: str, value: object) -> Found:
    if not str(value).isdigit():
        raise UnansweredError(f"the answer names no limit: {value}")
    return {switch: int(str(value))}


def _download(desk: Desk) -> Found:
    answer = desk.done("GetFunctionCode", desk.service(), desk.function())
    seconds = answer.look("seconds valid")
    part = desk.fetch(str(answer.inside("url")), {"Range": "bytes=0-3"})
    if not part.done:
        raise UnansweredError(f"a part of the package is answered {part.status}")
    return {"code_range": part.status == 206} | ({} if seconds is None else {"code_url_seconds": seconds})


def _asynchronous(desk: Desk) -> Found:
    names = desk.service(), desk.function()
    one, other = "maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds"
    first = desk.done("PutFunctionAsyncInvokeConfig", *names, body={one: 1})
    second = desk.done("PutFunctionAsyncInvokeConfig", *names, body={other: 60})
    return {
        "etag_on_domains_and_configs": first.look("etag") is not None,
        "fill_async_defaults": first.look(f"member {other}") is not None,
        "async_put_replaces": second.look(f"member {one}") != 1,
    }


QUESTIONS = (
    Question("What do fields hold that nobody set?", ("fill_function_defaults",), _computed),
    Question("Which thresholds has a health check that names none?", ("health_check_thresholds",), _health),
    Question("What is the largest instanceConcurrency?", ("max_instance_concurrency",), _concurrency),
    Question("Is a function's name of 65 characters refused?", ("strict_names",), _long_name),
    Question("Must environment variables be ASCII?", ("ascii_environment",), _environment),
    Question("Is X-Fc-Code-Checksum checked?", ("verify_code_checksum",), _checksum),
    Question("How large may a package in a request be?", ("code_size_limit",), _size),
    Question("How large may a package from a bucket be?", ("oss_code_size_limit",), _bucket_size),
    Question("How is a package downloaded?", ("code_range", "code_url_seconds"), _download),
    Question(
        "How is an asynchronous configuration put, and has it an ETag?",
        ("async_put_replaces", "fill_async_defaults", "etag_on_domains_and_configs"),
        _asynchronous,
    ),
)
