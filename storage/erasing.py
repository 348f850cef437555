"""Erasing who a patient is. The record stays, and its chain, which never held a name."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, bindparam, delete, text

from storage import cipher, faults
from storage.answer import Desk
from storage.casefile import unknown
from storage.chain import Chain
from storage.inputs import Circumstances
from storage.naming import WHO
from storage.tables import SITE_STREAM, person
from workflow.errors import AspsError, Invalid
from workflow.vocabulary import Role

_ERASE = delete(person).where(person.c.patient == bindparam("of_patient"))
_SHORTEST = 3
"""Letters of a part of a name that is looked for in the reason; of another script than ours, two may be all of it."""
_SHORTEST_CONTACT = 5
"""Characters of a number or an address that is looked for."""
_WITHIN_A_NUMBER = re.compile(r"(?<=\d)[\s()/.-]+(?=\d)")


def erase(desk: Desk, name: str, about: Circumstances) -> bool:
    """Removes name and contact and journals that; False where it was done before. Raises Invalid and NotFound."""
    if about.author.by is not Role.CLINICIAN:
        raise Invalid("by", "only a clinician may erase a person", allowed=Role.CLINICIAN.value)
    if not about.reason.strip():
        raise Invalid("reason", "is required", allowed="why the person is erased, without their name")
    chain = Chain.held(desk.connection, name) if name != SITE_STREAM else None
    if chain is None:
        raise unknown(name)
    who = desk.connection.execute(WHO, {"patient": name}).first()
    if who is None:
        return False
    if any(part in _alike(about.reason) for part in _parts(who.name, who.contact)):
        why = "holds a part of the name or contact, and would stay in the record"
        raise Invalid("reason", why, allowed="words without it")
    desk.connection.execute(_ERASE, {"of_patient": name})
    stamp = about.stamp(desk.pathway, desk.settings.read(desk.connection))
    chain.append(desk.connection, stamp.at, stamp.payload("erasure"), {})
    return True


def _parts(name: str, contact: str) -> Iterator[str]:
    """What would give the person away: the words of the name, the numbers and addresses of the contact."""
    for word in re.findall(r"[^\W_]+", _alike(name)):
        if len(word) >= (_SHORTEST if word.isascii() else _SHORTEST - 1):
            yield word
    for part in re.split(r"[\s,;<>]+", _alike(contact)):
        if len(part) >= _SHORTEST_CONTACT and ("@" in part or any(c.isdigit() for c in part)):
            yield part


def _alike(text: str) -> str:
    """A text as it is compared: without case, one way to write a letter, numbers without signs between."""
    return _WITHIN_A_NUMBER.sub("", unicodedata.normalize("NFKC", text.casefold()))


def scrub(engine: Engine) -> None:
    """Writes the file anew, so that nothing that was erased is left in its free space or its log."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL person"))
        return
    source = engine.raw_connection()
    try:
        driver: Any = source.driver_connection
        driver.execute("VACUUM")
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except cipher.driver().Error as error:
        said = faults.sentence(error, faults.place(engine.url)) or str(error)
        raise AspsError(f"the person is erased, but traces may be left in the file: {said}; run it again") from error
    finally:
        source.close()
    if busy:
        raise AspsError("the person is erased, but traces may be left in the file while others read it; run it again")
