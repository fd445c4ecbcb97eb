"""Custom domains: host names, their routes to functions, their certificates (facts 4.4)."""

from __future__ import annotations

import copy
import hashlib
import re

from fc_local.errors import bad_format, invalid, required
from fc_local.kinds import checks
from fc_local.kinds.kind import V2016, Kind, Making, View, drop_newer
from fc_local.shape import Document, Flag, ListOf, Struct, Text

PROTOCOLS = ("HTTP", "HTTPS", "HTTP,HTTPS")
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?({_LABEL}\.)+[a-z][-a-z0-9]*[a-z0-9]\Z", re.IGNORECASE)
_TLS_VERSIONS = ("TLSv1.0", "TLSv1.1", "TLSv1.2")
_PEM = "-----BEGIN "
_KEY_DIGEST = "privateKeyDigest"  # in a stored certConfig: a private key is neither kept nor shown

_RULES = ListOf(Struct({"match": Text(), "replacement": Text()}, zero={"match": "", "replacement": ""}))
_CERT: Document = {"certName": None, "certificate": None, "privateKey": None}

_SHAPE = Struct(
    {
        "domainName": Text(),
        "protocol": Text(),
        "routeConfig": Struct(
            {
                "routes": ListOf(
                    Struct(
                        {
                            "path": Text(),
                            "serviceName": Text(),
                            "functionName": Text(),
                            "qualifier": Text(),
                            "methods": ListOf(Text()),
                            "rewriteConfig": Struct(
                                {"equalRules": _RULES, "regexRules": _RULES, "wildcardRules": _RULES},
                                zero={"equalRules": [], "regexRules": [], "wildcardRules": []},
                            ),
                        },
                        zero={"path": "", "serviceName": "", "functionName": "", "qualifier": None, "methods": None},
                    )
                )
            },
            zero={"routes": []},
        ),
        "certConfig": Struct({"certName": Text(), "certificate": Text(), "privateKey": Text()}, zero=_CERT),
        "tlsConfig": Struct(
            {"minVersion": Text(), "maxVersion": Text(), "cipherSuites": ListOf(Text())},
            zero={"minVersion": None, "maxVersion": None, "cipherSuites": None},
        ),
        "wafConfig": Struct({"enableWAF": Flag()}, zero={"enableWAF": False}),
    }
)
_DEFAULTS: Document = {
    "protocol": "HTTP",
    "apiVersion": V2016,
    "certConfig": _CERT,
    "tlsConfig": None,
    "wafConfig": None,
    "routeConfig": {"routes": []},
}
_SINCE = {"tlsConfig": 2022, "wafConfig": 2024}  # wafConfig is in no recorded answer of a domain without one


def _create(body: Document, making: Making) -> Document:
    _check_host(body.get("domainName"))
    return _checked({**_blank(making), **_settings(body)})


def _update(old: Document, body: Document, making: Making) -> Document:
    kept = old if making.switches["domain_update_merges"] else {**old, **_blank(making)}
    return _checked({**kept, **_settings(body)})


def _blank(making: Making) -> Document:
    return {**copy.deepcopy(_DEFAULTS), "accountId": making.scope.account}


def _settings(body: Document) -> Document:
    given = {key: value for key, value in body.items() if key != "domainName"}
    cert = given.get("certConfig")
    if cert is not None:
        key = cert["privateKey"]
        if key and not key.lstrip().startswith(_PEM):
            raise invalid("PrivateKey is not in PEM format")
        digest = {_KEY_DIGEST: hashlib.sha256(key.encode()).hexdigest()} if key else {}
        given["certConfig"] = {**cert, "privateKey": None, **digest}
    return given


def _check_host(value: object) -> None:
    if not value:
        raise required("DomainName")
    text = str(value)
    if not _HOST.match(text) or len(text) > 253:
        raise bad_format("DomainName", "a host name such as www.example.com", text)


def _checked(document: Document) -> Document:
    checks.one_of("Protocol", document["protocol"], PROTOCOLS)
    for route in document["routeConfig"]["routes"]:
        _check_route(route)
    _check_certificate(document)
    tls = document["tlsConfig"]
    if tls is not None:
        for field in ("minVersion", "maxVersion"):
            if tls[field]:
                checks.one_of(field[0].upper() + field[1:], tls[field], _TLS_VERSIONS)
    return document


def _check_route(route: Document | None) -> None:
    if route is None:
        raise required("Path")
    for field in ("path", "serviceName", "functionName"):
        checks.given(field[0].upper() + field[1:], route[field])
    path = route["path"]
    if not path.startswith("/") or "*" in path.removesuffix("/*"):
        raise bad_format("Path", "^/.*$, with a wildcard at the end only: /a/*", path)
    for method in route["methods"] or ():
        checks.one_of("Methods", method, checks.METHODS)


def _check_certificate(document: Document) -> None:
    cert = document["certConfig"]
    if cert["certificate"] and not cert["certificate"].lstrip().startswith(_PEM):
        raise invalid("Certificate is not in PEM format")
    if "HTTPS" in document["protocol"].split(","):
        checks.given("CertName", cert["certName"])
        checks.given("Certificate", cert["certificate"])
        checks.given("PrivateKey", cert.get(_KEY_DIGEST))


def _show(document: Document, view: View) -> Document:
    shown = drop_newer(document, view.year, _SINCE, _DEFAULTS)
    cert = {key: value for key, value in document["certConfig"].items() if key != _KEY_DIGEST}
    return {**shown, "certConfig": cert}


CUSTOM_DOMAIN = Kind(
    name="custom_domain",
    label="CustomDomain",
    collection="customDomains",
    segment="custom-domains",
    parent=None,
    child=None,
    shape=_SHAPE,
    name_field="domainName",
    id_field=None,
    account_limit=100,
    create=_create,
    update=_update,
    show=_show,
    doubtful_etag=True,
)
