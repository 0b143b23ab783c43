"""Finds the type of values that the spec knows nothing of."""

from __future__ import annotations

from typing import NamedTuple

from codegen.changes.api import Api, references
from codegen.changes.converting import is_name
from codegen.changes.observing import Observer, kind_of
from codegen.changes.tables import TYPE_KEYS, reference, rows, table
from codegen.types import Json, Reference, Type, read_type

_TEXTS = ("Tag", "Timestamp")
"""Kinds of text that can be told by their looks."""
_UNUSED, _TWIN, _OTHER = range(3)
"""How likely it is: a model that nothing leads to, the type of a field of the same name, any other model."""
_NEEDED = {_UNUSED: 1, _TWIN: 1, _OTHER: 3}
"""How many fields have to be known for each that is not, before values are taken to be of a type nearly."""
_ENOUGH = 100
"""Values that are looked at to find a type."""
_FREE: dict[str, Json] = {"type": "object", "additionalProperties": True}


class _Candidate(NamedTuple):
    """A type that values may be of, and how likely that is."""

    schema: dict[str, Json]
    rank: int


class Inference:
    """Types for values.

    Attributes:
        models: the models that had to be invented.
    """

    def __init__(self, api: Api) -> None:
        self.models: dict[str, dict[str, Json]] = {}
        self._api = api

    def schema(self, place: str, values: list[Json]) -> dict[str, Json]:
        """Return the type of the values that were seen at a place, such as ``Player.role``.

        The type that the spec uses elsewhere under the same name is taken if the values are of it, or nearly so.
        """
        model, _, key = place.partition(".")
        known = self._closest([*self._twins(key), *self._candidates(values)], values)
        return known if known is not None else self._inferred(f"{model}{key[:1].upper()}{key[1:]}", values)

    def answer(self, name: str, values: list[Json]) -> dict[str, Json]:
        """Return the model of answers; an invented one gets the name."""
        return self._object(name, values)

    def _inferred(self, name: str, values: list[Json]) -> dict[str, Json]:
        kinds = dict.fromkeys(kind_of(value) for value in values)
        if {*kinds} == {"integer", "number"}:
            return {"type": "number"}
        found = [self._of_kind(name, kind, [each for each in values if kind_of(each) == kind]) for kind in kinds]
        return found[0] if len(found) == 1 else {"anyOf": [*found]}

    def _of_kind(self, name: str, kind: str, values: list[Json]) -> dict[str, Json]:
        match kind:
            case "object":
                return self._object(name, values)
            case "array":
                items = [item for value in values for item in rows(value)]
                return {"type": "array", "items": self._inferred(name, items) if items else {**_FREE}}
            case "string":
                known = (text for text in _TEXTS if text in self._api.aliases and self._are(Reference(text), values))
                return next((reference(text) for text in known), {"type": "string"})
            case _:
                return {"type": kind}

    def _object(self, name: str, values: list[Json]) -> dict[str, Json]:
        """Return the smallest model that all objects are of; an invented one if there is none."""
        keys = dict.fromkeys(key for value in values for key in table(value))
        if not keys or not all(map(is_name, keys)):
            return {**_FREE}
        known = self._closest(self._candidates(values), values)
        if known is not None:
            return known
        while self._api.schema(name) or name in self.models:
            name = f"{name}Value"
        self.models[name] = {}  # so that no other takes the name meanwhile
        properties: dict[str, Json] = {
            key: self.schema(f"{name}.{key}", [table(value)[key] for value in values if key in table(value)])
            for key in keys
        }
        self.models[name] = {
            "type": "object",
            "required": ["items"] if "items" in keys else [],
            "properties": properties,
        }
        return reference(name)

    def _are(self, type_: Type, values: list[Json]) -> bool:
        """Whether all values are of a type, and the spec knows everything about them."""
        return not self._looked_at(type_, values).news

    def _twins(self, key: str) -> list[_Candidate]:
        """Return the types of all fields that are called the same."""
        places = [f"{each.name}.{key}" for each in self._api.spec.models]
        found = [each for each in map(self._api.written, places) if each]
        return [_Candidate({each: schema[each] for each in TYPE_KEYS if each in schema}, _TWIN) for schema in found]

    def _candidates(self, values: list[Json]) -> list[_Candidate]:
        """Return every model, or a list of every model, where values may be such; small ones first."""
        are_objects = all(isinstance(value, dict) for value in values)
        if not are_objects and not (all(isinstance(value, list) for value in values) and any(values)):
            return []
        found = list[_Candidate]()
        for model in sorted(self._api.spec.models, key=lambda model: len(model.properties)):
            schema = reference(model.name)
            rank = _OTHER if model.name in self._api.reached else _UNUSED
            found.append(_Candidate(schema if are_objects else {"type": "array", "items": schema}, rank))
        return found

    def _closest(self, candidates: list[_Candidate], values: list[Json]) -> dict[str, Json] | None:
        """Return the type that values are of, or nearly so; of equally good ones the first."""
        some = values[:_ENOUGH]
        distances = {index: self._distance(each, some) for index, each in enumerate(candidates)}
        near = {index: distance for index, distance in distances.items() if distance is not None}
        return candidates[min(near, key=near.__getitem__)].schema if near else None

    def _distance(self, candidate: _Candidate, values: list[Json]) -> tuple[int, int, float] | None:
        """Return how far values are from a type; None if it is too far.

        Unknown keys of the values themselves count before what is unknown inside of them.
        """
        observer = self._looked_at(read_type(candidate.schema, ""), values)
        known = len(observer.seen) - len(observer.unknown)
        known_values = len(observer.seen_values) - len(observer.values)
        is_other = observer.others or observer.absent or observer.formats
        if is_other or len(observer.unknown) * _NEEDED[candidate.rank] > known or len(observer.values) > known_values:
            return None
        own = {*references(candidate.schema)}
        strange = sum(place.partition(".")[0] in own for place in observer.unknown)
        return strange, candidate.rank, observer.news / max(known, 1)

    def _looked_at(self, type_: Type, values: list[Json]) -> Observer:
        observer = Observer(self._api)
        for value in values:
            observer.look("", type_, value)
            if observer.others:
                break
        return observer
