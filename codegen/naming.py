"""Names from the specification, as names in Python; what cannot become one is refused."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable


class SpecError(Exception):
    """The specification says something that no code can be made of; the message says where."""


# Those of all versions of Python: what is generated must not depend on the one that generates it.
_SOFT_KEYWORDS = {"case", "match", "type"}
# What the generated modules call by these names themselves.
_TAKEN_CLASSES = {"Any", "Annotated", "Field", "JsonValue", "Literal", "RawModel", "TypeAlias", "TypeAliasType"}
_TAKEN_NAMES = {"bool", "deprecated", "float", "int", "models", "object", "operations", "self", "str", "type_checking"}


def class_name(name: str, where: str) -> str:
    """Return the name of a schema if a class can bear it.

    Raises:
        SpecError: it is no plain identifier in CamelCase, or taken.
    """
    is_taken = keyword.iskeyword(name) or hasattr(builtins, name) or name in _TAKEN_CLASSES
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name) or is_taken:
        raise SpecError(f"{where}: {name!r} cannot name a class; use CamelCase letters and digits, and no name in use.")
    return name


def snake_case(name: str, where: str) -> str:
    """Return the name as a variable: ``clanLevel`` becomes ``clan_level``, ``class`` becomes ``class_``.

    Raises:
        SpecError: no letter is left of it, or it would be a name that Python keeps for itself.
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    snake = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    if not re.match(r"[a-z]", snake) or name.startswith("__"):
        raise SpecError(f"{where}: {name!r} cannot be made a Python name; it has to begin with a letter.")
    return f"{snake}_" if keyword.iskeyword(snake) or snake in _SOFT_KEYWORDS | _TAKEN_NAMES else snake


def refuse_misreadings(name: str, where: str) -> None:
    """Check that a model knows a property by the name that it has on the wire.

    Raises:
        SpecError: Python takes the name for another, as it does with ligatures.
    """
    read = unicodedata.normalize("NFKC", name)
    if read != name:
        raise SpecError(f"{where}: Python takes {name!r} for {read!r}; leave it out, models keep unknown keys.")


def refuse_clashes(names: Iterable[tuple[str, str]], where: str) -> None:
    """Check that no two names of the specification become one in Python.

    Raises:
        SpecError: two do.
    """
    seen: dict[str, str] = {}
    for original, name in names:
        if name in seen:
            raise SpecError(f"{where}: {seen[name]!r} and {original!r} both become {name!r}; rename one of them.")
        seen[name] = original
