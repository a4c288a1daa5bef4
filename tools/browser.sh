#!/bin/sh
# Sees to a Chromium for the browser tests: as root on Debian it installs one, elsewhere it says how to.
# Its absence is no fault here: the tests say what they left out, and CASEWORK_TESTS_STRICT=1 fails them.
set -eu

python=.venv/bin/python
has_chinese() { ! command -v fc-list >/dev/null 2>&1 || [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }

if "$python" -m tests.browser_path >/dev/null 2>&1 && has_chinese; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium and fonts-noto-cjk for the browser tests" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } \
        >/dev/null || echo "apt-get could not install them; its reason stands above." >&2
fi
"$python" -m tests.browser_path >/dev/null || true
