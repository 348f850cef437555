"""`python -m diagrams`: writes the committed generated files anew (`make fresh`)."""

import argparse
import sys

from diagrams import fresh
from workflow.asps import ASPS
from workflow.errors import AspsError


def main() -> int:
    """Writes the files; 1 where the rules have changed under the version that they had."""
    options = argparse.ArgumentParser(prog="python -m diagrams", description=__doc__)
    options.add_argument("--same-version", action="store_true", help="pin the version anew: nobody has used it yet")
    again = options.parse_args().same_version
    try:
        fresh.lay_out(ASPS, _progress)
        for file, content in fresh.made(ASPS):
            file.write_bytes(content)
        fresh.pin(ASPS, again=again)
    except AspsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rlaying the picture out: {done} of {total}", end="" if done < total else "\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
