#!/bin/sh
# Makes .venv: exactly the packages of requirements.lock, and this project, editable.
# Uses uv where it is installed, else venv and pip. `make setup` calls this when it is due.
set -eu
cd "$(dirname "$0")/.."

version=""
for python in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
    version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3]); sys.exit(sys.version_info < (3, 11))' 2>/dev/null) && break
    version=""
done
if [ -z "$version" ]; then
    echo "Python 3.11 or newer is needed; name one with: make setup PYTHON=/path/to/python3" >&2
    exit 1
fi

if command -v uv >/dev/null 2>&1; then
    echo "Setting up .venv with uv (Python $version, packages from requirements.lock)"
    uv venv --quiet --allow-existing --python "$(command -v "$python")" .venv
    uv pip install --quiet --python .venv/bin/python --requirement requirements.lock
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
else
    echo "Setting up .venv with pip (Python $version, packages from requirements.lock); this takes about a minute"
    "$python" -m venv .venv
    .venv/bin/python -m pip install -qq --disable-pip-version-check --requirement requirements.lock
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
