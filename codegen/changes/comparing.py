"""What differs between two versions of the API, and whether users of the package would notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from codegen.changes.api import Api
from codegen.changes.renaming import successors
from codegen.changes.shapes import TEXT, admits, kinds, shown, values
from codegen.spec import Model, Operation, Parameter, Property

T = TypeVar("T")
What = Literal["operation", "parameter", "model", "field", "value"]

_Typed = Parameter | Property


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        sign: ``+`` for what is new, ``-`` for what is gone, ``~`` for what is otherwise.
        what: what kind of thing it is about.
        place: where: ``GET /clans``, ``searchClans(limit)``, ``Player``, ``Player.role``, or an enumeration.
        told: the new type, the new value, or what is otherwise.
        breaking: whether code that uses the package may have to change.
        seen: how often answers showed it, and what one looked like; empty if it was declared.
    """

    sign: Literal["+", "-", "~"]
    what: What
    place: str
    told: str = ""
    breaking: bool = False
    seen: str = ""


def compare(old: Api, new: Api, *, loosely: bool = False) -> list[Change]:
    """Return all differences, in the order of the versions.

    Args:
        old: what was.
        new: what is now.
        loosely: whether the new version may say less about a thing without meaning another thing. So it is with a
            document that is compared with the spec.
    """
    return [*_Comparison(old, new, loosely=loosely).changes()]


class _Comparison:
    def __init__(self, old: Api, new: Api, *, loosely: bool) -> None:
        self._old = old
        self._new = new
        self._loosely = loosely

    def changes(self) -> Iterator[Change]:
        told = dict[Change, None]()  # what is said of an enumeration is found wherever it is used
        for change in (*self._operations(), *self._models()):
            told[change] = None
        yield from told

    # -- operations ------------------------------------------------------------------------------

    def _operations(self) -> Iterator[Change]:
        now = self._successors()
        for before, after in _pairs(self._old.operations, self._new.operations):
            if before is None and after is not None:
                yield Change("+", "operation", _place(after), f"{after.operation_id}, answered by {after.response}")
            elif after is None and before is not None:
                told = before.operation_id + now.get(before.operation_id, "")
                yield Change("-", "operation", _place(before), told, breaking=True)
            elif before is not None and after is not None:
                yield from self._operation(before, after)

    def _successors(self) -> dict[str, str]:
        """Tell what operations that are gone are perhaps called now."""
        old, new = self._old.operations, self._new.operations
        gone = {each.operation_id: _form(each) for key, each in old.items() if key not in new}
        added = {each.operation_id: each for key, each in new.items() if key not in old}
        found = successors(gone, {name: _form(each) for name, each in added.items()})
        return {name: f", perhaps now {_place(added[other])}" for name, other in found.items()}

    def _operation(self, before: Operation, after: Operation) -> Iterator[Change]:
        place = _place(before)
        if before.response != after.response:
            told = f"answered by {after.response}, before by {before.response}"
            yield Change("~", "operation", place, told, breaking=True)
        if after.deprecated and not before.deprecated:
            yield Change("~", "operation", place, "deprecated")
        for one, other in _pairs(_parameters(before), _parameters(after)):
            # parameters of a path are known by their place in it, and called as the spec calls them
            known = one or other
            assert known is not None  # noqa: S101 # a pair has at least one
            place = f"{before.operation_id}({known.wire_name})"
            if one is None and other is not None:
                yield Change("+", "parameter", place, self._shown(other, self._new), breaking=other.required)
            elif other is None:
                yield Change("-", "parameter", place, breaking=True)
            elif one is not None:
                yield from self._parameter(place, one, other)

    def _parameter(self, place: str, before: _Typed, after: _Typed) -> Iterator[Change]:
        told = kinds(after.type, self._new)
        if not (self._loosely and told == TEXT):  # in an address everything is a text
            yield from self._type("parameter", place, before, after)
        if before.required != after.required:
            yield Change("~", "parameter", place, _need(after), breaking=after.required)

    # -- models ----------------------------------------------------------------------------------

    def _models(self) -> Iterator[Change]:
        for before, after in _pairs(self._old.models, self._new.models):
            if before is None and after is not None:
                if after.name in self._new.reached and after.name not in self._old.lent:
                    told = ", ".join(f"{each.wire_name}: {self._shown(each, self._new)}" for each in after.properties)
                    yield Change("+", "model", after.name, told)
            elif after is None and before is not None:
                if before.name not in self._new.lent:
                    yield Change("-", "model", before.name, breaking=True)
            elif before is not None and after is not None and before.name in self._old.reached:
                yield from self._model(before, after)

    def _model(self, before: Model, after: Model) -> Iterator[Change]:
        is_sent = before.name in self._old.sent
        old, new = _fields(before), _fields(after)
        gone = {key: kinds(each.type, self._old) for key, each in old.items() if key not in new}
        renamed = successors(gone, {key: kinds(each.type, self._new) for key, each in new.items() if key not in old})
        for one, other in _pairs(old, new):
            known = one or other
            assert known is not None  # noqa: S101 # a pair has at least one
            place = f"{before.name}.{known.wire_name}"
            if one is None and other is not None:
                breaking = is_sent and other.required
                yield Change("+", "field", place, self._shown(other, self._new), breaking=breaking)
            elif other is None:
                told = f"perhaps now {renamed[known.wire_name]}" if known.wire_name in renamed else ""
                yield Change("-", "field", place, told, breaking=True)
            elif one is not None:
                yield from self._type("field", place, one, other)
                yield from self._marks(place, one, other, after, is_sent=is_sent)

    def _marks(self, place: str, before: Property, after: Property, model: Model, *, is_sent: bool) -> Iterator[Change]:
        speaks = any(each.required for each in model.properties)  # a model that requires nothing does not speak of it
        is_new = before.required != after.required if not self._loosely else before.required > after.required
        if is_new and (speaks or not self._loosely):
            yield Change("~", "field", place, _need(after), breaking=after.required is is_sent)
        was, is_now = (bool(api.written(place).get("deprecated")) for api in (self._old, self._new))
        if is_now and not was:
            yield Change("~", "field", place, "deprecated")

    # -- types -----------------------------------------------------------------------------------

    def _type(self, what: What, place: str, before: _Typed, after: _Typed) -> Iterator[Change]:
        was, told = kinds(before.type, self._old), kinds(after.type, self._new)
        if not (admits(was, told) if self._loosely else was == told):
            # in an address everything is a text
            is_as_good = was <= told or told == TEXT if what == "parameter" else told <= was
            yield Change("~", what, place, f"{shown(told)}, before {shown(was)}", breaking=not is_as_good)
        name, known = values(before.type, self._old)
        _, now = values(after.type, self._new)
        if now and not known:
            yield Change("~", what, place, f"known values: {', '.join(now)}")
            return
        yield from (Change("+", "value", name or place, value) for value in now if value not in known)
        if now and not self._loosely:
            yield from (Change("-", "value", name or place, value) for value in known if value not in now)

    def _shown(self, each: _Typed, api: Api) -> str:
        known = values(each.type, api)[1]
        return shown(kinds(each.type, api)) + (f" ({', '.join(known)})" if known else "")


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[T | None, T | None]]:
    """Yield what is in both, or in either alone, in the order of the old one and then of the new one."""
    for key in dict.fromkeys([*old, *new]):
        yield old.get(key), new.get(key)


def _place(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _form(operation: Operation) -> tuple[str, int]:
    """Return what has to be the same of an operation that only has another path."""
    return operation.method, operation.path.count("{")


def _parameters(operation: Operation) -> dict[str, Parameter]:
    """Return all parameters but those of a body, which is a model of its own."""
    in_path = (each for each in operation.parameters if each.location == "path")
    in_query = {each.wire_name: each for each in operation.parameters if each.location == "query"}
    return {f"{{{index}}}": each for index, each in enumerate(in_path)} | in_query


def _fields(model: Model) -> dict[str, Property]:
    return {each.wire_name: each for each in model.properties}


def _need(each: _Typed) -> str:
    return "required" if each.required else "may be left out"
