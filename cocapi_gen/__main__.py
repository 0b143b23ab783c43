"""``python -m cocapi_gen``: the same as ``cocapi-gen``."""

import sys

from cocapi_gen.cli import main

if __name__ == "__main__":
    sys.exit(main())
