"""Apprise: Teams, SMS and some hundred other services, each behind an address such as `workflows://…` or `twilio://…`.

What a service accepts may still be lost on its way, and it knows no repeated message as one: so this is a way to be
told sooner, for people who have an e-mail address too.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from notifications.addresses import service
from notifications.deliver import DeliveryError
from notifications.messages import Letter

LONGEST = 30.0
"""Seconds for all of it."""
WRONG_ADDRESS = 3
"""The exit code of the process where there is no such service."""
_PROCESS = [sys.executable, "-P", str(Path(__file__).with_name("service_process.py"))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Those that the site allows."""

    allowed: frozenset[str]
    """By the first word of their address: `workflows`, `twilio`."""
    longest: float = LONGEST

    def send(self, address: str, letter: Letter, now: datetime) -> None:
        """Hands a message to a service. Raises DeliveryError: what goes wrong concerns everyone there."""
        name = service(address)
        if name not in self.allowed:
            raise DeliveryError(f"{name or 'it'} is not among the allowed services", permanent=True)
        given = {"address": address, "subject": letter.subject, "text": letter.text}
        try:
            done = subprocess.run(
                _PROCESS, input=json.dumps(given), capture_output=True, text=True, timeout=self.longest,
                start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise DeliveryError(f"{name}: no whole answer in time", permanent=False, everyone=True) from None
        if done.returncode:
            final = done.returncode == WRONG_ADDRESS
            raise DeliveryError(f"{name}: {_said(done)}", permanent=final, everyone=not final)


def _said(done: "subprocess.CompletedProcess[str]") -> str:
    """Why it failed, in the words of the process, or of whatever ended it."""
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[-1][:200] if lines else f"it ended with {done.returncode}"
