"""The base of all models: compact, frozen, and tolerant of what the API adds.

A model is a slotted dataclass that pydantic validates straight from the bytes of an answer. Compared with
``BaseModel`` that takes a fifth of the memory and leaves the garbage collector little to walk, and the methods that
everybody knows from ``BaseModel`` are here too.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from datetime import datetime
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Self, SupportsIndex, TypeVar, cast, dataclass_transform

from pydantic import (
    AliasGenerator,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from cocapi_gen._parsing import adapter_of, moment_of, reader_of
from cocapi_gen.models._texts import explained

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

M = TypeVar("M")

_CONFIG = ConfigDict(
    extra="allow",
    validate_by_name=True,
    validate_by_alias=True,
    alias_generator=AliasGenerator(validation_alias=to_camel),
    defer_build=True,
)


class _Property(property):
    """A property that lets an answer hold a key of its name: that is kept like other keys that nobody knows."""

    def __set__(self, instance: object, value: object) -> None:
        vars(instance)[cast("FunctionType", self.fget).__name__] = value


class _Method:
    """A method of which the same is true; without this the key would be found in its place."""

    def __init__(self, func: FunctionType) -> None:
        self.func = func
        self.__doc__ = func.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> object:
        return self.func.__get__(instance, owner)

    def __set__(self, instance: object, value: object) -> None:
        vars(instance)[self.func.__name__] = value


def _leave_room(cls: type) -> None:
    """Let what a model can do stand beside keys of the same names, which the API may send one day."""
    for name, thing in [*vars(cls).items()]:
        if name.startswith("_"):
            continue
        if isinstance(thing, property):
            setattr(cls, name, _Property(thing.fget))
        elif isinstance(thing, FunctionType):
            setattr(cls, name, _Method(thing))


class Model:
    """What every model can do.

    Example:
        >>> from cocapi_gen import Location
        >>> kenya = Location.model_validate({"id": 32000126, "name": "Kenya", "isCountry": True, "population": 5})
        >>> kenya.name, kenya.display_name, kenya.country_code
        ('kenya', 'Kenya', None)
        >>> dict(kenya.model_extra)
        {'population': 5}
        >>> Location.model_validate_json(kenya.model_dump_json()) == kenya
        True
        >>> kenya.model_copy(update={"country_code": "ke"})
        Location(id=32000126, name='kenya', display_name='Kenya', is_country=True, country_code='ke')
    """

    # Fields live in slots; the dictionary is only made for an object that carries keys this version does not know. A
    # place for weak references would make a player larger by a sixteenth.
    __slots__ = ("__dict__",)

    @classmethod
    def model_validate(cls, data: object) -> Self:
        """Make a model from Python data, with the API's names or with ours.

        Raises:
            pydantic.ValidationError: the data do not fit.
        """
        return cast("Self", reader_of(cls).validate_python(data))

    @classmethod
    def model_validate_json(cls, data: str | bytes) -> Self:
        """Make a model from JSON: an answer of the API, or what ``model_dump_json`` wrote.

        Raises:
            pydantic.ValidationError: the text is not JSON or does not fit.
        """
        return cast("Self", reader_of(cls).validate_json(data))

    def model_dump(self, *, mode: Literal["python", "json"] = "python") -> dict[str, object]:
        """Return the contents as a dictionary, unknown keys included; with ``mode="json"`` as JSON types only."""
        return cast("dict[str, object]", adapter_of(type(self)).dump_python(self, mode=mode))

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the contents as JSON types, unknown keys included; ``model_validate`` makes an equal model of them."""
        return cast("dict[str, JsonValue]", self.model_dump(mode="json"))

    def model_dump_json(self) -> str:
        """Return the contents as JSON; ``model_validate_json`` makes an equal model of it."""
        return adapter_of(type(self)).dump_json(self).decode()

    def model_copy(self, *, update: Mapping[str, object] | None = None) -> Self:
        """Return a copy with some fields changed; the new values are taken as they are. ``copy.replace`` does the same.

        Raises:
            AttributeError: there is no such field.
        """
        twin = copy.copy(self)
        for name, value in (update or {}).items():
            if name not in field_names(type(self)):
                raise AttributeError(f"{type(self).__name__} has no field {name!r}")
            object.__setattr__(twin, name, value)
        return twin

    @property
    def model_extra(self) -> Mapping[str, JsonValue]:
        """What the API sent beyond the fields that this version knows, by the API's own names."""
        return MappingProxyType(self.__dict__)

    @model_serializer(mode="wrap")
    def _dump_with_extra(self, dump: SerializerFunctionWrapHandler) -> dict[str, object]:
        return cast("dict[str, object]", dump(self)) | self.__dict__

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"{type(self).__name__} is read-only: use model_copy(update={{{name!r}: ...}})")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"{type(self).__name__} is read-only")

    def __replace__(self, **changes: object) -> Self:
        return self.model_copy(update=changes)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        return super().__reduce_ex__(max(int(protocol), 2))  # slots are beyond the oldest protocols

    def __setstate__(self, state: tuple[dict[str, object] | None, dict[str, object]]) -> None:
        for part in state:
            for name, value in (part or {}).items():
                object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = field_names(type(self))
        same = all(getattr(self, name) == getattr(other, name) for name in names)
        return same and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in field_names(type(self))))

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in field_names(type(self)))
        shown = ", ".join(f"{name}={_brief(value)}" for name, value in values if value is not None)
        return f"{type(self).__name__}({shown})"


# In place, and out of sight of type checkers: to them, only the subclasses are dataclasses, and those are frozen.
dataclass(repr=False, eq=False, config=_CONFIG)(Model)
_leave_room(Model)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
def model(cls: type[M]) -> type[M]:
    """Make a class a model."""
    made = dataclass(repr=False, eq=False, slots=True, kw_only=True, config=_CONFIG)(cls)
    for name in [name for name, kind in cls.__annotations__.items() if kind.startswith("InitVar")]:
        delattr(made, name)  # it is there for __post_init__ only; as an attribute it would say nothing
    # Python 3.13 gives every dataclass one of its own, which asks for those names.
    setattr(made, "__replace__", Model.__replace__)  # noqa: B010 # type checkers know of no such method yet
    _leave_room(made)
    return explained(cast("type[M]", made))


def field_names(cls: type[Model]) -> tuple[str, ...]:
    """Return the names of a model's fields, in order."""
    return tuple(field.name for field in fields(cast("type[DataclassInstance]", cls)))


def _brief(value: object) -> str:
    """Show a long list by its length: a player alone holds two hundred models."""
    length = len(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else 0
    return f"<{length} items>" if length > 3 else f"{value!r}"


Moment = Annotated[datetime, BeforeValidator(moment_of)]
"""A moment, aware and in UTC."""

LowerCase = Annotated[str, StringConstraints(to_lower=True)]
"""A text whose case means nothing."""
