"""The command line: ``cocapi-gen clan``, ``cocapi-gen sandbox`` and all the others."""

from cocapi_gen.cli.commands import main as main
