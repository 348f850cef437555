"""What all resources have in common: their address, how they tell problems, and what stands in their path."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from web.api.problems import ProblemRoute, documented

PREFIX = "/api/v1"
READ = documented(400, 401, 403, 404, 422, 429)
WRITE = documented(400, 401, 403, 404, 409, 412, 413, 422, 429)

Handle = Annotated[
    str,
    Path(
        alias="patient", min_length=1, max_length=200,
        description="The opaque address of a patient, as lists and searches give it. It holds no name and no id.",
    ),
]  # fmt: skip
DryRun = Annotated[
    bool, Query(description="Only say what would follow; nothing is written, not even that it was refused")
]


def router(tag: str) -> APIRouter:
    """A router of the API."""
    return APIRouter(prefix=PREFIX, tags=[tag], route_class=ProblemRoute)
