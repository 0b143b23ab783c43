"""What models of either kind need to read their contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar, cast

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, SchemaValidator, core_schema

T = TypeVar("T")


def end_lists_at_their_first_fault(schema: object) -> None:
    """Let pydantic read no list on after a fault: a short body may hold millions, each larger than an item."""
    if isinstance(schema, dict):
        parts = cast("dict[str, object]", schema)
        if parts.get("type") == "tuple":
            parts["fail_fast"] = True
        schema = [*parts.values()]
    if isinstance(schema, list):
        for part in cast("list[object]", schema):
            end_lists_at_their_first_fault(part)


@dataclass(frozen=True, slots=True)
class _UpToTheFirstFault:
    """Marks a list that is read no further; pydantic's own mark cannot be hashed, as types have to be."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        end_lists_at_their_first_fault(schema)
        return schema


# Type checkers know the name and take the first branch. Jedi takes the second, like Python: it can look into no tuple
# that is an attribute, so it is told of a sequence instead.
TYPE_CHECKING = False
if TYPE_CHECKING:
    Many: TypeAlias = tuple[T, ...]
    """Any number of things, as a tuple."""
else:

    class Many(Sequence[T]):
        """Any number of things, as a tuple."""

        def __class_getitem__(cls, item: object) -> object:
            return Annotated[tuple[item, ...], _UpToTheFirstFault()]


_adapters: dict[type[object], TypeAdapter[object]] = {}
_readers: dict[type[object], SchemaValidator] = {}


def adapter_of(cls: type[T]) -> TypeAdapter[T]:
    """Return pydantic's access to a class, made when it is first needed."""
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)
    return cast("TypeAdapter[T]", _adapters[cls])


def reader_of(cls: type[object]) -> SchemaValidator:
    """Return pydantic's validator for a class, with quicker ways to the same; made when it is first needed."""
    if cls not in _readers:
        adapter = adapter_of(cls)
        adapter.rebuild()
        _readers[cls] = SchemaValidator(cast("CoreSchema", _quickened(adapter.core_schema)))
    return _readers[cls]


def _quickened(schema: object) -> object:
    """Return the schema with quicker ways to the same.

    "One of these words or any text" is any text: nobody needs to look the words up. And a moment as the API writes it
    goes right into Python's own reader of moments, and not through a function in between.
    """
    if isinstance(schema, list):
        return [_quickened(part) for part in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _quickened(part) for key, part in cast("dict[str, object]", schema).items()}
    if parts.get("type") == "union" and _kinds(parts["choices"]) == {"literal", "str"}:
        return core_schema.str_schema()
    if parts.get("type") == "function-before" and cast("dict[str, object]", parts["function"])["function"] is moment_of:
        in_any_form = cast("CoreSchema", parts)
        in_json = core_schema.union_schema(
            [_AS_THE_API_WRITES_IT, in_any_form],
            mode="left_to_right",
            custom_error_type="moment",  # one fault, and not one for each choice
            custom_error_message="not a moment such as 20260105T080000.000Z",
        )
        return core_schema.json_or_python_schema(in_json, in_any_form)
    return parts


def _kinds(choices: object) -> set[object]:
    return {choice["type"] for choice in cast("list[dict[str, object]]", choices)}


_AS_THE_API_WRITES_IT = core_schema.chain_schema(
    [
        core_schema.str_schema(pattern=r"^[0-9]{8}T[0-9]{6}\.[0-9]{3}Z$"),
        core_schema.no_info_plain_validator_function(datetime.fromisoformat),
    ]
)


def moment_of(value: object) -> datetime:
    """Return what a value means by a moment, in UTC.

    Raises:
        ValueError: it means none.
    """
    if isinstance(value, str):
        return parse_moment(value)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("not a moment: give an aware datetime or a text like 20260105T080000.000Z")
    return in_utc(value)


def parse_moment(text: str) -> datetime:
    """Read either form in which the API writes a moment; it is in UTC even if it does not say so.

    Raises:
        ValueError: the text is no moment.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else in_utc(moment)


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC.

    Raises:
        ValueError: it is the first or the last day that there is, in another time zone.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{moment} is out of reach") from error
