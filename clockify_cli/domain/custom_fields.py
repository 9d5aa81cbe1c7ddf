"""The custom fields of a workspace, and what a person types for one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from clockify_cli.domain.names import fold, quoted
from clockify_cli.errors import Ambiguous, NotFound, UsageError
from clockify_cli.values import dataclass

NONE = "none"
"""The word that takes a value away."""

MAX_TEXT = 3000
_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})

Value = bool | int | float | str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A field that a workspace adds to its entries.

    *type* is Clockify's word (TXT, NUMBER, DROPDOWN_SINGLE, DROPDOWN_MULTIPLE, CHECKBOX, LINK).
    *allowed* are the choices of a dropdown. *filled*: Clockify fills it in where nothing is said.
    """

    id: str
    name: str
    type: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    filled: bool = False


def split_field(text: str, fields: Sequence[CustomField]) -> tuple[str, str]:
    """NAME and VALUE of *text*; a NAME that holds ``=`` itself counts where *fields* have it.

    Raises UsageError without ``=``.
    """
    places = [place for place, char in enumerate(text) if char == "="]
    if not places:
        raise UsageError(
            f'"{quoted(text)}" is not a NAME=VALUE',
            "Such as --field 'Ticket=ABC-12' or Ticket=none.",
        )
    known = {fold(field.name) for field in fields}
    place = next((at for at in places if fold(text[:at]) in known), places[0])
    return text[:place].strip(), text[place + 1 :].strip()


def find_field(name: str, fields: Sequence[CustomField]) -> CustomField:
    """The one of *fields* that *name*, a name or an id, means. Raises NotFound or Ambiguous."""
    exact = [field for field in fields if name in (field.id, field.name)]
    found = exact or [field for field in fields if fold(field.name) == fold(name)]
    if not found:
        names = ", ".join(quoted(field.name) for field in fields)
        raise NotFound(
            f'no custom field is called "{quoted(name)}"',
            f"There are: {names}." if names else "The workspace has none.",
            code="field-not-found",
        )
    if len(found) > 1:
        raise Ambiguous(
            f'"{quoted(name)}" fits {len(found)} custom fields',
            "Give the id.",
            details=tuple(f"{quoted(field.name)}    {field.id}" for field in found),
        )
    return found[0]


def read_value(field: CustomField, text: str) -> Value:
    """What *text* means as a value of *field*. Raises UsageError that names what would do."""
    match field.type:
        case "NUMBER":
            return _number(field, text)
        case "CHECKBOX":
            return _checkbox(field, text)
        case "DROPDOWN_SINGLE":
            return _choice(field, text)
        case "DROPDOWN_MULTIPLE":
            return _choices(field, text)
        case "LINK":
            return _link(field, text)
        case _:
            return _text(field, text)


def checked(field: CustomField, value: object) -> Value:
    """*value*, of JSON, as one of *field*. Raises UsageError that names what would do."""
    if field.type == "DROPDOWN_MULTIPLE" and isinstance(value, list):
        return list(dict.fromkeys(_choice(field, str(one)) for one in value))
    if isinstance(value, bool):
        return read_value(field, "yes" if value else "no")
    if isinstance(value, (int, float, str)):
        return read_value(field, str(value))
    raise _refusal(field, json.dumps(value)[:40], "Give one value, as Clockify writes it.")


def with_values(text: str, values: Mapping[str, Value | None]) -> str:
    """JSON *text* of an entry's custom fields, with *values* by id; None takes one away."""
    if not values:
        return text
    said = {one["customFieldId"]: one["value"] for one in json.loads(text)}
    said |= values
    kept = [
        {"customFieldId": id_, "value": value} for id_, value in said.items() if value is not None
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def ids_said(text: str) -> frozenset[str]:
    """The ids of the fields that have a value in JSON *text* of an entry's custom fields."""
    return frozenset(
        one["customFieldId"] for one in json.loads(text) if one["value"] not in (None, "", [])
    )


def _refusal(field: CustomField, text: str, wanted: str) -> UsageError:
    return UsageError(
        f'"{quoted(text)}" is not a value for the custom field "{quoted(field.name)}"', wanted
    )


def _number(field: CustomField, text: str) -> int | float:
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _refusal(field, text, "Give a number, such as 12 or 0.5.") from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise _refusal(field, text, "Give a number, such as 12 or 0.5.")
    return int(number) if number == int(number) else float(number)


def _checkbox(field: CustomField, text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise _refusal(field, text, "Give yes or no.")
    return word in _YES


def _choice(field: CustomField, text: str) -> str:
    exact = [choice for choice in field.allowed if choice == text]
    found = exact or [choice for choice in field.allowed if fold(choice) == fold(text)]
    if len(found) != 1:
        choices = ", ".join(quoted(choice) for choice in field.allowed)
        raise _refusal(field, text, f"Give one of: {choices}.")
    return found[0]


def _choices(field: CustomField, text: str) -> list[str]:
    if any(fold(choice) == fold(text) for choice in field.allowed):
        return [_choice(field, text)]
    return list(dict.fromkeys(_choice(field, part.strip()) for part in text.split(",")))


def _link(field: CustomField, text: str) -> str:
    address = _text(field, text)
    if not address.casefold().startswith(("http://", "https://")) or " " in address:
        raise _refusal(field, text, "Give an address that begins with https:// or http://.")
    return address


def _text(field: CustomField, text: str) -> str:
    if not text:
        raise _refusal(field, text, f"Give a text, or {NONE} to take it away.")
    if len(text) > MAX_TEXT:
        raise _refusal(field, text[:40], f"It has at most {MAX_TEXT} characters.")
    if not text.isprintable():
        raise _refusal(field, text, "Leave out control characters and line breaks.")
    return text
