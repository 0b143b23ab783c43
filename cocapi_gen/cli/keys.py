"""``cocapi-gen keys``: what a client that logs in would do with the keys of an account."""

from __future__ import annotations

import json
import os
import sys
from argparse import SUPPRESS
from dataclasses import asdict
from datetime import datetime
from getpass import getpass

from cocapi_gen import CocApiError, NoAnswerError, SyncClient, UnknownDataError
from cocapi_gen.cli.blocks import one_line, plain
from cocapi_gen.cli.parser import Parser

_REFUSED = 1
_NO_ANSWER = 3


def parser() -> Parser:
    """The options."""
    made = Parser(
        prog="cocapi-gen keys",
        description="List the keys of an account of the developer site, and what Client.login() would do with them. "
        "Nothing is changed. COC_EMAIL and COC_PASSWORD hold the account; without a password it is asked for.",
        argument_default=SUPPRESS,  # what is not given is the client's to know
    )
    made.add_argument("--name", dest="key_name", metavar="NAME", help="name of the keys (default: cocapi-gen)")
    made.add_argument("--count", dest="key_count", type=int, metavar="N", help="how many are wanted (default: 1)")
    made.add_argument(
        "--may-revoke",
        metavar="NAME",
        action="append",
        help="name of other keys that may be revoked if there is no room; may be repeated",
    )
    made.add_argument("--developer-url", metavar="URL", help="where the site is (default: the official one)")
    made.add_argument("--json", action="store_true", default=False, help="print JSON, for programs")
    return made


def keys(arguments: list[str]) -> int:
    """Show the plan, and return the exit code."""
    options_of = parser()
    given = vars(options_of.parse_args(arguments))
    as_json = given.pop("json")
    email = os.environ.get("COC_EMAIL")
    password = email and (os.environ.get("COC_PASSWORD") or _typed())
    if not (email and password):
        options_of.error("set COC_EMAIL and COC_PASSWORD to those of the developer site")
    try:
        with SyncClient.login(email, password, **given) as client:
            plan = client.key_plan()
    except UnknownDataError as error:
        options_of.error(one_line(error))
    except CocApiError as error:
        code = _NO_ANSWER if isinstance(error, NoAnswerError) else _REFUSED
        options_of.exit(code, f"{options_of.prog}: {one_line(error)}\n")
    if as_json:
        print(json.dumps(asdict(plan), indent=2, default=datetime.isoformat))
    else:
        print("\n".join(map(plain, str(plan).split("\n"))))
    return 0


def _typed() -> str:
    """What is typed on the terminal, unseen; nothing if there is none."""
    try:
        return getpass("The account's password: ") if sys.stdin.isatty() else ""
    except EOFError:
        return ""
