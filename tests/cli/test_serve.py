"""`asps serve` as a real process: the desk opens, the clock is kept beside it, and both end when they are told to."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.asps import Asps

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds a step may take on a busy machine."""


class Server:
    """A process that serves a record."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = list[str]()
        assert process.stdout
        for line in process.stdout:
            self.said.append(line.rstrip())
            if found := re.search(r"open at (\S+)", line):
                self.address = found[1]
                break

    def get(self, path: str, **more: Any) -> httpx2.Response:
        """Asks, until it answers."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return httpx2.get(self.address + path, follow_redirects=False, timeout=PATIENCE, **more)
            except httpx2.TransportError:
                assert time.monotonic() < end
                time.sleep(0.05)

    def stop(self, number: int) -> int:
        """Tells it to stop; its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE)
        assert self.process.stdout
        self.said += self.process.stdout.read().splitlines()
        return code


@contextmanager
def serving(file: Path, *args: str, command: str = "serve") -> Iterator[Server]:
    """A server of a record at a free port."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "ASPS_DATABASE_URL": str(file)}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", command, "--port", "0", *args], cwd=file.parent, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield Server(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_desk_and_the_clock_open_together_and_close_in_order(asps: Asps, number: int) -> None:
    with serving(asps.file) as server:
        assert "Nobody may sign in yet. In another terminal:" in server.said
        assert "  asps account add ID --name NAME --role coordinator" in server.said
        assert server.get("healthz").text == "ok\n"
        assert server.get("").headers["location"] == "/login"
        end = time.monotonic() + PATIENCE
        while server.get("readyz").json()["checks"]["clock"] != "ok":
            assert time.monotonic() < end, "nobody keeps the clock"
            time.sleep(0.1)
        assert server.stop(number) == 0
        assert server.said[-1] == "closed"
        assert not [line for line in server.said if "GET" in line or "P-1" in line], "no request is written down"


def test_somebody_else_may_keep_the_clock(asps: Asps) -> None:
    asps.ok("account", "add", "nora", "--role", "coordinator", "--generate")
    with serving(asps.file, "--no-clock") as server:
        assert server.get("readyz").json() == {
            "ready": False, "checks": {"database": "ok", "tables": "ok", "clock": "wrong"},
        }  # fmt: skip
        assert not [line for line in server.said if "Nobody may sign in" in line]
        assert server.stop(signal.SIGTERM) == 0


def test_over_http_on_this_machine_another_host_is_refused(asps: Asps) -> None:
    """A page of the internet that points its own name at 127.0.0.1 gets nothing."""
    with serving(asps.file, "--no-clock") as server:
        server.get("healthz")
        answer = httpx2.get(server.address + "login", headers={"host": "evil.test"})
        assert answer.status_code == 400
        cookies = httpx2.get(server.address + "login").headers["set-cookie"]
        assert cookies.startswith("before=")
        assert "Secure" not in cookies


def test_with_a_certificate_it_speaks_https_itself(asps: Asps) -> None:
    with serving(asps.file, "--no-clock", "--certificate", PEM, "--key", PEM, "--name", "LocalHost") as server:
        assert server.address.startswith("https://localhost:")
        trust = ssl.create_default_context(cafile=PEM)
        answer = server.get("login", verify=trust)
        assert answer.headers["set-cookie"].startswith("__Host-before=")
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert server.stop(signal.SIGTERM) == 0


def test_behind_a_proxy_it_knows_who_asks_and_that_they_come_by_https(asps: Asps) -> None:
    asps.ok("account", "add", "nora", "--role", "coordinator", stdin="slate harbour nine marigold\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(asps.file, "--no-clock", "--behind-proxy", "--name", "pathway.test", "--port", str(port)) as server:
        assert server.address == "https://pathway.test/"
        server.address = f"http://127.0.0.1:{port}/"
        headers = {"host": "pathway.test", "x-forwarded-for": "192.0.2.77", "x-forwarded-proto": "https"}
        page = server.get("login", headers=headers)
        assert page.headers["set-cookie"].startswith("__Host-before=")
        token = re.search(r'name="csrf" value="(\w+)"', page.text)
        assert token
        answer = httpx2.post(
            server.address + "login", headers={**headers, "cookie": page.headers["set-cookie"].partition(";")[0]},
            data={"csrf": token[1], "id": "nora", "password": "slate harbour nine marigold"},
        )  # fmt: skip
        assert answer.status_code == 303
    assert [row["from"] for row in asps.ok("account", "sessions", "nora", "--json").json] == ["192.0.2.77"]


PEM = str(ROOT / "tests" / "notifications" / "localhost.pem")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("--host", "0.0.0.0"), "http is not encrypted"), (("--host", "192.0.2.1"), "http is not encrypted"),
        (("--host", "0.0.0.0", "--behind-proxy"), "--name: is required"), (("--key", "x"), "--certificate"),
        (("--host", "203.0.113.9", "--behind-proxy", "--name", "x"), "cannot be listened on"),
        (("--port", "70000"), "65535"),
        (("--name", "https://desk.test/"), "'https://desk.test/' is no name of a host"),
        (("--name", "desk.test:8000"), "is no name of a host"), (("--name", "*"), "is no name of a host"),
        (("--certificate", "no.pem", "--key", "none.pem"), "--certificate: none.pem cannot be read"),
        (("--certificate", "no.pem", "--key", PEM), "--certificate: no.pem cannot be read"),
        (("--certificate", str(ROOT / "README.md"), "--key", PEM), "are no pair"),
    ],
)  # fmt: skip
def test_what_would_be_unsafe_or_impossible_is_refused_in_one_sentence(
    asps: Asps, args: tuple[str, ...], why: str
) -> None:
    result = asps("serve", *args)
    assert result.code in (1, 2)
    assert why in result.err


def test_a_port_that_is_taken_is_named(asps: Asps) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = asps("serve", "--port", port)
    assert (result.code, f"127.0.0.1:{port} cannot be listened on" in result.err) == (1, True)


def test_without_a_record_there_is_nothing_to_serve(bare: Asps) -> None:
    result = bare("serve")
    assert (result.code, "asps init" in result.err) == (1, True)


def test_the_demo_ends_with_its_desk_open_and_its_password_lets_everyone_in(tmp_path: Path) -> None:
    with serving(tmp_path / "unused.db", command="demo") as server:
        password = next(
            found[1] for line in server.said if (found := re.search(r"password of all of them: (\S+)", line))
        )
        for user in ("coordinator-1", "clinician-1", "clinician-2", "administrator-1", "auditor-1"):
            assert any(line.startswith(user) for line in server.said)
        with httpx2.Client(base_url=server.address) as browser:
            server.get("healthz")
            token = re.search(r'name="csrf" value="(\w+)"', browser.get("login").text)
            assert token
            answer = browser.post("login", data={"csrf": token[1], "id": "clinician-2", "password": password})
            assert answer.status_code == 303
            assert "Invented patients" in browser.get("account").text
        assert server.stop(signal.SIGINT) == 0
    assert [file.name for file in tmp_path.iterdir() if not file.name.startswith("demo.db")] == []
