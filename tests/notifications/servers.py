"""A mail server and an HTTP receiver on loopback, which behave as they are told to, well or badly."""

import contextlib
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

HERE = Path(__file__).parent
TRUSTED, ELSEWHERE = HERE / "localhost.pem", HERE / "elsewhere.pem"
"""Test certificates with their keys: for localhost, and for another host. They protect nothing."""


@dataclass
class Server:
    """What a server was told, and how it behaves."""

    mode: str = "good"
    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    """Accepted messages as they came."""
    requests: list[bytes] = field(default_factory=list)
    taken: Callable[[], None] | None = None
    """Called when a message was taken, before that is said."""
    seen: set[str] = field(default_factory=set)
    """Recipients that were greylisted once."""
    certificate: Path = TRUSTED

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client trusts: the certificate for localhost alone."""
        return ssl.create_default_context(cafile=str(TRUSTED))


@contextmanager
def serving(server: Server, talk: Callable[[Server, socket.socket], None]) -> Iterator[Server]:
    """Listens on loopback, a thread for each connection, until the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        threading.Thread(target=_accept, args=(listener, server, talk), daemon=True).start()
        yield server
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # else a thread that waits for a connection would still take one


def _accept(listener: socket.socket, server: Server, talk: Callable[[Server, socket.socket], None]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_talk, args=(connection, server, talk), daemon=True).start()


def _talk(connection: socket.socket, server: Server, talk: Callable[[Server, socket.socket], None]) -> None:
    with contextlib.suppress(OSError, ValueError), connection:
        connection.settimeout(60)
        talk(server, connection)


# SMTP -----------------------------------------------------------------------------------------------------------------


def smtp(server: Server, connection: socket.socket) -> None:
    """One session."""
    if server.mode == "silent":
        connection.recv(1)
        return
    while server.mode == "endless":
        connection.sendall(b"220-and another thing\r\n" * 100)
    while server.mode == "dripping":
        connection.sendall(b"2")
        threading.Event().wait(0.05)
    connection.sendall(b"220 localhost\r\n")
    _session(server, connection)


def _session(server: Server, connection: socket.socket) -> None:
    lines = connection.makefile("rb")
    with contextlib.ExitStack() as held:
        _commands(server, connection, lines, held)


def _commands(server: Server, connection: socket.socket, lines: BinaryIO, held: contextlib.ExitStack) -> None:
    while line := lines.readline(2000):
        word = line[:4].upper()
        if word == b"STAR":
            connection.sendall(b"220 go\r\n")
            connection = held.enter_context(_tls(server).wrap_socket(connection, server_side=True))
            lines = connection.makefile("rb")
        elif word == b"DATA":
            connection.sendall(b"354 go on\r\n")
            mail = b"".join(iter(lines.readline, b".\r\n"))
            if server.mode == "closes":
                return
            server.mails.append(mail)
            if server.taken:
                server.taken()
            if server.mode == "closes late":
                return
            connection.sendall(b"250 kept\r\n")
        else:
            connection.sendall(_answer(server, word, line))


def _tls(server: Server) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate)
    return context


def _answer(server: Server, word: bytes, line: bytes) -> bytes:
    if word == b"EHLO":
        return (
            b"250-localhost\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n" if server.mode != "no tls" else b"250 localhost\r\n"
        )
    if word == b"AUTH":
        server.requests.append(b64decode(line.split()[-1]))
        return b"235 welcome\r\n"
    if word != b"RCPT":
        return b"250 well\r\n"
    if server.mode == "refuses":
        return b"550 no such mailbox\r\n"
    recipient = line.decode()
    if server.mode == "greylists" and recipient not in server.seen:
        server.seen.add(recipient)
        return b"451 come back later\r\n"
    return b"250 well\r\n"


# HTTP -----------------------------------------------------------------------------------------------------------------


def http(server: Server, connection: socket.socket) -> None:
    """One request, answered with the status that the mode names."""
    server.requests.append(_request(connection))
    if server.mode == "silent":
        connection.recv(1)
    if server.mode == "slow":
        for octet in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" * 100:
            connection.sendall(bytes([octet]))
            threading.Event().wait(0.05)
    if server.mode == "endless headers":
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: and another thing\r\n" * 100)
    status = server.mode if server.mode.isdecimal() else "200"
    connection.sendall(f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:{server.port}/other\r\n\r\n".encode())
    while server.mode == "endless body":
        connection.sendall(b"x" * 65536)


def _request(connection: socket.socket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(4096)
    head, _, body = found.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body
