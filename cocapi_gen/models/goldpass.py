"""The Gold Pass."""

from __future__ import annotations

from datetime import datetime

from cocapi_gen.models._base import Model, Moment, model


@model
class GoldPass(Model):
    """The running season of the Gold Pass."""

    start_time: Moment | None = None
    """When it began; None when the API knows of no season, as for some weeks of 2026."""
    end_time: Moment | None = None
    """When it ends; None like ``start_time``."""

    @property
    def startTime(self) -> datetime | None:  # noqa: N802 # the spelling in coc-api's example
        """When it began: the API's name of ``start_time``."""
        return self.start_time

    @property
    def endTime(self) -> datetime | None:  # noqa: N802 # goes with startTime
        """When it ends: the API's name of ``end_time``."""
        return self.end_time
