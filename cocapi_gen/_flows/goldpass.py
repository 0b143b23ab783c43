"""The Gold Pass."""

from __future__ import annotations

from cocapi_gen import models
from cocapi_gen._http.call import call
from cocapi_gen._http.flow import Flow
from cocapi_gen.raw import operations


def goldpass() -> Flow[models.GoldPass]:
    """Load the Gold Pass season."""
    return (yield from call(operations.GET_CURRENT_GOLD_PASS_SEASON, models.GoldPass))
