"""`make contracts`: write the documents; with `--release` also keep them as what was promised."""

import sys

from deploy.contracts.generate import BreaksConsumers, release, write


def main(arguments: list[str]) -> int:
    """The exit code: 0, or 1 where a release would break somebody."""
    if arguments not in ([], ["--release"]):
        sys.stderr.write("make contracts, or make contracts RELEASE=1\n")
        return 2
    for path in write():
        sys.stdout.write(f"docs/contracts/{path}\n")
    try:
        kept = release() if arguments else []
    except BreaksConsumers as broken:
        sys.stderr.write(f"not released: this would break who relies on the contract\n{broken}\n")
        return 1
    if kept:
        sys.stdout.write(f"released: {len(kept)} documents\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
