#!/bin/sh
# Sees to it that there is a Chromium for the browser tests: where it is missing, from the system's packages.
set -eu
for name in chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo -n"; fi
if grep -qs '^ID=debian$' /etc/os-release && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
    echo "Installing Chromium from Debian's packages, for the browser tests"
    if $as_root apt-get -qq update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi

cat >&2 <<'TEXT'
The browser tests need Chromium, and it is neither here nor could it be installed. Install it, then try again:
  Debian   sudo apt-get update && sudo apt-get install chromium
  Ubuntu   sudo snap install chromium
  Fedora   sudo dnf install chromium
  macOS    brew install --cask google-chrome
Until then they fail; all others run.
TEXT
exit 1
