"""What models of either kind need to read their contents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")

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
            return tuple[item, ...]


_adapters: dict[type[object], TypeAdapter[object]] = {}


def adapter_of(cls: type[T]) -> TypeAdapter[T]:
    """Return pydantic's access to a class, made when it is first needed."""
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)
    return cast("TypeAdapter[T]", _adapters[cls])


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
