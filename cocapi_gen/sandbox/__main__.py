"""``python -m cocapi_gen.sandbox``: the same as ``cocapi-gen sandbox``."""

import sys

from cocapi_gen.cli import main

if __name__ == "__main__":
    sys.exit(main(["sandbox", *sys.argv[1:]]))
