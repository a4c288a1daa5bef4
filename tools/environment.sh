#!/bin/sh
# Makes .venv, or brings it up to date: tools/environment.sh <requirements file> <stamp>
#
# The stamp is written last, so that an install that was cut off is done again. What is missing on the
# machine gets one sentence with the command that brings it.
set -eu

requirements=$1
stamp=$2
python=${PYTHON3:-python3}
venv=.venv
installing=$venv/installing

say() {
    printf '%s\n' "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    say "Python 3 is missing; install it with: sudo apt-get install -y python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    say "Python 3.11 or newer is needed and this is $("$python" -V 2>&1); name another with: make PYTHON3=python3.11"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    say "Python cannot make virtual environments here; install that with: sudo apt-get install -y python3-venv"

# Two makes at once wait for each other.
if [ -z "${CASEWORK_ENVIRONMENT_LOCKED:-}" ] && command -v flock >/dev/null 2>&1; then
    CASEWORK_ENVIRONMENT_LOCKED=1 exec flock "$PWD" "$0" "$@"
fi
[ ! -e "$stamp" ] || exit 0

if [ -e "$installing" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "Making the virtual environment in $venv" >&2
    "$python" -m venv --clear "$venv"
fi

echo "Installing $requirements (the first time takes a minute or two)" >&2
touch "$installing"
if ! "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    --require-hashes --only-binary :all: -r "$requirements"; then
    say "The packages could not be installed; the reason stands above. Run the same command again to go on."
fi
rm -f "$venv"/ready-* "$installing"
touch "$stamp"
