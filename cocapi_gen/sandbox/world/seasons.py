"""When the periods of the game begin and end.

All of them follow from the calendar; every time is UTC.

>>> ranked_week(datetime(2026, 1, 8, 12, tzinfo=UTC)).isoformat()
'2026-01-05T05:00:00+00:00'
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2025, 10, 6, 5, tzinfo=UTC)
"""When ranked battles and seasons of four weeks began: a Monday."""

_WEEK, _SEASON = timedelta(weeks=1), timedelta(weeks=4)
_RAIDS_SINCE = EPOCH + timedelta(days=4, hours=2)  # a Friday, 07:00
RAID_LENGTH = timedelta(days=3)


def ranked_week(now: datetime) -> datetime:
    """The beginning of the running week of ranked battles: Monday, 05:00."""
    return EPOCH + (now - EPOCH) // _WEEK * _WEEK


def season(now: datetime) -> datetime:
    """The beginning of the running season, which lasts four weeks."""
    return EPOCH + (now - EPOCH) // _SEASON * _SEASON


def raid_weekend(now: datetime) -> datetime:
    """The beginning of the newest raid weekend, running or over: Friday, 07:00.

    >>> raid_weekend(datetime(2026, 1, 8, 12, tzinfo=UTC)).isoformat()
    '2026-01-02T07:00:00+00:00'
    """
    return _RAIDS_SINCE + (now - _RAIDS_SINCE) // _WEEK * _WEEK


def gold_pass(now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the running gold pass season: a calendar month, from 08:00 on the first.

    >>> [moment.isoformat() for moment in gold_pass(datetime(2026, 1, 1, 7, tzinfo=UTC))]
    ['2025-12-01T08:00:00+00:00', '2026-01-01T08:00:00+00:00']
    """
    start = (now - timedelta(hours=8)).replace(day=1, hour=8, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=31)).replace(day=1)


def legend_seasons(now: datetime) -> list[str]:
    """The names of all legend seasons: months until August 2025, afterwards the first day of each four weeks.

    >>> seasons = legend_seasons(datetime(2026, 1, 8, 12, tzinfo=UTC))
    >>> seasons[0], seasons[-1]
    ('2015-07', '2025-12-29')
    """
    months = [f"{year}-{month:02}" for year in range(2015, 2026) for month in range(1, 13)]
    weeks = [(EPOCH + number * _SEASON).date() for number in range((now - EPOCH) // _SEASON + 1)]
    return [month for month in months if "2015-07" <= month <= "2025-08"] + [day.isoformat() for day in weeks]
