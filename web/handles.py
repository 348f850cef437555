"""The address of a patient: opaque, the same every time, and made only by this installation.

Authenticated encryption of the id under a key of the record, so that nothing of a patient stands in an address, and an
address that was made up is no address.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from workflow.errors import NotFound

LONGEST, LONGEST_TEXT = 400, 1200
"""Characters: an id has 64 at most and what is searched for 200, of up to four bytes each."""


@dataclass(frozen=True, slots=True)
class Handles:
    """Addresses under one key."""

    key: bytes

    def of(self, id: str) -> str:
        """The handle of a patient."""
        return self._locked(id.encode(), None)

    def id_of(self, handle: str) -> str:
        """Whose handle it is. Raises NotFound, which does not repeat it."""
        id = self._opened(handle[:LONGEST], None)
        if id is None or self.of(id) != handle:  # base64 has several spellings of the same bytes
            raise NotFound("patient", "at this address", "search for the patient instead")
        return id

    def sealed(self, text: str, session: str) -> str:
        """Words that come back by an address, which says nothing of them, and nothing at all in another session."""
        return self._locked(text.encode(errors="replace"), [session.encode()])

    def unsealed(self, sealed: str, session: str) -> str:
        """The words again; none where the address is made up, or of another session."""
        return self._opened(sealed[:LONGEST_TEXT], [session.encode()]) or ""

    def _locked(self, content: bytes, bound_to: list[bytes] | None) -> str:
        return urlsafe_b64encode(AESSIV(self.key).encrypt(content, bound_to)).decode().rstrip("=")

    def _opened(self, text: str, bound_to: list[bytes] | None) -> str | None:
        """What was locked; None where it was not by this key, or bound to something else."""
        try:
            locked = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return AESSIV(self.key).decrypt(locked, bound_to).decode()
        except (Error, ValueError, InvalidTag):
            return None
