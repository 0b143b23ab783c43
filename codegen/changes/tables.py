"""Looking into JSON of which nothing is certain."""

from __future__ import annotations

from codegen.types import Json

TYPE_KEYS = ("$ref", "type", "anyOf", "items", "enum", "const", "additionalProperties", "format")
"""What of a schema makes its type."""


def table(value: Json) -> dict[str, Json]:
    """Return the mapping that a value is, or an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Json) -> list[Json]:
    """Return the list that a value is, or an empty one."""
    return value if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """Return the texts of a list."""
    return [each for each in rows(value) if isinstance(each, str)]


def text(value: Json) -> str:
    """Return the text that a value is, or an empty one."""
    return value if isinstance(value, str) else ""


def reference(name: str) -> dict[str, Json]:
    """Return the schema that stands for another one."""
    return {"$ref": f"#/components/schemas/{name}"}


def referred(schema: Json) -> str:
    """Return the name of the schema that this one stands for; empty if it stands for itself."""
    target = text(table(schema).get("$ref"))
    return target.rpartition("/")[2]


def enumeration(values: list[str]) -> dict[str, Json]:
    """Return the schema of an open enumeration."""
    return {"anyOf": [{"type": "string", "enum": [*values]}, {"type": "string"}]}
