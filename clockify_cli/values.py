"""`dataclass` and its helpers, at a fraction of the start-up cost.

The standard decorator generates the source of six methods for each class and compiles it whenever
the program starts: a third of a millisecond per class, and a command loads sixty. Here the methods
are written once and shared by all classes; a class only adds the names of its fields.

To a type checker these are the standard ones, and they behave the same for everything used here:
``frozen``, ``slots``, ``kw_only``, ``eq`` and ``repr`` of a class, ``default``, ``default_factory``
and ``metadata`` of a field. The standard `fields`, `replace` and `asdict` accept these values too.
Annotations have to be text (``from __future__ import annotations``).
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

_MISSING: Any = object()
_set = object.__setattr__


class _Field:
    """One field: its name, and its default."""

    __slots__ = ("default", "default_factory", "metadata", "name")

    def __init__(
        self,
        default: Any = _MISSING,
        default_factory: Callable[[], Any] | None = None,
        metadata: Mapping[Any, Any] | None = None,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.metadata: Mapping[Any, Any] = metadata or {}


class _Plan:
    """What the methods of a class need to know about it."""

    __slots__ = (
        "defaults",
        "factories",
        "fields",
        "known",
        "names",
        "positional",
        "prepare",
        "read",
    )

    def __init__(self, cls: type, own: Iterable[_Field], kw_only: bool) -> None:
        found: dict[str, _Field] = {}
        by_place: list[str] = []
        for base in _bases(cls):
            found.update({field.name: field for field in base.fields})
            by_place += base.positional
        for field in own:
            if field.name not in found and not kw_only:
                by_place.append(field.name)
            found[field.name] = field
        self.fields: tuple[_Field, ...] = tuple(found.values())
        self.names = tuple(found)
        self.known = frozenset(found)
        self.positional: tuple[str, ...] = tuple(dict.fromkeys(by_place))
        self.defaults = {
            field.name: field.default for field in self.fields if field.default is not _MISSING
        }
        self.factories = [field for field in self.fields if field.default_factory is not None]
        self.prepare: Callable[[Any], None] | None = getattr(cls, "__post_init__", None)
        self.read = _reader(self.names)


def _bases(cls: type) -> Iterator[_Plan]:
    """Yield the plans of the base classes of *cls*, the topmost first."""
    for base in reversed(cls.__mro__[1:]):
        if "__plan__" in base.__dict__:
            yield base.__dict__["__plan__"]


def _reader(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that gives all of *names* of a value as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    plan: _Plan = self.__plan__
    given = {**plan.defaults, **kwargs}
    if args:
        given = {**plan.defaults, **dict(zip(plan.positional, args, strict=False)), **kwargs}
    for field in plan.factories:
        if field.name not in given and field.default_factory is not None:
            given[field.name] = field.default_factory()
    if args or given.keys() != plan.known:
        _check(self, plan, args, kwargs, given)
    for name in plan.names:
        _set(self, name, given[name])
    if plan.prepare is not None:
        plan.prepare(self)


def _check(
    self: object,
    plan: _Plan,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    given: Mapping[str, Any],
) -> None:
    """Raise TypeError if something is missing, unknown or given twice."""
    by_place = plan.positional[: len(args)]
    if len(by_place) < len(args):
        raise TypeError(f"{type(self).__name__} takes {len(by_place)} positional arguments")
    if args and kwargs and not kwargs.keys().isdisjoint(by_place):
        raise TypeError(f"{type(self).__name__} got an argument twice")
    if given.keys() != plan.known:
        wrong = ", ".join(sorted(given.keys() ^ plan.known))
        raise TypeError(f"{type(self).__name__}: missing or unknown: {wrong}")


def _eq(self: Any, other: Any) -> object:
    if other.__class__ is not self.__class__:
        return NotImplemented
    read: Callable[[Any], tuple[Any, ...]] = self.__plan__.read
    return read(self) == read(other)


def _hash(self: Any) -> int:
    return hash(self.__plan__.read(self))


def _repr(self: Any) -> str:
    inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__plan__.names)
    return f"{self.__class__.__qualname__}({inner})"


def _refuse_set(_self: object, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _get_state(self: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = self.__plan__.read(self)
    return found


def _set_state(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__plan__.names, state, strict=True):
        _set(self, name, value)


class _StandardFields:
    """The fields in the form that the standard library expects, made on demand."""

    def __get__(self, _value: object, owner: Any) -> dict[str, Any]:
        import dataclasses

        made: dict[str, Any] = {}
        for mine in owner.__plan__.fields:
            field: Any = dataclasses.field(metadata=mine.metadata)
            field.name = mine.name
            field._field_type = vars(dataclasses)["_FIELD"]
            made[mine.name] = field
        owner.__dataclass_fields__ = made
        return made


def _dataclass(cls: Any = None, /, **how: bool) -> Any:
    """Make a class of values, like the standard decorator of this name."""
    return _made(cls, **how) if cls is not None else lambda cls: _made(cls, **how)


def _made(
    cls: type,
    *,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
    eq: bool = True,
    repr: bool = True,
) -> type:
    own = _own_fields(cls)
    plan = _Plan(cls, own.values(), kw_only)
    methods: dict[str, Any] = {"__init__": _init}
    if repr:
        methods["__repr__"] = _repr
    if eq:
        methods |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
    if frozen:
        methods |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
    if frozen and slots:
        methods |= {"__getstate__": _get_state, "__setstate__": _set_state}
    written = {name for name, value in cls.__dict__.items() if value is not None}
    space = {name: method for name, method in methods.items() if name not in written}
    space |= {
        "__plan__": plan,
        "__match_args__": plan.positional,
        "__dataclass_fields__": _StandardFields(),
    }
    return _slotted(cls, own, space) if slots else _filled(cls, own, space)


def _own_fields(cls: type) -> dict[str, _Field]:
    """Return the fields declared in the body of *cls*."""
    own: dict[str, _Field] = {}
    for name, kind in vars(cls).get("__annotations__", {}).items():
        if not kind.startswith("ClassVar"):
            given = cls.__dict__.get(name, _MISSING)
            own[name] = given if type(given) is _Field else _Field(given)
            own[name].name = name
    return own


def _filled(cls: type, own: Mapping[str, _Field], space: Mapping[str, Any]) -> type:
    """Return *cls* itself with all of *space*; defaults stay class attributes."""
    for name, value in space.items():
        setattr(cls, name, value)
    for name, field in own.items():
        if field.default is not _MISSING:
            setattr(cls, name, field.default)
        elif name in cls.__dict__:
            delattr(cls, name)
    return cls


def _slotted(cls: type, own: Mapping[str, _Field], space: Mapping[str, Any]) -> type:
    """Return a new class like *cls* with a slot for each field, as slots cannot be added later."""
    inherited = {name for base in _bases(cls) for name in base.names}
    left_out = {"__dict__", "__weakref__", *own}
    body = {name: value for name, value in cls.__dict__.items() if name not in left_out}
    body |= {**space, "__slots__": tuple(name for name in own if name not in inherited)}
    made: type = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _replace(value: Any, /, **changes: Any) -> Any:
    """Return a value like *value* with *changes*."""
    plan: _Plan = value.__plan__
    return type(value)(**{**dict(zip(plan.names, plan.read(value), strict=True)), **changes})


def _fields(value: Any) -> tuple[_Field, ...]:
    """Return the fields of a class or a value, in order."""
    plan: _Plan = value.__plan__
    return plan.fields


def _is_dataclass(value: object) -> bool:
    """Return whether *value* is a class of values, or one of its values."""
    return hasattr(value, "__plan__")


if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, is_dataclass, replace
else:
    dataclass, field, fields, replace = _dataclass, _Field, _fields, _replace
    is_dataclass = _is_dataclass

__all__ = ["dataclass", "field", "fields", "is_dataclass", "replace"]
