#!/bin/sh
# Makes .venv with exactly what requirements.lock names. The stamp .venv/.ready comes last, so a set-up that was
# interrupted is made anew by the next run.
set -eu
cd "$(dirname "$0")/.."

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
complete() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

python= bare=
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    command -v "$name" >/dev/null && suits "$name" || continue
    if complete "$name"; then python=$name; break; fi
    bare=${bare:-$name}
done
if [ -z "$python" ] && [ -n "$bare" ]; then
    version=$("$bare" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python $version lacks venv: run \`apt-get install python$version-venv\`, then this again." >&2
    exit 1
elif [ -z "$python" ]; then
    echo 'Python 3.11 or newer is needed and not on the search path: install it, then run this again.' >&2
    exit 1
fi

echo 'Setting up .venv (once; about a minute) …' >&2
rm -rf .venv
"$python" -m venv .venv
quiet='--quiet --quiet --disable-pip-version-check --no-input'
# shellcheck disable=SC2086
if ! .venv/bin/python -m pip install $quiet --require-hashes --only-binary :all: -r requirements.lock; then
    echo 'The packages could not be installed: see above; is the network there? Then run this again.' >&2
    exit 1
fi
# shellcheck disable=SC2086
.venv/bin/python -m pip install $quiet --no-deps --no-build-isolation -e .
touch .venv/.ready
