"""Hands one message to Apprise, in a process of its own: it reads a service's answer however long, and has to be ended.

Reads `{"address", "subject", "text"}` as JSON. Ends with 0 where the service accepted it, with 3 where there is no such
service, and else with 1 and the reason. Imports nothing of this project.
"""

import contextlib
import json
import sys

from apprise import Apprise, AppriseAsset, AppriseResultStatus

MEMORY = 512 << 20
"""Bytes that this process may take."""


def main() -> int:
    """The whole life of the process."""
    _bound()
    given = json.load(sys.stdin)
    service = Apprise.instantiate(given["address"], asset=AppriseAsset(app_id="ASPS Pathway", http_redirects=False))
    if service is None:
        print("there is no such service, or its address lacks something")
        return 3
    service.redirects = False  # whatever the address says
    everyone = Apprise()
    everyone.add(service)
    result = everyone.notify(title=given["subject"], body=given["text"])
    if result.status is AppriseResultStatus.SUCCESS:
        return 0
    print(*[entry.message for entry in result.logs()][-1:] or [result.status.name])
    return 1


def _bound() -> None:
    """Where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.exit(main())
