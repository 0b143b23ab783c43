"""Bodies of answers: the base of the generated models, and the way from bytes to any model."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, JsonValue, ValidationError
from pydantic_core import CoreSchema, SchemaValidator, core_schema, from_json

from cocapi_gen._parsing import end_lists_at_their_first_fault, parse_moment, reader_of
from cocapi_gen.exceptions import NotJson, WrongShape

T = TypeVar("T")


class RawModel(BaseModel):
    """Base of the raw models: the wire, typed, with nothing lost and nothing changed.

    Keys that the specification does not know are kept in ``model_extra``, and
    ``model.model_dump(mode="json", by_alias=True, exclude_unset=True)`` gives back the JSON that came in.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="allow", serialize_by_alias=True, defer_build=True, protected_namespaces=()
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        end_lists_at_their_first_fault(schema)
        return schema


class Timestamp(str):
    """A moment, as the text that the API sent.

    Example:
        >>> Timestamp("20260105T080000.000Z").datetime
        datetime.datetime(2026, 1, 5, 8, 0, tzinfo=datetime.timezone.utc)
    """

    __slots__ = ()

    @property
    def datetime(self) -> datetime:
        """The moment, aware and in UTC.

        Raises:
            ValueError: the text is no moment.
        """
        return parse_moment(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


def decode(model: type[T], body: bytes, operation_id: str) -> T:
    """Read a body into a model, in one pass.

    Raises:
        NotJson: the body is not JSON, or nested deeper than anybody means it.
        WrongShape: it is JSON of another shape.
    """
    if _WORDS_FOR_NUMBERS.isinstance_python(body):  # pydantic takes them for numbers; they may stand in a text
        decode_json(body, operation_id)
    try:
        return cast("T", reader_of(model).validate_json(body))
    except ValidationError as error:
        raise _explained(error, operation_id) from error
    except (AttributeError, TypeError) as error:  # a key that nobody knows has the name of something in our classes
        problem = f"{_NEWER} (The answer to {operation_id} holds a key that cannot be kept: {error})"
        raise WrongShape(problem) from error


def decode_json(body: bytes, operation_id: str) -> JsonValue:
    """Read a body of which nothing is known.

    Raises:
        NotJson: the body is not JSON, or nested deeper than anybody means it.
    """
    try:
        return cast("JsonValue", from_json(body, allow_inf_nan=False))
    except ValueError as error:
        raise _not_json(operation_id, str(error)) from error


# Python's own search takes a tenth of the time that reading takes, this one a fiftieth.
_WORDS_FOR_NUMBERS = SchemaValidator(core_schema.str_schema(pattern="NaN|Infinity"))

_NEWER = "Check the base URL, or look for a newer version of this package."


def _explained(error: ValidationError, operation_id: str) -> NotJson | WrongShape:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    if faults[0]["type"] == "json_invalid":
        return _not_json(operation_id, faults[0]["msg"].removeprefix("Invalid JSON: "))
    # A value that fits none of several types is a fault for each of them.
    told = [*dict.fromkeys(f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in faults)]
    shown = "; ".join(told[:3])
    more = f"; and {len(told) - 3} more" if len(told) > 3 else ""
    return WrongShape(f"{_NEWER} (The answer to {operation_id} is not what the API is known to send: {shown}{more})")


def _not_json(operation_id: str, problem: str) -> NotJson:
    advice = "Check the base URL, and look for a proxy or a login page that answers in the API's place."
    return NotJson(f"{advice} (The answer to {operation_id} is not JSON: {problem})")
