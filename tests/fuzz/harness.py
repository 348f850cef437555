"""The process that atheris fuzzes in: `python -m tests.fuzz.harness TARGET FOLDER [options of libFuzzer]`.

Not for the tests' own process: it instruments what it imports, and ends it.
"""

import sys

import atheris

ROOMS = ["interchange", "cli.given", "cli.stories", "workflow.fields", "workflow.records"]

with atheris.instrument_imports(include=ROOMS):
    from tests.fuzz.targets import feed

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: feed(name, data) and None)
    atheris.Fuzz()
