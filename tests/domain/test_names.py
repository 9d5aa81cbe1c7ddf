from __future__ import annotations

from hashlib import md5
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.entry import Item, Kind
from clockify_cli.domain.names import (
    Candidate,
    NameIndex,
    check_name,
    check_new_name,
    distance,
    fold,
    is_id,
    near,
    not_found,
    resemblance,
    resolve,
    split_name,
)
from clockify_cli.errors import Ambiguous, NotFound, UsageError

SERVER = "64a687e29ae1f428e7ebe3{:02x}"
LOCAL = "{:032x}"


def project(
    number: int, name: str, client: str | None = None, *, archived: bool = False, here: bool = False
) -> Candidate:
    server = None if here else SERVER.format(number)
    return Candidate("project", LOCAL.format(number), server, name, client, archived)


WEBSITE = project(3, "Website", "Acme")
WEBSHOP = project(0xF1, "Webshop", "Acme")
INTERNAL = project(5, "Internal", here=True)
THERAPIST = project(6, "Therapist")
OTHER_SITE = project(7, "Website", "Bolt Ltd")
FIELD_TRIP = project(8, "Summer field-trip")
ITEMS = [WEBSITE, WEBSHOP, INTERNAL, THERAPIST, FIELD_TRIP]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Website", WEBSITE, id="as it is written"),
        pytest.param("wEBsite", WEBSITE, id="other case"),
        pytest.param("  internal ", INTERNAL, id="outer spaces"),
        pytest.param("summer  field-trip", FIELD_TRIP, id="inner spaces"),
        pytest.param("int", INTERNAL, id="beginning of the name"),
        pytest.param("fiel", FIELD_TRIP, id="beginning of a word"),
        pytest.param("trip", FIELD_TRIP, id="a word after a hyphen"),
        pytest.param("field-t", FIELD_TRIP, id="beginning of several words"),
        pytest.param("Acme/Website", WEBSITE, id="with its client"),
        pytest.param("ac / websi", WEBSITE, id="beginnings of both"),
        pytest.param(SERVER.format(3), WEBSITE, id="Clockify's id"),
        pytest.param(SERVER.format(3).upper(), WEBSITE, id="Clockify's id in capitals"),
        pytest.param(LOCAL.format(5), INTERNAL, id="our id"),
    ],
)
def test_a_name_means_the_one_thing_it_fits(text: str, found: Candidate) -> None:
    assert resolve(text, ITEMS) is found


def test_a_name_just_as_it_is_written_comes_first() -> None:
    padded, plain = project(0x20, " pad "), project(0x21, "pad")
    slashed = project(0x22, "Acme/Website")
    items = [*ITEMS, padded, plain, slashed]
    assert resolve(" pad ", items) is padded
    assert resolve("pad", items) is plain
    assert resolve("  pad", items) is plain
    assert resolve("Acme/Website", items) is slashed
    assert resolve("Acme / Website", items) is WEBSITE


def test_an_id_is_an_id_though_something_is_called_so() -> None:
    called_so = project(0x23, SERVER.format(3))
    assert resolve(SERVER.format(3), [*ITEMS, called_so]) is WEBSITE


def test_an_exact_name_wins_over_one_that_differs_in_case() -> None:
    lower, upper = project(1, "api"), project(2, "API")

    assert resolve("api", [upper, lower]) is lower
    assert resolve("API", [upper, lower]) is upper
    with pytest.raises(Ambiguous):
        resolve("Api", [upper, lower])


def test_composed_and_decomposed_letters_are_the_same_name_unless_both_exist() -> None:
    composed, decomposed = project(1, "Caf\u00e9"), project(2, "Cafe\u0301")

    assert resolve("cafe\u0301", [composed]) is composed
    assert resolve("Cafe\u0301", [composed, decomposed]) is decomposed
    with pytest.raises(Ambiguous):
        resolve("CAF\u00c9", [composed, decomposed])


def test_a_whole_name_wins_over_a_longer_one_that_begins_with_it() -> None:
    short, long = project(1, "web"), project(2, "Webshop")

    assert resolve("WEB", [long, short]) is short


def test_text_inside_a_name_counts_in_a_filter_alone() -> None:
    assert resolve("api", ITEMS, substring=True) is THERAPIST
    assert resolve("rapi", ITEMS, substring=True) is THERAPIST
    with pytest.raises(NotFound):
        resolve("rapi", ITEMS)


def test_api_never_means_the_therapist() -> None:
    with pytest.raises(NotFound):
        resolve("api", [THERAPIST])


def test_two_that_fit_are_listed_with_whole_ids_and_neither_is_taken() -> None:
    with pytest.raises(Ambiguous) as caught:
        resolve("webs", ITEMS)

    assert caught.value.message == '"webs" matches two projects'
    assert caught.value.details == (
        "Acme / Webshop    64a687e29ae1f428e7ebe3f1",
        "Acme / Website    64a687e29ae1f428e7ebe303",
    )
    assert caught.value.hint == "Give more of the name, CLIENT/PROJECT, or the id."
    assert caught.value.exit_code == 5


def test_the_client_tells_two_projects_of_one_name_apart() -> None:
    both = [WEBSITE, OTHER_SITE]

    assert resolve("bolt/website", both) is OTHER_SITE
    with pytest.raises(Ambiguous) as caught:
        resolve("Website", both)
    assert len(caught.value.details) == 2


def test_a_slash_within_a_name_is_no_narrowing_when_the_name_fits() -> None:
    slashed = project(1, "R/D")

    assert resolve("r / d", [slashed, WEBSITE]) is slashed


def test_a_project_narrows_a_task() -> None:
    tasks = [
        Candidate("task", LOCAL.format(1), None, "Design", "Website"),
        Candidate("task", LOCAL.format(2), None, "Design", "Webshop"),
    ]

    assert resolve("website/design", tasks) is tasks[0]
    with pytest.raises(Ambiguous) as caught:
        resolve("design", tasks)
    assert caught.value.hint == "Give more of the name, PROJECT/TASK, or the id."


def test_an_archived_one_is_found_and_marked_in_the_list() -> None:
    old = project(9, "Webring", archived=True)

    assert resolve("webr", [*ITEMS, old]).archived
    with pytest.raises(Ambiguous) as caught:
        resolve("web", [old, *ITEMS])
    assert caught.value.details[-1].endswith(f"{old.key} (archived)")


def test_candidates_with_wide_letters_stand_in_line() -> None:
    wide = [project(1, "製品 Web"), project(2, "Old Website")]

    with pytest.raises(Ambiguous) as caught:
        resolve("web", wide)

    first, second = caught.value.details
    assert first.startswith("Old Website    ")
    assert second.startswith("製品 Web       ")


def test_a_long_list_of_candidates_is_cut_and_says_by_how_many() -> None:
    many = [project(number, f"Web {number:02}") for number in range(25)]

    with pytest.raises(Ambiguous) as caught:
        resolve("web", many)

    assert caught.value.message == '"web" matches 25 projects'
    assert len(caught.value.details) == 11
    assert caught.value.details[-1] == "and 15 more"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Wesbite", "Did you mean Acme/Website? `clockify projects` lists all projects."),
        ("Internel", "Did you mean Internal? `clockify projects` lists all projects."),
        ("Zzzzz", "`clockify projects` lists all projects."),
    ],
)
def test_a_name_that_nothing_has_names_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        resolve(text, ITEMS)

    assert caught.value.message == f'no project named "{text}"'
    assert caught.value.hint == hint
    assert caught.value.exit_code == 3


def test_an_archived_nearest_name_is_said_to_be_archived() -> None:
    old = project(9, "Webring", archived=True)

    assert not_found("Webrign", [old]).hint.startswith("Did you mean Webring (archived)?")


def test_what_was_looked_for_is_named_where_there_is_nothing_at_all() -> None:
    assert not_found("deep", [], "tag").message == 'no tag named "deep"'


def test_a_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(NotFound) as caught:
        resolve("x" * 10_000, ITEMS)

    assert len(caught.value.message) < 120


@pytest.mark.parametrize("text", ["", "   "])
def test_no_text_is_no_name(text: str) -> None:
    with pytest.raises(UsageError):
        resolve(text, ITEMS)


@pytest.mark.parametrize("text", ["[red]", "%", "_", "/", "Acme/", "/Website", "a//b", "*"])
def test_signs_have_no_meaning_of_their_own(text: str) -> None:
    with pytest.raises(NotFound):
        resolve(text, ITEMS)


def test_an_id_of_nothing_is_not_found() -> None:
    with pytest.raises(NotFound):
        resolve("f" * 24, ITEMS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Web-site", ["Website"]),
        ("wbesite", ["Website"]),
        ("Websites", ["Website"]),
        ("Webdesign", []),
        ("api", []),
        ("ops", []),
    ],
)
def test_near_finds_slips_and_leaves_other_names_alone(text: str, expected: list[str]) -> None:
    assert near(text, ["Website", "Therapist", "app", "ops team"]) == expected


def test_near_gives_the_nearest_first_and_no_more_than_asked() -> None:
    names = ["Websites one", "Website two", "Website one"]

    assert near("Website one", names, limit=2) == ["Website one", "Websites one"]


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("", "", 0), ("ab", "ba", 1), ("abc", "abd", 1), ("abc", "ab", 1), ("kitten", "sitting", 3)],
)
def test_distance_counts_slips(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 5) == slips


@given(st.text("ab c", max_size=8), st.text("ab c", max_size=8), st.integers(0, 3))
def test_a_distance_over_the_limit_is_known_as_just_that(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(distance(one, other, 20), limit + 1)
    assert distance(one, other, limit) == distance(other, one, limit)


@pytest.mark.parametrize(
    "text",
    ["", " \t", "a\nb", "a\x00", "a\x1b[31m", "a\u2028b", "a\x9b", "a\udce9", "x" * 251],
    ids=["empty", "spaces", "newline", "nul", "escape", "separator", "csi", "surrogate", "long"],
)
def test_a_name_that_cannot_be_given_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        check_name(text, "tag")


def test_a_new_name_is_composed_and_trimmed_and_otherwise_kept() -> None:
    assert check_name("  Cafe\u0301  [red] ", "client") == "Caf\u00e9  [red]"
    assert len(check_name("x" * 250, "client")) == 250


@pytest.mark.parametrize(
    "text", ["none", " none ", "!", "!urgent", "not:", "not:x", "-", "@", "@1", "@-1", "@01"]
)
def test_nothing_new_is_called_what_an_option_or_a_filter_reads_otherwise(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a tag"):
        check_new_name(text, "tag")


@pytest.mark.parametrize(
    "text", ["None", "nonesuch", "wow!", "not yet", "-x", "@home", "@1st", "?", "a@1", "🎉"]
)
def test_a_name_that_merely_resembles_such_a_word_can_be_given(text: str) -> None:
    assert check_new_name(text, "tag") == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Acme / Website", ("Acme", "Website")),
        ("Acme/Web/Site", ("Acme", "Web/Site")),
        ("Website ", (None, "Website")),
        ("/Website", (None, "/Website")),
        ("Acme/", (None, "Acme/")),
    ],
)
def test_a_slash_splits_a_new_name_from_what_it_belongs_to(
    text: str, parts: tuple[str | None, str]
) -> None:
    assert split_name(text) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a" * 24, True), ("A" * 32, True), ("a" * 23, False), ("g" * 24, False), ("", False)],
)
def test_the_shape_of_an_id(text: str, expected: bool) -> None:
    assert is_id(text) is expected


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(
    st.lists(st.text("abAB é/", min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=6),
    st.data(),
)
def test_whatever_is_found_holds_the_text(names: list[str], data: st.DataObject) -> None:
    items = [project(number, name) for number, name in enumerate(names)]
    text = data.draw(st.sampled_from(names))

    try:
        found = resolve(text, items)
    except Ambiguous:
        assert sum(fold(text) in fold(name) for name in names) > 1
    else:
        assert found.name == text.strip() or fold(text) in fold(found.name)


@pytest.mark.parametrize(
    ("text", "name", "rank"),
    [
        ("website", "Website", 0),
        ("Web-Site!", "Website", 0),
        ("Cafe", "Café", 0),
        ("Websites", "Website", 0),
        ("Box", "Boxes", 0),
        ("Companies", "Company", 0),
        ("Movies", "Movie", 0),
        ("Acme:Website", "Acme / Website", 0),
        ("Wesite", "Website", 1),
        ("Wbesite", "Website", 1),
        ("Webste one", "Website ones", 2),
        ("Nord", "Nordwind", 3),
        ("Nordwind GmbH", "Nordwind", 3),
        ("Web", "Website", 3),
        ("QA", "Team QA", 4),
        ("Plan B", "B", 4),
        ("shop", "Webshop", 5),
        ("Redesigning", "Design", 5),
    ],
)
def test_a_name_resembles_what_a_person_may_have_meant(text: str, name: str, rank: int) -> None:
    assert resemblance(text, name) == rank


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We", "Website"),
        ("art", "Cart"),
        ("QA", "QB"),
        ("Therapist", "app"),
        ("Internal", "Website"),
    ],
)
def test_other_names_are_names_of_their_own(text: str, name: str) -> None:
    assert resemblance(text, name) is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_written_resembles_itself_however_it_is_written(one: str, other: str) -> None:
    assert resemblance(one, one) == resemblance(one, f" {one} ") == 0
    assert resemblance(one, other) in (None, 0, 1, 2, 3, 4, 5)


def item(kind: Kind, name: str, **more: Any) -> Item:
    local_id = md5(f"{kind}{name}{more}".encode(), usedforsecurity=False).hexdigest()
    return Item(kind=kind, local_id=local_id, workspace_id="local", name=name, **more)


@pytest.fixture
def index() -> NameIndex:
    """Return two clients with a project Website each; the task Draft is of Bolt's."""
    acme, bolt = item("client", "Acme"), item("client", "Bolt")
    site = item("project", "Website", client=acme.local_id)
    bolts = item("project", "Website", client=bolt.local_id)
    old = item("project", "Archive", archived=True)
    items = [acme, bolt, site, bolts, old, item("task", "Draft", project=bolts.local_id)]
    items += [item("tag", "a,b"), item("tag", "deep")]
    return NameIndex(lambda kind: [each for each in items if each.kind == kind])


def test_the_index_finds_a_task_behind_its_client_and_project(index: NameIndex) -> None:
    for text in ("Bolt/Website/Draft", "bolt / website / draft", "Website/Draft", "Draft"):
        found = index.find("task", text)
        assert index.candidate(found).label == "Bolt / Website / Draft"
        assert index.candidate(found).path == "Bolt/Website/Draft"
    with pytest.raises(NotFound):
        index.find("task", "Acme/Website/Draft")


def test_the_index_does_not_offer_what_is_archived_for_something_new(index: NameIndex) -> None:
    assert index.find("project", "Archive").archived
    with pytest.raises(NotFound, match='project "Archive" is archived'):
        index.find_active("project", "arch")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Websites", ["Acme / Website", "Bolt / Website"]),
        ("Acme", ["client Acme", "Acme / Website"]),
        ("Acme:Site", ["client Acme", "Acme / Website"]),
        ("Acm", ["client Acme", "Acme / Website"]),
        ("Bolts", ["client Bolt", "Bolt / Website"]),
        ("Acme Relaunch", []),
        ("Internal", []),
        ("Archives", ["Archive"]),
    ],
)
def test_a_project_of_no_client_resembles_projects_and_clients(
    index: NameIndex, text: str, labels: list[str]
) -> None:
    found = index.resembling_project(text)
    kinds = {"client": "client ", "project": ""}
    shown = sorted(f"{kinds[each.kind]}{each.label}" for each in found)
    assert shown == sorted(labels)


@pytest.mark.parametrize(
    ("text", "names"),
    [("a,b", ["a,b"]), ("A, b", ["A", "b"]), ("A,B", ["A,B"]), ("x, y,", ["x", "y"]), (",", [","])],
)
def test_commas_list_names_unless_one_is_called_so(
    index: NameIndex, text: str, names: list[str]
) -> None:
    assert index.several("tag", text) == names


def test_what_is_added_is_found_and_has_its_owner(index: NameIndex) -> None:
    acme = index.find("client", "Acme")
    made = item("project", "New", client=acme.local_id)
    index.add(made)
    assert index.called("project", "new", acme.local_id) == [made]
    assert index.called("project", "new") == []
    assert index.by_id("project", made.local_id) == made
