"""The channel that prints: for a log, a terminal, or the mail that cron makes of either."""

import sys
from collections.abc import Iterator
from typing import TextIO

from notifications.deliver import DeliveryError
from notifications.digest import Digest


class Console:
    """Prints one digest after the other. No patient is named."""

    name = "console"

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: Digest) -> None:
        """Prints a digest. Raises DeliveryError where nobody reads."""
        try:
            print("\n".join(lines(message)), file=self._stream or sys.stdout, flush=True)
        except OSError as error:
            raise DeliveryError(f"the console is closed: {error.strerror}", permanent=False) from None


def lines(message: Digest) -> Iterator[str]:
    """A digest in words."""
    yield f"{message.day}: {message.new} new {'notice' if message.new == 1 else 'notices'}"
    if message.lines:
        yield "  overdue  today  undated"
    for line in message.lines:
        yield f"  {line.overdue or '-':>7}  {line.due or '-':>5}  {line.undated or '-':>7}  {line.title}"
