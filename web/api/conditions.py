"""The headers that make a write repeatable and safe: Idempotency-Key and If-Match."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from web.api.problems import ProblemRaised, problem

_TAG = re.compile(r'"(\d{1,15})"', re.ASCII)

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
        str | None,
        Header(
            alias="If-Match", pattern=r'^("\d{1,15}"|\*)$',
            description='The version that you looked at, as the ETag gave it: "12". Where it is no longer the present '
            "one, nothing is written and 412 tells what was entered since.",
        ),
    ] = None,
) -> int | None:  # fmt: skip
    if if_match is None or if_match == "*":
        return None
    found = _TAG.fullmatch(if_match)
    if not found:
        raise ProblemRaised(problem(400, 'a version is written as the ETag gives it: "12"', field="If-Match"))
    return int(found[1])


Expected = Annotated[int | None, Depends(_expected)]
"""The version that was looked at; None: whatever it is."""


def tag(response: Response, version: int) -> None:
    """Says in the ETag which version this is."""
    response.headers["ETag"] = f'"{version}"'
