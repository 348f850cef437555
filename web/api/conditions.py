"""The headers that make a write repeatable and safe: Idempotency-Key and If-Match."""

from typing import Annotated

from fastapi import Depends, Header, Response

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$",
        description="Of your choosing, new for every new step: asked again with the same key, the first answer is "
        "given again (`replayed`) and nothing is written. 8 to 200 printable characters, without blanks.",
    ),
]  # fmt: skip
"""Every write on a patient carries one: a dose must not be recorded twice because an answer was lost."""


def _expected(
    if_match: Annotated[
        str,
        Header(
            alias="If-Match", pattern=r'^("?[0-9]{1,15}"?|\*)$',
            description='The version that you looked at, as the ETag gave it: "12". Where it is no longer the present '
            "one, nothing is written and 412 tells what was entered since.",
        ),
    ] = "*",
) -> int | None:  # fmt: skip
    return None if if_match == "*" else int(if_match.strip('"'))


Expected = Annotated[int | None, Depends(_expected)]
"""The version that was looked at; None: whatever it is."""


def tag(response: Response, version: int) -> None:
    """Says in the ETag which version this is."""
    response.headers["ETag"] = f'"{version}"'
