"""The command line of the generator."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from codegen import outputs, spec
from codegen.naming import SpecError


def main() -> int:
    """Write the generated files, compare them, or look for changes of the API; return the exit status."""
    parser = _parser()
    options = parser.parse_args()
    try:
        return _run(options)
    except (SpecError, OSError) as error:
        parser.exit(2, f"error: {error}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m codegen", description="Generate code from spec/clashofclans.yaml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not what the spec gives")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    refresh = commands.add_parser("refresh", help="compare a document of the API's owner with the spec")
    refresh.add_argument(
        "source", metavar="FROM", type=_named, help="Swagger 2.0 or OpenAPI 3, as a file or an address"
    )
    what = refresh.add_mutually_exclusive_group()
    what.add_argument("--against", metavar="OLD", help="compare it with an older document instead")
    what.add_argument("--apply", action="store_true", help="write what is harmless into the spec, and generate")
    learn = commands.add_parser("learn", help="compare recorded answers with the spec")
    learn.add_argument("source", metavar="FROM", type=_named, help="a folder of recordings")
    learn.add_argument("--apply", action="store_true", help="write what was found into the spec, and generate")
    return parser


def _named(source: str) -> str:
    """Refuse an empty text, which as a path would be the folder that one is in."""
    if not source:
        raise argparse.ArgumentTypeError("nothing is named; say FROM=...")
    return source


def _run(options: argparse.Namespace) -> int:
    if options.command is None:
        return _generate(is_check=options.check)
    from codegen.changes.learn import learn
    from codegen.changes.refresh import between, refresh

    if options.command == "learn":
        report = learn(Path(options.source), apply=options.apply)
    elif options.against:
        report = between(options.source, options.against)
    else:
        report = refresh(options.source, apply=options.apply)
    sys.stdout.write(report)
    return 0


def _generate(*, is_check: bool) -> int:
    files = outputs.render(spec.load(outputs.SPEC))
    if not is_check:
        outputs.write(files)
        return 0
    report = outputs.differences(files)
    sys.stdout.write(report or f"{len(files)} generated files are what the specification gives.\n")
    return 1 if report else 0


if __name__ == "__main__":
    sys.exit(main())
