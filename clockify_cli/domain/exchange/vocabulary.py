"""Column headings and cell values of reports, in all supported languages.

Clockify's reports use the language of the person who downloads them (en, de, fr, es, pt, it, nl,
pl); the API and other clients use their own field names. Words are compared by `word_key`: case,
accents, spaces and punctuation make no difference. If several headings name the same field, the one
listed first here is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from unicodedata import combining, normalize

from clockify_cli.domain.entry import PLAIN, read_type

START, END = "start", "end"
START_DATE, START_TIME, END_DATE, END_TIME = "start date", "start time", "end date", "end time"
DURATION, HOURS, SECONDS = "duration", "hours", "seconds"
USER, EMAIL, USER_ID = "user", "email", "user id"
CREATED = "created"
LOCAL_ID = "local id"
TAG_PAIRS = "tags.ids"
CUSTOM = "custom.values"
MADE = (TAG_PAIRS, CUSTOM)
"""Headings of columns that the program makes from JSON; no CSV file may have them."""
SKIP = "skip"

STANDARD = {
    "project": "project",
    "client": "client",
    "task": "task",
    "description": "description",
    "tags": "tags",
    "billable": "billable",
    USER: "person",
}
"""The columns of a report that make an entry, besides its times, with their names in messages."""

HEADINGS = {
    START: """
        start | timeInterval.start | started at | started | started time | begin | Beginn | Von
        | From | Début | Inicio | Início | Inizio | Początek | Work date | Date started""",
    END: """
        end | timeInterval.end | stop | ended at | stopped at | ended | ended time | finish | Ende
        | Bis | To | Fin | Fim | Fine | Einde | Koniec""",
    START_DATE: """
        Start Date | Startdatum | Anfangsdatum | Beginndatum | Begindatum
        | Date de début | Date début | Fecha de inicio | Fecha inicio | Fecha inicial
        | Fecha de comienzo | Data de início | Data início | Data do início | Data inicial
        | Data di inizio | Data inizio | Data d'inizio | Data rozpoczęcia | Data początkowa
        | Data początku | Data startu""",
    START_TIME: """
        Start Time | Startzeit | Anfangszeit | Beginnzeit | Startuhrzeit | Heure de début
        | Heure début | Hora de inicio | Hora inicio | Hora inicial | Hora de comienzo
        | Hora de início | Hora início | Hora do início | Ora di inizio | Ora inizio | Ora d'inizio
        | Orario di inizio | Orario inizio | Starttijd | Begintijd | Godzina rozpoczęcia
        | Czas rozpoczęcia | Godzina początkowa | Godzina startu | Czas startu""",
    END_DATE: """
        End Date | Stop Date | Enddatum | Stoppdatum | Date d'arrêt | Date de fin | Date fin
        | Fecha de finalización
        | Fecha de fin | Fecha fin | Fecha final | Fecha de término | Data de término
        | Data término | Data do término | Data final | Data de fim | Data fim | Data do fim
        | Data de conclusão | Data di fine | Data fine | Data finale | Einddatum
        | Data zakończenia | Data końcowa | Data końca""",
    END_TIME: """
        End Time | Stop Time | Endzeit | Enduhrzeit | Stoppzeit | Heure d'arrêt | Heure de fin
        | Heure fin
        | Hora de finalización | Hora de fin | Hora fin | Hora final | Hora de término
        | Hora término | Hora do término | Hora de fim | Hora fim | Hora do fim
        | Hora de conclusão | Ora di fine | Ora fine | Orario di fine | Orario fine | Eindtijd
        | Godzina zakończenia | Czas zakończenia | Godzina końcowa | Czas końca""",
    DURATION: """
        Duration (h) | Dauer (h) | Durée (h) | Duración (h) | Duração (h) | Durata (h) | Duur (h)
        | Dauer (Std.) | Dauer (Stunden) | Duration (hours) | Durée (heures) | Duración (horas)
        | Duração (horas) | Durata (ore) | Duur (uur) | Duur (uren)
        | Duur (u) | Tijdsduur (h) | Czas trwania (h) | Czas trwania (godz.) | Time (h)
        | Zeit (h) | Temps (h) | Tiempo (h) | Tempo (h) | Tijd (h) | Czas (h)
        | Duration | timeInterval.duration | Dauer | Durée | Duración | Duração | Durata | Duur
        | Tijdsduur | Czas trwania | Time spent | Time spent (h)""",
    HOURS: """
        Duration (decimal) | Dauer (dezimal) | Dauer (Dezimalzahl) | Dauer (decimal)
        | Durée (décimal) | Durée (décimale) | Durée (décimales) | Durée (en décimales)
        | Duración (decimal) | Duración (decimales) | Duração (decimal) | Duração (decimais)
        | Durata (decimale) | Durata (decimali) | Durata (decimal) | Duur (decimaal)
        | Duur (decimalen) | Tijdsduur (decimaal) | Czas trwania (dziesiętny)
        | Czas trwania (dziesiętnie) | Czas trwania (dziesiętne) | Czas trwania (dziesięt.)
        | Czas trwania (ułamek dziesiętny) | Time (decimal) | Zeit (dezimal) | Temps (décimal)
        | Tiempo (decimal) | Tempo (decimal) | Tempo (decimale) | Tijd (decimaal)
        | Czas (dziesiętny) | Czas (dziesiętnie) | Hours | Stunden | Heures | Horas | Ore | Uren
        | Godziny""",
    SECONDS: "seconds | durationSeconds | duration seconds | timeSpentSeconds",
    "project": """
        projectName | project.name | Project | Projekt | Projet | Proyecto | Projeto | Progetto""",
    "project id": "projectId | project.id | pid",
    "client": """
        clientName | client.name | project.clientName | project.client.name | project.client
        | Client | Kunde
        | Cliente | Klant | Klient | Customer | Customer name | project.customer.name
        | project.customer""",
    "client id": "clientId | client.id | project.clientId | project.client.id",
    "task": """
        taskName | task.name | Task | Aufgabe | Tâche | Tarea | Tarefa | Attività | Compito
        | Taak | Zadanie""",
    "task id": "taskId | task.id | tid",
    "description": """
        Description | Beschreibung | Descripción | Descrição | Descrizione | Beschrijving
        | Omschrijving | Opis | Work description""",
    "tags": """
        Tags | Tag | Schlagwörter | Schlagworte | Etiketten | Balises | Balise | Étiquettes
        | Étiquette | Mots-clés | Etiquetas | Etiqueta | Etichette | Etichetta | Labels | Label
        | Tagi | Etykiety | Etykieta | Znaczniki""",
    "tag ids": "tagIds",
    TAG_PAIRS: TAG_PAIRS,
    CUSTOM: CUSTOM,
    "billable": """
        Billable | Is billable | Billable status | Abrechenbar | Abrechnungsfähig | Fakturierbar
        | Verrechenbar | Facturable | Statut facturable | Estado facturable | Faturável
        | Cobrável | Fatturabile | Addebitabile | Factureerbaar | Facturabel | Declarabel
        | Facturable | Rozliczalne | Rozliczalny | Do rozliczenia | Fakturowane | Fakturowalne
        | Do zafakturowania | Płatne | Płatny | Rozliczane""",
    "type": """
        Type | Typ | Tipo | Entry type | Time entry type | Eintragstyp | Type d'entrée
        | Type de saisie | Tipo de entrada | Tipo di voce | Tipo di registrazione | Type invoer
        | Typ wpisu""",
    "break": "Break | Is break | Pause | Pausa | Descanso | Intervalo | Pauze | Przerwa",
    USER: """
        userName | user.name | User | Benutzer | Nutzer | Anwender | Mitarbeiter | Utilisateur
        | Usuario | Usuário | Utilizador | Do utilizador | Utente | Gebruiker | Medewerker
        | Użytkownik | Pracownik | Member | Team member | Employee | Person | Full name
        | Collaborateur | Employé | Empleado | Funcionário
        | Dipendente | Werknemer | user.fullName | user.displayName | user.username | user.login
        | Staff | Staff member | Worker | Colleague | Consultant | Author
        | author.displayName | author.name | member.name | member.fullName
        | employee.name | employee.fullName | person.name""",
    EMAIL: """
        Email | userEmail | user.email | user.emailAddress | member.email | employee.email
        | person.email | author.email | author.emailAddress | E-Mail
        | E-Mail-Adresse | Email address | Courriel
        | Adresse e-mail | Adresse email | Correo electrónico | Correo | Dirección de correo
        | Endereço de e-mail | Posta elettronica | Indirizzo e-mail | Indirizzo email
        | E-mailadres | Adres e-mail | Adres email""",
    USER_ID: """
        userId | user.id | uid | memberId | member.id | employeeId | employee.id
        | author.accountId""",
    "id": "id | _id | timeEntryId | Time entry ID",
    "local id": "localId",
    CREATED: """
        Date of creation | Creation date | Created | Created at | Erstellungsdatum | Erstellt am
        | Date de création | Créé le | Fecha de creación | Fecha creación | Data de criação
        | Data criação | Data di creazione | Data creazione | Aanmaakdatum | Datum van aanmaak
        | Gemaakt op | Data utworzenia""",
}
"""The headings of each field, separated by ``|``; a dot means a nested object."""

OTHERS = tuple(name for name in PLAIN if name not in HEADINGS)
"""The plain fields that only our own files have; each is its own heading."""
HEADINGS |= {name: name for name in OTHERS}

NOT_KEPT = """
    Group | Gruppe | Groupe | Grupo | Gruppo | Groep | Grupa | Kiosk | Kiosque | Quiosco
    | Quiosque | Chiosco | Exported | Approval | Approved by | Approval status
    | Genehmigung | Genehmigt von
    | Approbation | Approuvé par | Aprobación | Aprobado por | Aprovação | Aprovado por
    | Approvazione | Approvato da | Goedkeuring | Goedgekeurd door | Zatwierdzenie
    | Zatwierdzone przez | Invoiced | Invoice ID | Invoice | Abgerechnet | In Rechnung gestellt
    | Rechnungs-ID | Facturé | ID de facture | Facturado | ID de factura | Faturado
    | ID da fatura | Fatturato | ID fattura | Gefactureerd | Factuur-ID | Zafakturowano
    | ID faktury | Currency | Währung | Devise | Moneda | Moeda | Valuta | Waluta
    | hourlyRate | costRate | rate | amount | earnedAmount | costAmount | amounts | userGroups
    | customFieldValues | customFields"""
"""Headings that are understood but have no field in an entry."""

SILENT = """
    elapsed | timeInterval | workspaceId | workspace | syncState | state | isLocked | locked
    | date | number | projectColor | kioskId | approvalRequestId | approvalStatus
    | invoicingInfo | currentlyRunning | timeInterval.timeZone | timeInterval.offsetStart
    | timeInterval.offsetEnd | timeInterval.zonedStart | timeInterval.zonedEnd"""
"""Field names unrelated to the work; they are ignored without a note."""

ORDINARY = "elapsed | workspace | state | locked | date | number"
"""Names in `SILENT` that are also ordinary words for headings."""

DETAILS = ("project.", "task.", "client.", "user.", "hourlyrate.", "costrate.", "workspace.")
"""Prefixes of fields that describe something the entry refers to, not the entry."""

_MONEY = (
    "rate | amount | cost | profit | satz | tarif | betrag | kosten | gewinn | taux | montant"
    " | cout | benefice | tarifa | importe | costo | coste | custo | beneficio | ganancia | taxa"
    " | valor | lucro | tariffa | importo | utile | tarief | bedrag | winst | stawka | kwota"
    " | koszt | zysk"
)
_CURRENCY = re.compile(r"\s*\((?:[A-Z]{3}|[^\w\s()]{1,3}|)\)\s*$")

YES = "yes true 1 y x ja oui si sim tak wahr vrai verdadero verdadeiro vero prawda waar billable"
NO = """no false 0 n nein non nao nie nee falsch faux falso falsz onwaar nonbillable
    notbillable"""

TYPES = {
    "REGULAR": """
        Regular | Regulär | Normal | Standard | Arbeit | Régulier | Régulière | Normale | Regolare
        | Regulier | Normaal | Gewoon | Regularny | Regularne | Regularna | Zwykły | Zwykłe
        | Normalny | Normalne | Standardowy""",
    "BREAK": """
        Break | Pause | Pausa | Descanso | Intervalo | Interrupción | Pauze | Przerwa""",
    "TIME_OFF": """
        Time off | Vacation | Leave | PTO | Abwesenheit | Freizeit | Arbeitsfreie Zeit | Urlaub
        | Auszeit | Congé | Congés | Absence | Temps libre | Temps de repos | Vacances
        | Tiempo libre | Ausencia | Permiso | Vacaciones | Folga | Tempo livre | Ausência
        | Férias | Tempo libero | Assenza | Permesso | Ferie | Verlof | Vrije tijd | Afwezigheid
        | Vakantie | Czas wolny | Urlop | Nieobecność | Wolne""",
    "HOLIDAY": """
        Holiday | Public holiday | Feiertag | Jour férié | Férié | Jours fériés | Festivo
        | Día festivo | Días festivos | Feriado | Festività | Giorno festivo | Feestdag | Święto
        | Dzień świąteczny""",
}

SUMS = """
    Total | Totals | Grand total | Subtotal | Sum | Summe | Gesamt | Gesamtsumme | Gesamtergebnis
    | Ergebnis | Insgesamt | Zwischensumme | Somme | Total général | Sous-total | Suma | Suma total
    | Total general | Totales | Soma | Total geral | Totais | Somma | Totale | Totali
    | Totale complessivo | Som | Totaal | Eindtotaal | Subtotaal | Razem | Łącznie | Ogółem
    | Suma końcowa"""
"""Words that begin a line of sums."""

NOBODYS = """
    (Without project) | (No project) | (Without client) | (No client) | (Without task) | (No task)
    | (Ohne Projekt) | (Kein Projekt) | (Ohne Kunde) | (Ohne Aufgabe) | (Sans projet)
    | (Sans client) | (Sans tâche) | (Sin proyecto) | (Sin cliente) | (Sin tarea)
    | (Sem projeto) | (Sem cliente) | (Sem tarefa) | (Senza progetto) | (Senza cliente)
    | (Senza attività) | (Zonder project) | (Geen project) | (Zonder klant) | (Zonder taak)
    | (Bez projektu) | (Bez klienta) | (Bez zadania)
    | (No tags) | (No tag) | (Without tags) | (Without tag) | (Ohne Tags) | (Keine Tags)"""
"""What reports write for an entry without a project, client, task or tags."""
NOTHINGS = frozenset(("null", "NULL", "nan", "NaN", "None", "<NA>", "\\N"))
"""What programs write into a table for a value that is missing; elsewhere these are names."""


def word_key(text: str) -> str:
    """Return *text* for comparing words: its letters and digits, and dots between them."""
    kept = (
        char
        for char in normalize("NFKD", text.casefold())
        if char == "." or (char.isalnum() and not combining(char))
    )
    return "".join(kept).strip(".")


def variants(text: str) -> list[str]:
    """Split *text* at ``|``."""
    return [" ".join(word.split()) for word in text.split("|")]


@cache
def field_of_heading() -> Mapping[str, tuple[str, int]]:
    """Return the field and rank of each known heading (by its `word_key`)."""
    found: dict[str, tuple[str, int]] = {}
    for field, words in HEADINGS.items():
        for rank, word in enumerate(variants(words)):
            found.setdefault(word_key(word), (field, rank))
    return found


def field_of(heading: str) -> str:
    """Return the field of an entry that *heading* names; empty if it is not known."""
    return field_of_heading().get(word_key(heading), ("", 0))[0]


@cache
def keys_of(text: str) -> frozenset[str]:
    """Return the `word_key` of each of the words in *text*, which ``|`` separates."""
    return frozenset(word_key(word) for word in variants(text))


def is_kept_nowhere(heading: str) -> bool:
    """Return whether *heading* is known but its column has no field in an entry."""
    key = word_key(heading)
    if key in keys_of(NOT_KEPT):
        return True
    bare, found = _CURRENCY.subn("", heading)
    words = {word_key(word) for word in bare.split()}
    return bool(found) and any(word.startswith(tuple(variants(_MONEY))) for word in words)


def is_silent(heading: str) -> bool:
    """Return whether *heading* is a field unrelated to the work."""
    key = word_key(heading)
    return key in keys_of(SILENT) or key.startswith(DETAILS)


def is_ordinary(heading: str) -> bool:
    """Return whether *heading* is in `SILENT` and could also be the heading of other data."""
    return word_key(heading) in keys_of(ORDINARY)


def is_sum(text: str) -> bool:
    """Whether *text* begins a line of sums: ``Total``, ``Summe:``, ``Total (8 entries)``."""
    letters = text.partition("(")[0].rstrip(" :0123456789.,")
    return word_key(letters) in keys_of(SUMS)


def is_nobodys(text: str) -> bool:
    """Return whether *text* means no project, client, task or tags."""
    return text == "-" or (text.startswith("(") and word_key(text) in keys_of(NOBODYS))


@cache
def _yes_or_no() -> Mapping[str, bool]:
    return {
        word_key(word): answer
        for words, answer in ((YES, True), (NO, False))
        for word in words.split()
    }


def read_yes(text: str) -> bool | None:
    """Parse *text* as yes or no; None for anything else."""
    return _yes_or_no().get(word_key(text))


@cache
def _type_words() -> Mapping[str, str]:
    """Return the type of each word as it is written, and of its `word_key`.

    French ``Férié`` and Italian ``Ferie`` differ only by an accent.
    """
    words = [(word, type_) for type_, words in TYPES.items() for word in variants(words)]
    return {
        **{word_key(word): type_ for word, type_ in words},
        **{_as_written(word): type_ for word, type_ in words},
    }


def _as_written(text: str) -> str:
    return normalize("NFC", " ".join(text.casefold().split()))


def type_of_word(text: str) -> str | None:
    """Return Clockify's name for the entry type *text*; None for anything else."""
    known = _type_words()
    return read_type(text) or known.get(_as_written(text)) or known.get(word_key(text))
