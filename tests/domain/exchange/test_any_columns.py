"""Tests with reports of any columns: what is imported is right, the rest is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clockify_cli.domain.exchange.rows import ImportedEntry, ImportFile
from clockify_cli.errors import UsageError

from .files import read

FIELDS = (
    "project",
    "client",
    "description",
    "task",
    "user",
    "group",
    "email",
    "tags",
    "billable",
    "start date",
    "start time",
    "end date",
    "end time",
    "duration",
    "hours",
    "rate",
    "created",
)
HEADERS = {
    "en": "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,"
    "End Date,End Time,Duration (h),Duration (decimal),Billable Rate (USD),Date of creation",
    "de": "Projekt,Kunde,Beschreibung,Aufgabe,Benutzer,Gruppe,E-Mail,Tags,Abrechenbar,Startdatum,"
    "Startzeit,Enddatum,Endzeit,Dauer (h),Dauer (dezimal),Abrechenbarer Tarif (EUR),"
    "Erstellungsdatum",
    "fr": "Projet,Client,Description,Tâche,Utilisateur,Groupe,Email,Balises,Facturable,"
    "Date de début,Heure de début,Date de fin,Heure de fin,Durée (h),Durée (décimal),"
    "Taux facturable (USD),Date de création",
    "es": "Proyecto,Cliente,Descripción,Tarea,Usuario,Grupo,Correo electrónico,Etiquetas,"
    "Facturable,Fecha de inicio,Hora de inicio,Fecha de finalización,Hora de finalización,"
    "Duración (h),Duración (decimal),Tarifa facturable (USD),Fecha de creación",
    "pt": "Projeto,Cliente,Descrição,Tarefa,Usuário,Grupo,E-mail,Etiquetas,Faturável,"
    "Data de início,Hora de início,Data final,Hora de término,Duração (h),Duração (decimal),"
    "Taxa faturável (BRL),Data de criação",
    "it": "Progetto,Cliente,Descrizione,Attività,Utente,Gruppo,E-mail,Etichette,Fatturabile,"
    "Data di inizio,Ora di inizio,Data di fine,Ora di fine,Durata (h),Durata (decimale),"
    "Tariffa fatturabile (EUR),Data di creazione",
    "nl": "Project,Klant,Beschrijving,Taak,Gebruiker,Groep,E-mail,Labels,Factureerbaar,"
    "Startdatum,Starttijd,Einddatum,Eindtijd,Duur (h),Duur (decimaal),"
    "Factureerbaar tarief (EUR),Aanmaakdatum",
    "pl": "Projekt,Klient,Opis,Zadanie,Użytkownik,Grupa,E-mail,Tagi,Płatne,Data rozpoczęcia,"
    "Czas rozpoczęcia,Data zakończenia,Czas zakończenia,Czas trwania (h),"
    "Czas trwania (dziesiętny),Stawka (PLN),Data utworzenia",
}
NEW_NAMES = ("Activity", "Tätigkeit", "Cost centre", "PO number", "Abteilung 7", "Área", "x")
NEEDED = ("start date", "start time")
STANDARD = {"project", "client", "description", "task", "tags", "billable"}


@dataclass(frozen=True)
class Work:
    """A row of a report before its columns are chosen."""

    start: datetime
    seconds: int
    words: tuple[str, ...]
    billable: bool

    def cells(self) -> dict[str, str]:
        project, client, task, tag, text = self.words
        end = self.start + timedelta(seconds=self.seconds)
        minutes, second = divmod(self.seconds, 60)
        length = f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
        return {
            "project": project,
            "client": client,
            "description": text,
            "task": task,
            "user": "Ada",
            "group": "Crew",
            "email": "ada@example.com",
            "tags": tag,
            "billable": "Yes" if self.billable else "No",
            "start date": self.start.date().isoformat(),
            "start time": self.start.time().isoformat(),
            "end date": end.date().isoformat(),
            "end time": end.time().isoformat(),
            "duration": length,
            "hours": f"{self.seconds / 3600:.4f}",
            "rate": "85.00",
            "created": "2026-11-20",
        }


def words() -> st.SearchStrategy[tuple[str, ...]]:
    return st.tuples(*(st.sampled_from((f"{kind} 1", f"{kind} 2")) for kind in "PCTGD"))


WORK = st.builds(
    Work,
    # No clock changes in this period: clock changes have their own tests.
    st.integers(0, 10**6).map(
        lambda second: datetime(2026, 11, 2, tzinfo=UTC) + timedelta(seconds=second)
    ),
    st.integers(1, 80_000),
    words(),
    st.booleans(),
)


@st.composite
def reports(draw: st.DrawFn) -> tuple[list[Work], list[str], dict[str, str], bool]:
    """Draw rows, the fields with columns in order, all headings, and whether some are new."""
    fields = draw(st.permutations(FIELDS))
    dropped = draw(st.sets(st.sampled_from([one for one in FIELDS if one not in NEEDED])))
    fields = [one for one in fields if one not in dropped]
    assume({"end date", "end time"} <= set(fields) or {"duration", "hours"} & set(fields))
    language = draw(st.sampled_from(sorted(HEADERS)))
    headings = dict(zip(FIELDS, HEADERS[language].split(","), strict=True))
    renamed = draw(
        st.lists(
            st.tuples(
                st.sampled_from([*sorted(STANDARD), "group", "rate"]), st.sampled_from(NEW_NAMES)
            ),
            max_size=3,
            unique_by=(lambda one: one[0], lambda one: one[1]),
        )
    )
    headings |= dict(renamed)
    new = any(field in fields for field, _ in renamed)
    return draw(st.lists(WORK, min_size=1, max_size=5)), fields, headings, new


def written(rows: Sequence[Work], fields: Sequence[str], headings: dict[str, str]) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(headings[field] for field in fields)
    for row in rows:
        cells = row.cells()
        table.writerow(cells[field] for field in fields)
    return out.getvalue()


def tried(text: str) -> ImportFile | UsageError:
    """Return what *text* gives, or the error."""
    try:
        return read(text)
    except UsageError as refusal:
        return refusal


def seconds(file: ImportFile) -> int:
    return sum(int((row.end - row.start).total_seconds()) for row in file.rows)


def said_of(row: ImportedEntry, field: str) -> str:
    if field == "tags":
        return row.tags[0] if row.tags else ""
    if field == "billable":
        return {True: "Yes", False: "No", None: ""}[row.billable]
    return str(getattr(row, field))


@given(reports())
def test_what_is_taken_of_a_report_is_right_and_what_is_not_is_named(
    made: tuple[list[Work], list[str], dict[str, str], bool],
) -> None:
    rows, fields, headings, _ = made
    strange = [headings[field] for field in fields if headings[field] in NEW_NAMES]
    file = tried(written(rows, fields, headings))
    if isinstance(file, UsageError):
        assert file.code == "columns"
        assert strange
        assert all(f'"{heading}"' in file.message for heading in strange)
        return

    assert seconds(file) == sum(row.seconds for row in rows)
    notes = " ".join(file.notes)
    for field in fields:
        if field in STANDARD and headings[field] not in NEW_NAMES:
            wanted = [row.cells()[field] for row in rows]
            taken = [said_of(row, field) for row in file.rows]
            assert taken == wanted or f'"{headings[field]}"' in notes
        elif headings[field] in NEW_NAMES or field in ("group", "rate", "created"):
            assert f'"{headings[field]}"' in notes
    if strange:
        assert not STANDARD - set(fields)


@given(reports())
def test_what_a_person_says_of_the_new_names_gives_the_whole_report(
    made: tuple[list[Work], list[str], dict[str, str], bool],
) -> None:
    rows, fields, headings, _ = made
    assume({"project", "user"} <= set(fields))
    said = tuple(
        f"{field if field in STANDARD else 'skip'}={headings[field]}"
        for field in fields
        if headings[field] in NEW_NAMES
    )

    file = read(written(rows, fields, headings), columns=said)

    assert seconds(file) == sum(row.seconds for row in rows)
    for field in STANDARD & set(fields):
        assert [said_of(row, field) for row in file.rows] == [row.cells()[field] for row in rows]


@pytest.mark.parametrize("language", sorted(HEADERS))
def test_every_heading_of_a_language_is_understood(language: str) -> None:
    headings = dict(zip(FIELDS, HEADERS[language].split(","), strict=True))
    work = Work(datetime(2026, 11, 2, 9, tzinfo=UTC), 5400, ("P", "C", "T", "G", "D"), True)

    file = read(written([work], FIELDS, headings))

    (row,) = file.rows
    assert (row.client, row.project, row.task, row.tags, row.description, row.billable) == (
        *("C", "P", "T"),
        ("G",),
        "D",
        True,
    )
    assert file.person is not None
    assert (file.person.name, file.person.email) == ("Ada", "ada@example.com")
    named = ", ".join(f'"{headings[field]}"' for field in ("group", "rate", "created"))
    assert file.notes == (f"Not imported: the columns {named}.",)
