"""The corpus, resolved once; a local FC for all of it; and the tables at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fc_local.server import LocalServer
from tests.corpus.corpus import ABSENT, entries, present
from tests.corpus.resolve import Resolved, Resolver, resolve
from tests.corpus.table import TABLES, table
from tests.host import harness
from tests.integration.project import KEYS


@pytest.fixture(scope="session")
def corpus_host(tmp_path_factory: pytest.TempPathFactory) -> harness.Host:
    """Host 3.1.10 in a home of its own. Its component is never called."""
    if not present():
        pytest.skip(ABSENT)
    harness.use_shared_cache(tmp_path_factory.mktemp("fc-guard-cache"))
    return harness.Host(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def corpus_fc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(home=tmp_path_factory.mktemp("fc"), keys=[KEYS]) as server:
        yield server


@pytest.fixture(scope="session")
def files(corpus_host: harness.Host, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Resolved]:
    return _resolved("files", corpus_host, tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="session")
def history(corpus_host: harness.Host, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Resolved]:
    return _resolved("history", corpus_host, tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def fc3(corpus_host: harness.Host, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Resolved]:
    return _resolved("fc3", corpus_host, tmp_path_factory.mktemp("fc3"))


@pytest.fixture(scope="session")
def templates(corpus_host: harness.Host, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Resolved]:
    return _resolved("templates", corpus_host, tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def resolver(corpus_host: harness.Host) -> Iterator[Resolver]:
    with Resolver(corpus_host) as running:
        yield running


def _resolved(folder: str, host: harness.Host, place: Path) -> Mapping[str, Resolved]:
    return resolve(entries(folder), place, host)


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> None:
    """For a test of the table that the tests before it in the file fill: all of them must have been asked for."""
    chosen = {item.nodeid for item in request.session.items}
    module = request.node.getparent(pytest.Module)
    if any(item.nodeid not in chosen for item in module.collect() if not hasattr(item, "collect")):
        pytest.skip("only a part of the file is run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where several processes share the files, each hands its tables over to the one that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["corpus"] = {title: found.rows for title, found in TABLES.items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for title, rows in getattr(node, "workeroutput", {}).get("corpus", {}).items():
        table(title).rows.update(rows)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Counts always; every file with -v or -s."""
    every_file = config.get_verbosity() > 0 or config.getoption("capture") == "no"
    for found in TABLES.values():
        terminalreporter.section("corpus")
        for line in found.text(every_file=every_file):
            terminalreporter.write_line(line)
