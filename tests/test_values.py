"""Tests that our `dataclass` makes classes that behave like those of the standard one."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from clockify_cli import values


def family(kit: Any) -> dict[str, Any]:
    """Return one class of each kind that the program uses, made by *kit*."""

    @kit.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2
        kind: ClassVar[str] = "point"

        @property
        def sum(self) -> int:
            return self.x + self.y

    @kit.dataclass(frozen=True, slots=True)
    class Named(Point):
        name: str = ""
        y: int = 5

    @kit.dataclass(frozen=True, slots=True, kw_only=True)
    class Words:
        first: str
        rest: tuple[str, ...] = ()

    @kit.dataclass(slots=True)
    class Basket:
        owner: str
        things: list[str] = kit.field(default_factory=list)

        def __post_init__(self) -> None:
            self.owner = self.owner.upper()

    @kit.dataclass(frozen=True)
    class Asked:
        at: str | None = kit.field(default=None, metadata={"names": ("--at",)})
        json: bool = False

    @kit.dataclass(frozen=True, slots=True, eq=False)
    class Identity:
        n: int

    @kit.dataclass(frozen=True, slots=True, repr=False)
    class Secret:
        key: str

    @kit.dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    made = (Point, Named, Words, Basket, Asked, Identity, Secret, Nothing)
    return {cls.__name__: cls for cls in made}


OURS, STANDARD = family(values), family(dataclasses)

# Each line runs with both: it must give the same result or raise the same error.
SAME = [
    "str(Point(1))",
    "Point(1, 3).sum, Point(x=1).y, Point.kind",
    "Point()",
    "Point(1, 2, 3)",
    "Point(1, x=1)",
    "Point(1, z=1)",
    "Point(1) == Point(1, 2), Point(1) == Point(2), Point(1) == (1, 2), Point(1) != Point(2)",
    "len({Point(1), Point(1, 2), Point(2)})",
    "Point(1) == Named(1, 2)",
    "str(Named(1)), str(Named(1, 2, 'a'))",
    "Named.__match_args__, Words.__match_args__, Point.__match_args__",
    "setattr(Point(1), 'x', 2)",
    "delattr(Point(1), 'x')",
    "hasattr(Point(1), '__dict__'), hasattr(Named(1), '__dict__'), hasattr(Asked(), '__dict__')",
    "str(Words(first='a')), str(Words(first='a', rest=('b',)))",
    "Words('a')",
    "Words()",
    "str(Basket('me')), str(Basket('me', ['a']))",
    "Basket('a').things is Basket('a').things",
    "hash(Basket('a'))",
    "setattr(Basket('a'), 'other', 1)",
    "Asked().at, Asked(at='9').at, Asked.at, Asked.json, hash(Asked()) == hash(Asked())",
    "setattr(Asked(), 'at', '9')",
    "Identity(1) == Identity(1), Identity(1).n",
    "'abc' in str(Secret('abc')), Secret('abc') == Secret('abc')",
    "str(Nothing()), Nothing() == Nothing(), hash(Nothing()) == hash(Nothing())",
    "str(replace(Point(1), y=4)), str(replace(Words(first='a'), rest=('b',)))",
    "replace(Point(1), z=1)",
    "str(replace(Basket('a', ['b']), owner='c'))",
    "[f.name for f in fields(Named)], [f.name for f in fields(Point(1))]",
    "[dict(f.metadata) for f in fields(Asked)]",
    "Point.__name__, Point.__module__, Point.__qualname__.rpartition('.')[2]",
    "copy.copy(Point(1)) == Point(1), copy.deepcopy(Words(first='a')) == Words(first='a')",
]


def tried(line: str, classes: dict[str, Any], kit: Any) -> object:
    names = {**classes, "replace": kit.replace, "fields": kit.fields, "copy": copy}
    try:
        found = eval(line, names)
    except (TypeError, AttributeError) as error:
        return type(error)
    return str(found).replace("family.<locals>.", "")


@pytest.mark.parametrize("line", SAME)
def test_a_value_behaves_as_one_of_the_standard_library(line: str) -> None:
    ours, standard = tried(line, OURS, values), tried(line, STANDARD, dataclasses)
    assert ours == standard


@pytest.mark.parametrize(
    "use",
    [
        lambda value: dataclasses.replace(value, x=9),
        lambda value: dataclasses.asdict(value),
        lambda value: dataclasses.astuple(value),
        lambda value: [field.name for field in dataclasses.fields(value)],
        lambda value: dataclasses.is_dataclass(value),
    ],
    ids=["replace", "asdict", "astuple", "fields", "is_dataclass"],
)
def test_the_standard_functions_take_our_values(use: Callable[[Any], object]) -> None:
    point = OURS["Named"](1, 2, "a")
    same = STANDARD["Named"](1, 2, "a")
    assert str(use(point)) == str(use(same))


@values.dataclass(frozen=True, slots=True)
class Kept:
    text: str
    number: int = 1


def test_a_frozen_value_with_slots_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Kept("a", 2))) == Kept("a", 2)


def test_a_pattern_takes_a_value_apart() -> None:
    match Kept("a", 2):
        case Kept(text, number):
            assert (text, number) == ("a", 2)


def test_making_a_class_takes_a_quarter_of_the_standard_time() -> None:
    import gc
    from time import process_time

    def spent(kit: Any) -> float:
        # A whole collection, with the objects of all tests, would take much longer than this.
        gc.disable()
        begun = process_time()
        for _ in range(5):
            family(kit)
        gc.enable()
        return process_time() - begun

    family(values)
    family(dataclasses)
    assert spent(values) < spent(dataclasses) / 4
