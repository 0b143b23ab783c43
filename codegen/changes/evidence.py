"""What speaks for a type at a place, beside the values there: everything seen elsewhere, and the names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property

from codegen.changes.api import Api, references, referred
from codegen.changes.observing import News, Observer
from codegen.types import Json, Plain

_SAYS_NOTHING = frozenset({"", "get", "list", "item", "answer"})
"""Words that are in names of any kind of thing."""
_TELLING = 1000
"""Smaller numbers are much the same everywhere."""


class Evidence:
    """All that is known apart from one place.

    Attributes:
        place: the place.
        sure: new fields that are elsewhere for certain.
        types: what is thought of other places that the spec does not know.
    """

    def __init__(
        self,
        api: Api,
        place: str,
        name: str,
        elsewhere: Sequence[Observer],
        sure: frozenset[str],
        types: Mapping[str, dict[str, Json]],
    ) -> None:
        """Take what is known.

        Args:
            api: the spec.
            place: the place.
            name: what it is called, if that is not what the place says.
            elsewhere: notes of all other places.
            sure: new fields that are at places with types that are certain.
            types: what is thought of other places that the spec does not know.
        """
        self.place = place
        self.sure = sure
        self._api = api
        self._name = name
        self._elsewhere = elsewhere
        self.types = types
        self._known_scalars: dict[str, dict[str, set[str | float]]] = {}

    @cached_property
    def news(self) -> News:
        """What the spec does not know, and other places have shown."""
        return frozenset[tuple[str, ...]]().union(*(each.news for each in self._elsewhere))

    @cached_property
    def faults(self) -> News:
        """What is otherwise than the spec says at other places."""
        return frozenset[tuple[str, ...]]().union(*(each.faults for each in self._elsewhere))

    def is_led_to(self, name: str) -> bool:
        """Whether other places lead to a schema."""
        return name in self._led_to

    @cached_property
    def _led_to(self) -> frozenset[str]:
        found = (name for type_ in self.types.values() for name in references(type_))
        return self._api.reached | self._api.led_to(found)

    def has_seen(self, model: str) -> bool:
        """Whether objects of a model were seen elsewhere."""
        return any(each.models[model] for each in self._elsewhere)

    def presence(self, model: str, key: str) -> float | None:
        """Return in which share of a model's objects elsewhere a field is; None if there are none."""
        total = sum(each.models[model] for each in self._elsewhere)
        return sum(each.seen[f"{model}.{key}"] for each in self._elsewhere) / total if total else None

    def shared(self, seen: Observer, model: str) -> float:
        """Return which share of the values in a model's fields is known from there, and from no other."""
        shares = list[float]()
        for key in (field.partition(".")[2] for field in seen.scalars if field.startswith(f"{model}.")):
            here, there = {*filter(_tells, seen.scalars[f"{model}.{key}"])}, self._scalars(key)
            if here and there.get(model):
                known = here & there[model]
                shares.append(sum(1 / sum(value in each for each in there.values()) for value in known) / len(here))
        return sum(shares) / len(shares) if shares else 0

    def _scalars(self, key: str) -> dict[str, set[str | float]]:
        """Return the values of all fields that are called the same, by model."""
        if key not in self._known_scalars:
            found = self._known_scalars.setdefault(key, {})
            for place, scalars in ((place, each.scalars[place]) for each in self._elsewhere for place in each.scalars):
                model, _, other = place.partition(".")
                if other == key:
                    found.setdefault(model, set()).update(scalars)
        return self._known_scalars[key]

    # -- names -----------------------------------------------------------------------------------

    @cached_property
    def _key(self) -> tuple[str, ...]:
        """The words of the field's own name; of the whole name if it only says that there are items."""
        return words(self.place.partition(".")[2]) or self._words

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return words(self._name or self.place)

    def alike(self, name: str) -> float:
        """Return which share of words the name of a schema has in common with the name of the place."""
        own, others = {*words(name)}, {*self._words}
        return len(own & others) / len(own | others) if own & {*self._key} else 0

    def twinship(self, name: str) -> float:
        """Return how much fields called like this one are of a schema: 1 if all called the same are."""
        likeness, twins = self._twins
        return likeness * sum(name in names for names in twins) / len(twins) if twins else 0

    def is_twin(self, name: str) -> bool:
        """Whether a field that is called the same is of a schema, or one beside it ends in the same word and is."""
        return any(name in names for names in [*self._namesakes, *self._siblings])

    @cached_property
    def only_twin(self) -> str:
        """The one model that all such fields are of, those beside this one if there are any; empty if there is none."""
        models = frozenset[str]().union(*(self._siblings or self._namesakes)) & self._api.fields.keys()
        return next(iter(models)) if len(models) == 1 else ""

    @property
    def _namesakes(self) -> list[frozenset[str]]:
        likeness, twins = self._twins
        return twins if likeness == 1 else []

    @cached_property
    def _siblings(self) -> list[frozenset[str]]:
        """What models the fields are of that stand beside this one and end in the same word."""
        beside = self._api.fields.get(self.place.partition(".")[0], {}).items()
        found = (frozenset(referred(each.type)) for key, each in beside if _shared_end(self._key, words(key)))
        return [models for names in found if (models := names & self._api.fields.keys())]

    @cached_property
    def _twins(self) -> tuple[float, list[frozenset[str]]]:
        """How much the fields with the most similar names are called like this one, and what schemas they are of."""
        likeness = {key: self._same_end(words(key)) for key, _ in self._fields}
        best = max(likeness.values(), default=0)
        return best, [names for key, names in self._fields if likeness[key] == best] if best else []

    def ending(self, name: str) -> int:
        """Return how many words at the end of the field's name are those at the end of a schema's."""
        return _shared_end(self._key, words(name))

    @property
    def is_number(self) -> bool:
        """Whether all fields that are called the same are numbers with fractions."""
        key = self.place.partition(".")[2]
        found = [each.type for model in self._api.spec.models for each in model.properties if each.wire_name == key]
        return {each.kind if isinstance(each, Plain) else "" for each in found} == {"number"}

    def _same_end(self, other: tuple[str, ...]) -> float:
        return _shared_end(self._key, other) / max(len(self._key), len(other), 1)

    @cached_property
    def _fields(self) -> list[tuple[str, frozenset[str]]]:
        """Names of fields elsewhere, with the names of the schemas they are of."""
        known = (
            (each.wire_name, frozenset(referred(each.type)))
            for model in self._api.spec.models
            for each in model.properties
        )
        found = ((place.partition(".")[2], frozenset(references(schema))) for place, schema in self.types.items())
        return [(key, names) for key, names in (*known, *found) if names and words(key)]


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name that say something, in lower case and singular.

    >>> words("PlayerLegendStatistics.bestSeasons")
    ('player', 'legend', 'statistic', 'best', 'season')
    """
    found = (each.lower() for each in re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", name))
    singular = (re.sub("ies$", "y", each) if each.endswith("ies") else re.sub("(?<=..)s$", "", each) for each in found)
    return tuple(each for each in singular if each not in _SAYS_NOTHING)


def _shared_end(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    pairs = [*zip(reversed(one), reversed(other), strict=False)]
    return next((index for index, (mine, theirs) in enumerate(pairs) if mine != theirs), len(pairs))


def _tells(value: Json) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and value >= _TELLING)
