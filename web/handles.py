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
        return urlsafe_b64encode(AESSIV(self.key).encrypt(id.encode(), None)).decode().rstrip("=")

    def id_of(self, handle: str) -> str:
        """Whose handle it is. Raises NotFound, which does not repeat it."""
        try:
            sealed = urlsafe_b64decode(handle[:LONGEST] + "=" * (-len(handle[:LONGEST]) % 4))
            id = AESSIV(self.key).decrypt(sealed, None).decode()
        except (Error, ValueError, InvalidTag):
            raise NotFound("patient", "at this address", "search for the patient instead") from None
        if self.of(id) != handle:  # base64 has several spellings of the same bytes
            raise NotFound("patient", "at this address", "search for the patient instead")
        return id

    def sealed(self, text: str, session: str) -> str:
        """Words that come back by an address, which says nothing of them, and nothing at all in another session."""
        found = AESSIV(self.key).encrypt(text.encode(errors="replace"), [session.encode()])
        return urlsafe_b64encode(found).decode().rstrip("=")

    def unsealed(self, sealed: str, session: str) -> str:
        """The words again; none where the address is made up, or of another session."""
        given = sealed[:LONGEST_TEXT]
        try:
            found = urlsafe_b64decode(given + "=" * (-len(given) % 4))
            return AESSIV(self.key).decrypt(found, [session.encode()]).decode()
        except (Error, ValueError, InvalidTag):
            return ""
