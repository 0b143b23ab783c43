"""What becomes of each of many tags: ``client.players(tags)`` and its like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, Never, TypeAlias, TypeVar

if TYPE_CHECKING:
    from cocapi_gen.aliases import Tag
    from cocapi_gen.exceptions import CocApiError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Success(Generic[T_co]):
    """What was asked for is there; it counts as true.

    Example:
        >>> outcomes = await client.players([player_tag]).all()
        >>> [outcome.value.tag == player_tag for outcome in outcomes if outcome]
        [True]
    """

    tag: Tag
    """The tag that was asked for."""
    value: T_co
    """What was found."""

    def __bool__(self) -> Literal[True]:
        return True

    def unwrap(self) -> T_co:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Failure:
    """What was asked for could not be had; it counts as false.

    Example:
        >>> outcomes = await client.players(["#0000", "no tag"]).all()
        >>> [type(outcome.error).__name__ for outcome in outcomes if not outcome]
        ['ResourceNotFound', 'InvalidTagError']
    """

    tag: str
    """The tag that was asked for; as it was given if it cannot be one. What is no text and has no tag is named as
    Python shows it."""
    error: CocApiError
    """What went wrong."""

    def __bool__(self) -> Literal[False]:
        return False

    def unwrap(self) -> Never:
        """Raise the error."""
        raise self.error


Outcome: TypeAlias = Success[T] | Failure
"""What became of one tag."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk call has come."""

    done: int
    """Tags that are through, with or without success; repeated ones count when they are read."""
    failed: int
    """How many of them ended in an error."""
    total: int | None
    """Tags in all; None if that cannot be known beforehand."""
