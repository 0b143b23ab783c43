"""The command line: ``cocapi-gen sandbox``, ``cocapi-gen record`` and ``cocapi-gen replay``."""

from cocapi_gen.cli.commands import main as main
