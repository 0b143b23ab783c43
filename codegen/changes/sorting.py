"""What is to be done about each difference between the spec and a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.changes.api import Api
from codegen.changes.comparing import Change, compare
from codegen.changes.corrections import Corrections
from codegen.changes.tables import text
from codegen.naming import SpecError
from codegen.types import Schema

_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Sorted:
    """The differences between the spec and something that was found out about the API.

    Attributes:
        additions: what is new and harms nobody; it can be written into the spec.
        proposals: what somebody has to decide.
        absent: what the spec has and the document does not, without a reason that is known.
        later: the same, where the document is too old to have it.
        age: a month that the document is from, or from before; empty if nothing tells.
        signs: what tells it: places that the document lists and that were sent until that month.
        lacks: a month; all that is absent came then or later, so the document may be from before; empty otherwise.
    """

    additions: tuple[Change, ...]
    proposals: tuple[Change, ...]
    absent: tuple[Change, ...]
    later: tuple[Change, ...]
    age: str
    signs: tuple[str, ...]
    lacks: str


def sort(ours: Api, declared: Api, corrections: Corrections) -> Sorted:
    """Compare the spec with a document in its terms.

    Raises:
        SpecError: the document is about another API, or a part is missing.
    """
    _refuse_another_api(ours, declared)
    changes = compare(ours, declared, loosely=True)
    news = [each for each in changes if each.sign != "-" and not _is_past(ours, each.place)]
    gone = [each for each in changes if each.sign == "-" and each.what != "model"]
    gone = [each for each in gone if not _is_expected(ours, each, corrections)]
    months = dict(_last_months(ours, declared, corrections))
    age = min(months.values(), default="")
    later = [each for each in gone if age and _since(ours, each.place)]
    absent = [each for each in gone if each not in later]
    # an old document may speak of what has been forgotten since, so nothing of it is added
    is_addition = {each: not age and each.sign == "+" and not each.breaking for each in news}
    news = [each for each in news if (each.sign, each.what) != ("+", "model")]  # it comes with what leads to it
    return Sorted(
        additions=tuple(each for each in news if is_addition[each]),
        proposals=tuple(each for each in news if not is_addition[each]),
        absent=tuple(absent),
        later=tuple(later),
        age=age,
        signs=tuple(place for place, month in months.items() if month == age),
        lacks=_lacked(ours, declared, absent),
    )


def _refuse_another_api(ours: Api, declared: Api) -> None:
    current = {key for key, each in ours.operations.items() if not each.deprecated}
    shared = current & declared.operations.keys()
    if len(shared) < _LEAST_SHARE * len(current):
        raise SpecError(
            f"the document has {len(shared)} of the {len(current)} operations that the spec knows; "
            "is it about another API, or not whole?"
        )


def _last_months(ours: Api, declared: Api, corrections: Corrections) -> Iterator[tuple[str, str]]:
    """Yield what the document lists although it is no longer sent, and the last month of it."""
    for place in _places(declared):
        month = text(_written(ours, place).get("x-until"))
        if month and not corrections.is_outdated(place):
            yield place, month


def _lacked(ours: Api, declared: Api, absent: list[Change]) -> str:
    """Return the month that all that is absent came in, or after; empty if the document knows of anything later."""
    first = min((_since(ours, each.place) for each in absent), default="")
    return first if all(_since(ours, place) <= first for place in _places(declared)) else ""


def _places(api: Api) -> Iterator[str]:
    """Yield all operations and fields."""
    yield from (f"{each.method} {each.path}" for each in api.spec.operations)
    yield from (f"{model.name}.{each.wire_name}" for model in api.models.values() for each in model.properties)


def _since(ours: Api, place: str) -> str:
    return text(_written(ours, place).get("x-since"))


def _is_past(ours: Api, place: str) -> bool:
    written = _written(ours, place)
    return written.get("deprecated") is True or "x-until" in written


def _is_expected(ours: Api, gone: Change, corrections: Corrections) -> bool:
    is_inferred = _written(ours, gone.place).get("x-evidence") == "inferred"
    return is_inferred or _is_past(ours, gone.place) or corrections.is_undocumented(gone.place)


def _written(api: Api, place: str) -> Schema:
    operation, bracket, name = place.rstrip(")").partition("(")
    if not bracket:
        return api.written(place)
    found = next((each for each in api.spec.operations if each.operation_id == operation), None)
    return api.parameter(f"{found.method} {found.path}", name) if found else {}
