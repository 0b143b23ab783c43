"""Bodies of answers: the base of the generated models, and the way from bytes to any model."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, JsonValue, ValidationError
from pydantic_core import CoreSchema, core_schema, from_json

from cocapi_gen._parsing import adapter_of, parse_moment
from cocapi_gen.exceptions import UnreadableAnswerError

T = TypeVar("T")


class RawModel(BaseModel):
    """Base of the raw models: the wire, typed, with nothing lost and nothing changed.

    Keys that the specification does not know are kept in ``model_extra``, and
    ``model.model_dump(mode="json", by_alias=True, exclude_unset=True)`` gives back the JSON that came in.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="allow", serialize_by_alias=True, defer_build=True, protected_namespaces=()
    )


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
        UnreadableAnswerError: the body is not JSON, or JSON of another shape.
    """
    try:
        return adapter_of(model).validate_json(body)
    except ValidationError as error:
        raise UnreadableAnswerError(_explain(error, operation_id)) from error
    except (AttributeError, TypeError) as error:  # a key that nobody knows has the name of something in our classes
        raise UnreadableAnswerError(
            f"The answer to {operation_id} holds a key that cannot be kept: {error}."
        ) from error


def decode_json(body: bytes, operation_id: str) -> JsonValue:
    """Read a body of which nothing is known.

    Raises:
        UnreadableAnswerError: the body is not JSON.
    """
    try:
        return cast("JsonValue", from_json(body))
    except ValueError as error:
        raise UnreadableAnswerError(f"The answer to {operation_id} is not JSON: {error}.") from error


def _explain(error: ValidationError, operation_id: str) -> str:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    shown = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in faults[:3])
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    advice = "Check the base URL, or look for a newer version of this package."
    return f"{advice} (The answer to {operation_id} is not what the API is known to send: {shown}{more})"
