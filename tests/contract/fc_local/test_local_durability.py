"""What was answered is kept, and two writers with one ETag never both win."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException
from tests.contract.fc_local.clients import KEY, ask, base64_zip, put_function, python_client, zipped
from tests.contract.fc_local.processes import Serving

from fc_local.checksum import crc64
from fc_local.server import LocalServer


def test_of_two_writers_with_the_same_etag_exactly_one_wins(server: LocalServer) -> None:
    clients = [python_client(server.url), python_client(server.url)]
    etag = put_function(clients[0]).headers["etag"]
    for round_ in range(10):
        outcomes: list[str] = []
        gate = threading.Barrier(2)

        def update(
            client: Client,
            memory: int,
            etag: str = etag,
            gate: threading.Barrier = gate,
            outcomes: list[str] = outcomes,
        ) -> None:
            request = m.UpdateFunctionRequest(memory_size=memory, code=m.Code(zip_file=base64_zip({"a": str(memory)})))
            gate.wait()
            try:
                headers = m.UpdateFunctionHeaders(if_match=etag)
                answer = client.update_function_with_options("svc", "fn", request, headers, RuntimeOptions())
                outcomes.append(answer.headers["etag"])
            except TeaException as error:
                outcomes.append(str(error.code))

        threads = [
            threading.Thread(target=update, args=(client, 128 + 64 * (2 * round_ + index)))
            for index, client in enumerate(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [outcome for outcome in outcomes if outcome != "PreconditionFailed"]
        assert len(won) == 1
        read = clients[0].get_function("svc", "fn", m.GetFunctionRequest())
        assert read.headers["etag"] == won[0]
        url = clients[0].get_function_code("svc", "fn", m.GetFunctionCodeRequest()).body.url
        assert ask(server.url, "GET", url.removeprefix(server.url))[2] == zipped({"a": str(read.body.memory_size)})
        etag = won[0]


def test_of_two_creators_exactly_one_wins(server: LocalServer) -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(4)
    python_client(server.url).create_service(m.CreateServiceRequest(service_name="svc"))

    def create() -> None:
        client = python_client(server.url)
        gate.wait()
        try:
            put_function(client)
            outcomes.append("created")
        except TeaException as error:
            outcomes.append(str(error.code))

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["FunctionAlreadyExists"] * 3 + ["created"]


def test_a_killed_server_comes_back_with_all_it_answered(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--key", ":".join(KEY))
    names = [f"f{number}" for number in range(5)]
    with Serving(tmp_path, *arguments) as serving:
        client = python_client(serving.url)
        etags = {name: put_function(client, function=name).headers["etag"] for name in names}
        several = threading.Semaphore(0)

        def overwrite() -> None:
            try:
                for number in range(10000):
                    code = m.Code(zip_file=base64_zip({"a": "x" * number}))
                    answer = client.update_function("svc", "f0", m.UpdateFunctionRequest(code=code))
                    etags["f0"] = answer.headers["etag"]
                    several.release()
            except TeaException:
                return  # the server is gone

        writer = threading.Thread(target=overwrite)
        writer.start()
        for _ in range(5):
            assert several.acquire(timeout=10)
        os.kill(serving.pid, signal.SIGKILL)
        serving.wait()
        writer.join()
    with Serving(tmp_path, *arguments) as serving:
        client = python_client(serving.url)
        found = {name: client.get_function("svc", name, m.GetFunctionRequest()) for name in names}
        # the update that was under way may have been kept without having been answered
        assert all(found[name].headers["etag"] == etags[name] for name in names[1:])
        assert found["f0"].body.code_size >= len(zipped({"a": "x" * 4}))
        for name in names:
            url = client.get_function_code("svc", name, m.GetFunctionCodeRequest()).body.url
            data = ask(serving.url, "GET", url.removeprefix(serving.url))[2]
            assert crc64(data) == found[name].body.code_checksum
        assert len(list((tmp_path / "packages").glob("*/*.zip"))) == len(names)  # what was left behind is swept
        assert serving.admin.audit()[-1]["what"] == "UpdateFunction"


def test_a_stopped_server_starts_again_on_its_store(tmp_path: Path) -> None:
    server = LocalServer(home=tmp_path, keys=[KEY])
    with server:
        client = python_client(server.url)
        made = put_function(client)
    with server:
        found = client.get_function("svc", "fn", m.GetFunctionRequest())
        assert (found.headers["etag"], found.body.to_map()) == (made.headers["etag"], made.body.to_map())


def test_a_home_has_one_server_at_a_time(server: LocalServer, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="another local FC server"):
        LocalServer(home=tmp_path / "home", keys=[KEY]).start()
    assert server.admin.health()["ok"] is True
