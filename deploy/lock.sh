#!/bin/sh
# Writes the lock files: names, versions and hashes, and no address, so that every index and mirror serves.
set -eu
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[ -x "$uv" ] || uv=$(command -v uv) || {
    echo 'uv is missing: run `make clean lock`, which installs it with the rest.' >&2
    exit 1
}

compile() {
    output=$1
    shift
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file "$output" "$@" >/dev/null
}

compile requirements.lock --all-extras "$@"
# The services' container holds what they import and no more, in the versions that were tested.
compile requirements-services.lock --constraint requirements.lock "$@"
