"""Prints which patterns a flow can say: `make patterns`."""

from __future__ import annotations

import sys

from tests.patterns.play import ALL, differences, patterns


def main() -> None:
    """A line for each, and how many of all; status 1 where one does not come out."""
    wrong = 0
    found = patterns()
    for pattern in found:
        told = [*differences(pattern, saves=False), *differences(pattern, saves=True)]
        wrong += bool(told)
        runs = len(pattern["runs"])
        print(
            f"WCP-{pattern['number']:<3} {pattern['name']:<60} {runs} {'run ' if runs == 1 else 'runs'}  {'; '.join(told) or 'as said'}"
        )
    print(f"{len(found) - wrong} of {ALL}")
    sys.exit(1 if wrong else 0)


main()
