"""The command line of the generator."""

from __future__ import annotations

import argparse
import sys

from codegen import outputs, spec
from codegen.naming import SpecError


def main() -> int:
    """Write the generated files, or compare them; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description="Generate code from spec/clashofclans.yaml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not what the spec gives")
    options = parser.parse_args()
    try:
        files = outputs.render(spec.load(outputs.SPEC))
    except SpecError as error:
        parser.exit(2, f"error: {error}\n")
    if not options.check:
        outputs.write(files)
        return 0
    report = outputs.differences(files)
    sys.stdout.write(report or f"{len(files)} generated files are what the specification gives.\n")
    return 1 if report else 0


if __name__ == "__main__":
    sys.exit(main())
