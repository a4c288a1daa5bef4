#!/bin/sh
# Compiles requirements*.in to requirements*.txt: every package pinned, with hashes, for all platforms.
# Give UPGRADE=1 for the newest versions that the .in files allow.
set -eu

uv_version=${UV_VERSION:-}
tools=.venv-requirements
[ -x "$tools/bin/uv" ] || {
    "${PYTHON3:-python3}" -m venv --clear "$tools"
    "$tools/bin/python" -m pip install --quiet --only-binary :all: "uv${uv_version:+==$uv_version}"
}
for name in requirements requirements-dev; do
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url ${UPGRADE:+--upgrade} "$name.in" -o "$name.txt"
done
