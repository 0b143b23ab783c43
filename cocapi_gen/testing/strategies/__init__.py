"""Strategies that have hypothesis make models, and answers of the API, in every shape that they may have.

They are made from the specification: what may be missing is missing now and then, new values turn up where the API may
invent some, and numbers are as large as they may get.

Example:
    >>> from cocapi_gen import Player
    >>> from cocapi_gen.testing import strategies
    >>> from hypothesis import given
    >>> @given(strategies.models(Player))
    ... def test_the_level_follows_the_name(player: Player) -> None:
    ...     assert f"{player.name} ({player.town_hall_level})".endswith(")")
    >>> test_the_level_follows_the_name()
"""

from __future__ import annotations

from typing import TypeVar, cast

try:
    from hypothesis.strategies import SearchStrategy
except ModuleNotFoundError as _missing:
    raise ImportError('The strategies need hypothesis: pip install "cocapi-gen[testing]"') from _missing

from pydantic import BaseModel

from cocapi_gen.models import Model
from cocapi_gen.raw import OPERATIONS, models as raw_models
from cocapi_gen.testing.strategies._public import PUBLIC
from cocapi_gen.testing.strategies._responses import RESPONSES
from cocapi_gen.testing.strategies._wire import Json

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=BaseModel)

__all__ = ["answers", "models", "raw"]


def models(model: type[M]) -> SearchStrategy[M]:
    """Make models: what the methods of a client return.

    Raises:
        TypeError: it is none of the models in ``cocapi_gen.models``.
    """
    if model not in PUBLIC:
        raise TypeError(f"{model!r} is none of the models in cocapi_gen.models. For raw models, use raw().")
    return PUBLIC[model].map(model.model_validate)


def raw(model: type[R]) -> SearchStrategy[R]:
    """Make raw models: what the methods of ``client.raw`` return.

    Raises:
        TypeError: it is none of the models in ``cocapi_gen.raw.models``.
    """
    if model.__name__ not in RESPONSES or getattr(raw_models, model.__name__, None) is not model:
        raise TypeError(f"{model!r} is none of the models in cocapi_gen.raw.models. For others, use models().")
    return RESPONSES[model.__name__].map(model.model_validate)


def answers(operation_id: str) -> SearchStrategy[dict[str, Json]]:
    """Make the bodies of an operation's successful answers, as JSON: what a server of your own may send.

    Args:
        operation_id: name of the operation in ``cocapi_gen.raw.OPERATIONS``, such as "getClan".

    Raises:
        ValueError: there is no such operation.
    """
    if operation_id not in OPERATIONS:
        raise ValueError(f"{operation_id!r} is no operation. There are: {', '.join(OPERATIONS)}.")
    _, _, name = OPERATIONS[operation_id].response.partition(":")
    return cast("SearchStrategy[dict[str, Json]]", RESPONSES[name])
