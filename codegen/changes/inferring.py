"""Finds the type of values that the spec knows nothing of."""

from __future__ import annotations

from codegen.changes.api import Api
from codegen.changes.converting import is_name
from codegen.changes.observing import Observer, kind_of
from codegen.changes.tables import TYPE_KEYS, reference, rows, table
from codegen.types import Json, Reference, Type, read_type

_TEXTS = ("Tag", "Timestamp")
"""Kinds of text that can be told by their looks."""
_NEARLY = 3
"""How many fields have to be known for each thing that is not, before something counts as nearly known."""
_ENOUGH = 100
"""Values that are looked at to find a type."""
_FREE: dict[str, Json] = {"type": "object", "additionalProperties": True}


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
        found = [other.name for other in self._api.spec.models if key in {each.wire_name for each in other.properties}]
        written = [self._api.written(f"{name}.{key}") for name in found]
        twins = [{each: schema[each] for each in TYPE_KEYS if each in schema} for schema in written]
        known = self._closest([*twins, *self._candidates(values)], values)
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
        return self._distance(type_, values) == 0

    def _candidates(self, values: list[Json]) -> list[dict[str, Json]]:
        """Return every model, or a list of every model, where values may be such; small ones first."""
        models = sorted(self._api.spec.models, key=lambda model: len(model.properties))
        found = [reference(model.name) for model in models]
        if all(isinstance(value, dict) for value in values):
            return found
        are_lists = all(isinstance(value, list) for value in values) and any(values)
        return [{"type": "array", "items": each} for each in found] if are_lists else []

    def _closest(self, types: list[dict[str, Json]], values: list[Json]) -> dict[str, Json] | None:
        """Return the type that values are of, or nearly so; of equally good ones the first."""
        some = values[:_ENOUGH]
        distances = [self._distance(read_type(schema, ""), some) for schema in types]
        best = min((each for each in distances if each is not None), default=None)
        return None if best is None else types[distances.index(best)]

    def _distance(self, type_: Type, values: list[Json]) -> float | None:
        """Return how much is new about values, for each field that is known; None if it is too much."""
        observer = Observer(self._api)
        for value in values:
            observer.look("", type_, value)
            if observer.others:
                return None
        known = len(observer.seen) - len(observer.unknown)
        return observer.news / max(known, 1) if observer.news * _NEARLY <= known else None
