"""Passwords: argon2, long ones, none that is easily guessed. No rules of composition, and none expires by itself."""

import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from workflow.errors import Invalid

SHORTEST, LONGEST = 12, 256
JUDGED: Final = 72
"""Characters that zxcvbn looks at; it gets slow beyond."""
GOOD: Final = 3
"""Of 4. zxcvbn knows leaked passwords, names and words, and what people do to them: `P@ssw0rd12345` has 1."""
AT_ONCE: Final = 2
"""Each hash takes 64 MiB: many sign-ins at once must not exhaust the machine."""

_hasher = PasswordHasher()
_turn = BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """The hash that is kept."""
    with _turn:
        return _hasher.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether it is the password of a hash; as slow where there is none, so that nobody learns who has an account."""
    with _turn:
        try:
            return _hasher.verify(kept or _nobodys(), password[: LONGEST + 1]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def check(password: str, *, about: tuple[str, ...] = ()) -> str:
    """A password that may be chosen. `about`: what others know of the person. Raises Invalid, never repeating it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", f"has {len(password)} characters", allowed=f"{SHORTEST} to {LONGEST}, of any kind")
    found = zxcvbn(password[:JUDGED], user_inputs=[*about, "asps", "pathway", "sarcoma"])
    if found["score"] < GOOD:
        why = found["feedback"]["warning"].rstrip(".") or "It is easy to guess"
        raise Invalid("password", why, allowed="one that nobody else uses, like four words that do not belong together")
    return password


def advice(error: Invalid) -> str:
    """Why a password may not be chosen, for the form."""
    return f"{error.reason[:1].upper()}{error.reason[1:]}. Choose {error.allowed}."


def random() -> str:
    """A first password to be told on the phone: 80 random bits, without letters that look alike."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
