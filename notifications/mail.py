"""E-mail over SMTP, by the standard library: TLS always, but to this machine; bounded in time and in what is read."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import SplitResult, unquote

from notifications.deliver import DeliveryError
from notifications.messages import Letter

TIMEOUT, LONGEST, MOST_READ = 10.0, 30.0, 64 * 1024
"""Seconds for one answer, seconds for a whole message, and bytes of answers."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SCHEMES = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
"""STARTTLS demanded; TLS from the first byte; nothing, which only a relay on this machine may have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One mail server."""

    server: SplitResult
    """`smtp://user@host:587`; an `@` in the user may be written `%40`."""
    password: str
    sender: str
    trust: ssl.SSLContext
    longest: float = LONGEST

    def send(self, address: str, letter: Letter, now: datetime) -> None:
        """Sends one e-mail. Raises DeliveryError: what concerns the server concerns everyone."""
        try:
            with self._session() as session:
                refused = session.send_message(self._message(address, letter, now), self.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(f"the mail server refuses the password: {error.smtp_code}", **_SERVER) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _answered(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise DeliveryError(f"the mail server fails: {_words(error)}", **_SERVER) from None
        for code, said in refused.values():
            raise _answered(code, said)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A session that ends in time, whatever the server does."""
        host = self.server.hostname or ""
        session = _Over(host, self.trust) if self.server.scheme == "smtps" else _Smtp(host)
        watch = threading.Timer(self.longest, _cut, [session])
        watch.daemon = True
        watch.start()
        try:
            session.connect(host, self.server.port or SCHEMES[self.server.scheme])
            if self.server.scheme == "smtp":
                session.starttls(context=self.trust)
            if self.server.username:
                session.login(unquote(self.server.username), self.password)
            yield session
            _leave(session)
        finally:
            watch.cancel()
            session.close()

    def _message(self, address: str, letter: Letter, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = f"<{letter.id}@{self.sender.rpartition('@')[2]}>"
        message["Date"] = format_datetime(now)
        message["From"], message["To"], message["Subject"] = self.sender, address, letter.subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


_SERVER = {"permanent": False, "everyone": True}


class _Smtp(smtplib.SMTP):
    """Reads only so much of what a server says."""

    def __init__(self, host: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._host = host  # against which STARTTLS checks the certificate

    def getreply(self) -> tuple[int, bytes]:
        """One answer."""
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        return super().getreply()


class _Over(_Smtp):
    """TLS from the first byte, checked against the name of the server."""

    def __init__(self, host: str, trust: ssl.SSLContext) -> None:
        super().__init__(host)
        self._trust = trust

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._trust.wrap_socket(socket.create_connection((host, port), timeout), server_hostname=host)


class _Bounded:
    """A stream that ends after so many bytes."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._left = stream, MOST_READ

    def readline(self, most: int) -> bytes:
        """A line. Raises OSError where there is no end of them."""
        line: bytes = self._stream.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("it talks without end")
        return line

    def close(self) -> None:
        """Closes the stream."""
        self._stream.close()


def _cut(session: smtplib.SMTP) -> None:
    """Ends a session from outside: whoever waits in it gets an error."""
    if session.sock is not None:
        try:
            session.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _leave(session: smtplib.SMTP) -> None:
    """The message is accepted: a server that then fails to say goodbye changes nothing about that."""
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        return


def _answered(code: int, said: bytes | str) -> DeliveryError:
    """4xx: later; 5xx: never."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return DeliveryError(f"the mail server says {code} {text[:200]}", permanent=code >= 500)


def _words(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
