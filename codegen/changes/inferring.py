"""Finds the types of all that answers hold and the spec does not know.

One place tells of another: what a field is says what the fields inside of it are, and a model that has one place need
not have another. So all places are looked at again until nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from codegen.changes.api import Api, references
from codegen.changes.evidence import Evidence
from codegen.changes.observing import Observer, is_key, kind_of
from codegen.changes.tables import reference, rows, table
from codegen.types import Enumeration, Json, read_type

_ROUNDS = 10
_WORTH_LEADING = 3.0
"""How many new fields it is worth to lead to a schema that nothing else leads to."""
_WORTH_PRESENCE = 1.0
"""How many new fields it costs if a field is always there in one place and never in another."""
_WORTH_TEXT = 0.25
"""How many new values it costs to say nothing of a text."""
_NAMED, _NAMED_AFTER = 0.8, 0.3
"""Shares of words that names have in common: of a type and its one place, and of a kind of text and its field."""
_NEEDED, _NEEDED_MORE = 2, 3
"""How many things have to be known for each that is not: of what has no other place, and otherwise."""
_NEEDED_OF_SEEN = 7
"""The same for the first that is new in a model of which objects were seen elsewhere without it."""
_EXPECTED = 3
"""How many more may be new than are known of what is nowhere else, and has the right name."""
_MOST_KEYS, _MOST_RARE_KEYS = 20, 5
"""How many fields a model may have that are all of one kind, and if most objects have less than half of them."""
_FREE: dict[str, Json] = {"type": "object", "additionalProperties": True}


class Inference:
    """Types for values at places that the spec does not know: fields such as ``Player.role``, and whole answers.

    Attributes:
        types: what was found, by place.
        models: the models that had to be invented.
        notes: what there is to say of the values at each place, now that their type is known.
    """

    def __init__(self, api: Api, heard: Observer, answers: Mapping[str, list[Json]], names: Mapping[str, str]) -> None:
        """Find all types.

        Args:
            api: the spec.
            heard: what was seen in answers of the operations that it has.
            answers: what other operations answered, such as ``GET /things``.
            names: what their answers would be called.
        """
        self.types: dict[str, dict[str, Json]] = {}
        self.notes: dict[str, Observer] = {}
        self._invented: dict[str, str] = {}
        self._api = api
        self._heard = heard
        self._answers = answers
        self._names = names
        self._values: dict[str, list[Json]] = {}
        self._settle()

    @property
    def models(self) -> dict[str, dict[str, Json]]:
        """The models that had to be invented."""
        return {name: self._model(name) for name in self._invented.values()}

    def _model(self, name: str) -> dict[str, Json]:
        fields = {place.partition(".")[2]: type_ for place, type_ in self.types.items() if place.startswith(f"{name}.")}
        return {"type": "object", "required": ["items"] if "items" in fields else [], "properties": {**fields}}

    # -- all places --------------------------------------------------------------------------------

    def _settle(self) -> None:
        self._spread()
        for _ in range(_ROUNDS):
            before = dict(self.types)
            self._type_all(sorted(self._values.keys() - self._answers.keys()))
            self._type_all(sorted(self._answers))  # last, since they have to go with what fields are known to be
            if self.types == before:
                return

    def _type_all(self, places: list[str]) -> None:
        for place in places:
            self.types[place] = self._type(self._evidence(place), self._values[place])
        self._spread()

    def _spread(self) -> None:
        """Look at all values as their types have them, and at what that shows inside of them."""
        self._values, self.notes = defaultdict(list), {}
        waiting = [*self._heard.unknown.items(), *self._answers.items()]
        while waiting:
            place, values = waiting.pop(0)
            if place not in self._answers and not is_key(place.partition(".")[2]):
                continue
            self._values[place] += values
            if place in self.types:
                notes = self._looked_at(self.types[place], values, place)
                waiting += notes.unknown.items()
                self.notes.setdefault(place, Observer(self._api)).add(notes)
        self.types = {place: type_ for place, type_ in self.types.items() if place in self._values}
        self._invented = {place: name for place, name in self._invented.items() if place in self._values}

    def _evidence(self, place: str) -> Evidence:
        """Return all that is known without what was thought of a place."""
        waiting, found = [*self._heard.unknown, *self._answers], list[str]()
        while waiting:
            other = waiting.pop()
            if other != place and other not in found and other in self.notes:
                found.append(other)
                waiting += self.notes[other].unknown
        types = {other: self.types[other] for other in self._values if other != place and other in self.types}
        elsewhere = [self._heard, *(self.notes[other] for other in found)]
        sure = [self._heard, *(self.notes[other] for other in found if self._is_sure(other))]
        fields = frozenset(field for each in sure for field in each.unknown)
        return Evidence(self._api, place, self._names.get(place, ""), elsewhere, fields, types)

    def _is_sure(self, place: str) -> bool:
        """Whether the model at a place knows all fields there, so that nothing speaks against it."""
        models = {*references(self.types[place])}
        return not any(field.partition(".")[0] in models for field in self.notes[place].unknown)

    # -- one place ---------------------------------------------------------------------------------

    def _type(self, evidence: Evidence, values: list[Json]) -> dict[str, Json]:
        some: list[Json] = [value for value in values if value is not None]
        known: dict[str, Json] = self._of_kinds(evidence, some) if some else {"type": "null"}
        return known if len(some) in (0, len(values)) else nullable(known)

    def _of_kinds(self, evidence: Evidence, values: list[Json]) -> dict[str, Json]:
        kinds = dict.fromkeys(map(kind_of, values))
        if named := self._alias(evidence, values):
            return reference(named)
        if {*kinds} == {"integer", "number"}:
            return {"type": "number"}
        found = [self._of_kind(evidence, kind, [each for each in values if kind_of(each) == kind]) for kind in kinds]
        return found[0] if len(found) == 1 else {"anyOf": [*found]}

    def _of_kind(self, evidence: Evidence, kind: str, values: list[Json]) -> dict[str, Json]:
        match kind:
            case "object":
                return self._object(evidence, values)
            case "array":
                items = [item for value in values for item in rows(value)]
                return {"type": "array", "items": self._type(evidence, items) if items else self._object(evidence, [])}
            case "integer" if evidence.is_number:
                return {"type": "number"}
            case _:
                return {"type": kind}

    def _object(self, evidence: Evidence, values: list[Json]) -> dict[str, Json]:
        """Return the model that objects are of, or nearly so; an invented one if there is none."""
        keys = {key for value in values for key in table(value)}
        if not values and evidence.only_twin:
            return reference(evidence.only_twin)
        if not all(map(is_key, keys)):
            return {**_FREE}
        costs = {
            name: self._cost(evidence, name, values, keys) for name in self._api.fields.keys() - self._api.withdrawn
        }
        near = {name: cost for name, cost in costs.items() if cost is not None}
        if near:
            return reference(min(near, key=lambda name: (near[name], name)))
        is_model = keys and not _is_mapping([table(value) for value in values], keys)
        return reference(self._invent(evidence.place)) if is_model else {**_FREE}

    def _invent(self, place: str) -> str:
        if place not in self._invented:
            model, _, key = place.partition(".")
            name = self._names.get(place) or f"{model}{key[:1].upper()}{key[1:]}"
            while self._api.schema(name) or name in self._invented.values():
                name = f"{name}Value"
            self._invented[place] = name
        return self._invented[place]

    def _cost(self, evidence: Evidence, name: str, values: list[Json], keys: set[str]) -> float | None:
        """Return how far objects are from a model, in fields that would be new; None if it is too far."""
        fields = self._api.fields[name]
        if any(each.required and key not in keys and keys for key, each in fields.items()):
            return None
        if keys.isdisjoint(fields) and evidence.alike(name) < _NAMED:
            return None
        seen = self._looked_at(reference(name), values, evidence.place, is_trial=True)
        if seen.faults - evidence.faults:
            return None
        for field in [field for field in seen.unknown if field in evidence.types]:
            seen.add(self._looked_at(evidence.types[field], seen.unknown[field], field))
        if seen.faults - evidence.faults:
            return None
        new = seen.news - evidence.news
        own = sum(1 for field in seen.unknown if field.startswith(f"{name}.") and field not in evidence.sure)
        leads, alike, twinship = not evidence.is_led_to(name), evidence.alike(name), evidence.twinship(name)
        inside = len(seen.unknown.keys() - evidence.sure) - own
        if not self._is_near(evidence, name, len(keys) - own, own) or inside > len(seen.seen) - len(seen.unknown):
            return None
        apart = sum(self._apart(evidence, seen, name, key) for key in keys | fields.keys()) if keys else 0
        likely = 2 * alike + twinship + evidence.shared(seen, name) + _WORTH_LEADING * leads
        return len(new) + _WORTH_PRESENCE * apart - likely

    def _apart(self, evidence: Evidence, seen: Observer, name: str, key: str) -> float:
        """Return how much oftener a known field is in a model's objects at one place than at others."""
        place, elsewhere = f"{name}.{key}", evidence.presence(name, key)
        is_known = key in self._api.fields[name] or ("field", place) in evidence.news
        return abs(elsewhere - seen.seen[place] / seen.models[name]) if is_known and elsewhere is not None else 0

    def _alias(self, evidence: Evidence, values: list[Json]) -> str:
        """Return the name of the kind of text, or number, that values are of; empty if there is none."""
        if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
            return ""
        different = [*dict.fromkeys(values)]
        costs = {name: self._cost_of_alias(evidence, name, different) for name in self._api.aliases}
        near = {name: cost for name, cost in costs.items() if cost is not None and cost < _WORTH_TEXT}
        return min(near, key=lambda name: (near[name], name), default="")

    def _cost_of_alias(self, evidence: Evidence, name: str, values: list[Json]) -> float | None:
        seen, type_ = self._looked_at(reference(name), values, evidence.place, is_trial=True), self._api.aliases[name]
        if seen.faults - evidence.faults:
            return None
        leads, alike, twinship = not evidence.is_led_to(name), evidence.alike(name), evidence.twinship(name)
        if not isinstance(type_, Enumeration):
            is_telling = self._api.tells(name) or evidence.is_twin(name) or evidence.ending(name) > 1
            return -twinship - alike if is_telling else None
        new, texts = len(seen.news - evidence.news), len(values)
        is_named_after = leads and alike >= _NAMED_AFTER and evidence.ending(name)
        if not (is_named_after and new <= texts - new + _EXPECTED) and not self._is_near(
            evidence, name, texts - new, new
        ):
            return None
        unseen = 1 - (texts - new) / len(type_.values)
        return new + unseen - _WORTH_LEADING * leads - alike - twinship

    def _is_near(self, evidence: Evidence, name: str, known: int, new: int) -> bool:
        """Whether enough is known of values to take them for what they nearly are."""
        leads, is_named = not evidence.is_led_to(name), evidence.alike(name) >= _NAMED
        if is_named:
            return new <= known + (_EXPECTED if leads else 0)
        if not leads and evidence.has_seen(name):
            return 0 < known >= new**2 * _NEEDED_OF_SEEN
        return 0 < known >= new * (_NEEDED if leads or evidence.is_twin(name) else _NEEDED_MORE)

    def _looked_at(self, type_: dict[str, Json], values: list[Json], place: str, *, is_trial: bool = False) -> Observer:
        observer, read = Observer(self._api), read_type(type_, "")
        for value in values:
            observer.look(place, read, value)
            if is_trial and observer.others:
                break
        return observer


def _is_mapping(objects: list[dict[str, Json]], keys: set[str]) -> bool:
    """Whether the keys of objects are data: there are many, or others each time, and what they stand for is alike."""
    if len({kind_of(value) for each in objects for value in each.values()} - {"null"}) > 1:
        return False
    is_rare = sum(map(len, objects)) < len(keys) * len(objects) / 2
    return len(keys) > (_MOST_RARE_KEYS if is_rare else _MOST_KEYS)


def nullable(schema: dict[str, Json]) -> dict[str, Json]:
    """Return a type that is null as well."""
    if schema.keys() == {"type"}:
        return {"type": [schema["type"], "null"]}
    return {"anyOf": [*(rows(schema.get("anyOf")) or [schema]), {"type": "null"}]}
