"""Tests of reports; each name ends with the source of the oddity."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Project, Rate, Workspace

MAY = {"dateRangeStart": "2024-05-01T00:00:00", "dateRangeEnd": "2024-05-07T23:59:59.999"}


@pytest.fixture
def worked(fake: FakeClockify) -> FakeClockify:
    """Create two billable hours on the web for Acme, and one over midnight without project."""
    client = fake.add_client("Acme")
    web = fake.add_project("Web", client_id=client.id, hourly_rate=Rate(5000), cost_rate=Rate(2000))
    fake.add_entry(
        "2024-05-02T08:00:00Z", "2024-05-02T10:00:00Z", "spec", project_id=web.id, billable=True
    )
    fake.add_entry("2024-05-02T22:30:00Z", "2024-05-02T23:30:00Z", "late")
    fake.add_entry("2024-05-02T12:00:00Z", description="running")
    return fake


def detailed(ask: Asking, **more: Any) -> Any:
    reply = ask.report("detailed", {**MAY, "detailedFilter": {}, **more})
    assert reply.status == 200
    return reply.document


def test_times_come_back_in_the_zone_of_the_body__readme_reports(
    worked: FakeClockify, ask: Asking
) -> None:
    def starts(**more: Any) -> list[str]:
        return [row["timeInterval"]["start"] for row in detailed(ask, **more)["timeentries"]]

    assert starts() == ["2024-05-03T00:30:00+02:00", "2024-05-02T10:00:00+02:00"]
    assert starts(timeZone="Asia/Kathmandu")[1] == "2024-05-02T13:45:00+05:45"


def test_the_zone_of_the_body_decides_the_days__readme_reports(
    worked: FakeClockify, ask: Asking
) -> None:
    def days(zone: str) -> list[str]:
        body = {**MAY, "summaryFilter": {"groups": ["DATE"]}, "timeZone": zone}
        return [row["name"] for row in ask.report("summary", body).document["groupOne"]]

    assert days("Europe/Berlin") == ["2024-05-02", "2024-05-03"]
    assert days("UTC") == ["2024-05-02"]


def test_a_detailed_report_sums_seconds_and_money__description_timeentryreporttotals(
    worked: FakeClockify, ask: Asking
) -> None:
    (total,) = detailed(ask, amounts=["EARNED", "COST", "PROFIT"])["totals"]
    assert (total["totalTime"], total["totalBillableTime"]) == (10800, 7200)
    assert total["entriesCount"] == 2
    assert {each["type"]: each["value"] for each in total["amounts"]} == {
        "EARNED": 10000,
        "COST": 4000,
        "PROFIT": 6000,
    }


def test_a_detailed_report_comes_in_pages__description_detailedfilterv1(
    worked: FakeClockify, ask: Asking
) -> None:
    pages = [
        detailed(ask, detailedFilter={"page": page, "pageSize": 1})["timeentries"]
        for page in (1, 2, 3)
    ]
    assert [[row["description"] for row in rows] for rows in pages] == [["late"], ["spec"], []]
    wrong = {**MAY, "detailedFilter": {"page": 0}}
    assert ask.report("detailed", wrong).refusal == (400, 400)


def test_a_summary_nests_its_groups__description_summaryfilterv1(
    worked: FakeClockify, ask: Asking
) -> None:
    body = {**MAY, "summaryFilter": {"groups": ["CLIENT", "PROJECT", "TIMEENTRY"]}}
    document = ask.report("summary", body).document
    without, acme = document["groupOne"]
    assert (without["name"], without["duration"]) == ("(Without client)", 3600)
    assert (acme["name"], acme["duration"], acme["amount"]) == ("Acme", 7200, 10000)
    (web,) = acme["children"]
    assert (web["name"], web["clientName"]) == ("Web", "Acme")
    assert [each["name"] for each in web["children"]] == ["spec"]


@pytest.mark.parametrize("groups", [["USER"], ["PROJECT"] * 4, "PROJECT"])
def test_a_summary_has_up_to_three_described_groups__description_summaryfilterv1(
    ask: Asking, groups: Any
) -> None:
    body = {**MAY, "summaryFilter": {"groups": groups}}
    assert ask.report("summary", body).refusal == (400, 400)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("2024-05-07T23:59:59.999", 200),
        ("2024-05-08T00:00:00", 200),
        ("2024-05-06T23:59:59", 400),
        ("2024-05-08T23:59:59", 400),
    ],
)
def test_a_weekly_report_has_exactly_seven_days__readme_reports(
    worked: FakeClockify, ask: Asking, end: str, status: int
) -> None:
    body = {**MAY, "dateRangeEnd": end, "weeklyFilter": {"group": "PROJECT"}}
    reply = ask.report("weekly", body)
    assert reply.status == status
    if status == 200:
        days = [(row["date"], row["duration"]) for row in reply.document["totalsByDay"]]
        assert days == [("2024-05-02", 7200), ("2024-05-03", 3600)]


def test_a_weekly_report_is_by_user_or_project__description_weeklyfilterv1(
    worked: FakeClockify, ask: Asking
) -> None:
    rows = ask.report("weekly", {**MAY, "weeklyFilter": {"group": "USER"}}).document["groupOne"]
    assert [row["name"] for row in rows] == ["Ada Lovelace"]
    for wrong in ({}, {"group": "TAG"}):
        assert ask.report("weekly", {**MAY, "weeklyFilter": wrong}).refusal == (400, 400)


def test_a_free_workspace_reports_31_days_and_no_tables__readme_reports() -> None:
    with FakeClockify(plan="FREE") as fake:
        ask = Asking(fake)
        month = {
            "dateRangeStart": "2024-05-01T00:00:00",
            "dateRangeEnd": "2024-05-31T23:59:59.999",
            "detailedFilter": {},
        }
        assert ask.report("detailed", month).status == 200
        longer = {**month, "dateRangeEnd": "2024-06-01T00:00:01"}
        assert ask.report("detailed", longer).refusal == (403, 403)
        assert ask.report("detailed", {**month, "exportType": "CSV"}).refusal == (403, 403)
        assert ask.report("detailed", {**month, "exportType": "XLSX"}).refusal == (403, 403)
        fake.change(fake.get(Workspace, fake.workspace_id), plan="PRO")
        assert ask.report("detailed", longer).status == 200


def test_a_paid_workspace_exports_files(worked: FakeClockify, ask: Asking) -> None:
    def exported(form: str) -> bytes:
        return ask.report("detailed", {**MAY, "detailedFilter": {}, "exportType": form}).body

    rows = list(csv.DictReader(io.StringIO(exported("CSV").decode())))
    assert [(row["description"], row["seconds"]) for row in rows] == [
        ("late", "3600"),
        ("spec", "7200"),
    ]
    assert b"spec" in zipfile.ZipFile(io.BytesIO(exported("ZIP"))).read("report.csv")
    assert b"spec" in zipfile.ZipFile(io.BytesIO(exported("XLSX"))).read("xl/sheet.xml")
    assert exported("PDF").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"billable": True}, ["spec"]),
        ({"description": "LAT"}, ["late"]),
        ({"withoutDescription": True}, []),
        ({"projects": {"ids": ["P"]}}, ["spec"]),
        ({"projects": {"ids": ["P"], "contains": "DOES_NOT_CONTAIN"}}, ["late"]),
        ({"projects": {"status": "ARCHIVED"}}, ["late"]),
        ({"clients": {"ids": ["C"]}}, ["spec"]),
        ({"users": {"ids": ["nobody"]}}, []),
        ({"tags": {"ids": ["none"]}}, []),
        ({"tasks": {"ids": ["none"]}}, []),
        ({"tasks": {"status": "ARCHIVED"}}, ["late", "spec"]),
        ({"detailedFilter": {"auditFilter": {"withoutTask": True}}}, ["late", "spec"]),
        ({"detailedFilter": {"auditFilter": {"withoutProject": True}}}, ["late"]),
        ({"detailedFilter": {"auditFilter": {"duration": 90, "durationShorter": True}}}, ["late"]),
        ({"sortOrder": "ASCENDING"}, ["spec", "late"]),
        ({"detailedFilter": {"sortColumn": "DURATION"}}, ["spec", "late"]),
    ],
    ids=str,
)
def test_each_filter_of_a_report_picks__description_detailedreportfilterv1(
    worked: FakeClockify, ask: Asking, chosen: dict[str, Any], found: list[str]
) -> None:
    (project,) = worked.state.all(Project)
    ids = {"P": project.id, "C": project.client_id}
    filled = {
        key: {**value, "ids": [ids.get(id_, id_) for id_ in value["ids"]]}
        if isinstance(value, dict) and "ids" in value
        else value
        for key, value in chosen.items()
    }
    rows = detailed(ask, **filled)["timeentries"]
    assert [row["description"] for row in rows] == found


def test_weeks_begin_on_the_users_day_or_on_that_of_the_body__description_summaryreportfilterv1(
    worked: FakeClockify, ask: Asking
) -> None:
    def weeks(**more: str) -> list[str]:
        body = {**MAY, "summaryFilter": {"groups": ["WEEK"]}, **more}
        return [row["name"] for row in ask.report("summary", body).document["groupOne"]]

    assert weeks() == ["2024-04-29"]
    assert weeks(weekStart="FRIDAY") == ["2024-04-26", "2024-05-03"]


def test_a_member_reports_on_nobody_else_where_it_is_set_so(worked: FakeClockify) -> None:
    bob = Asking(worked, worked.add_user("Bob").key)
    assert len(detailed(bob)["timeentries"]) == 2
    worked.set_settings(onlyAdminsSeeAllTimeEntries=True)
    assert detailed(bob)["timeentries"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"dateRangeStart": "yesterday"},
        {"dateRangeStart": "2024-13-01T00:00:00"},
        {"dateRangeStart": "2024-05-09T00:00:00"},
        {"timeZone": "Mars/Olympus"},
        {"exportType": "ODS"},
        {"detailedFilter": None},
    ],
    ids=str,
)
def test_a_report_that_breaks_the_description_is_400__description_detailedreportfilterv1(
    ask: Asking, wrong: dict[str, Any]
) -> None:
    assert ask.report("detailed", {**MAY, "detailedFilter": {}, **wrong}).refusal == (400, 400)


def test_reports_are_beside_the_api_and_on_a_host_of_their_own(
    worked: FakeClockify, ask: Asking
) -> None:
    body = {**MAY, "detailedFilter": {}}
    path = ask.filled("/v1/workspaces/{w}/reports/detailed")
    assert ask.at(path, "POST", body, {}).document == detailed(ask)
    assert ask.at("/api" + path, "POST", body, {}).status == 404


def test_a_report_finds_what_is_invoiced__description_detailedreportfilterv1(
    worked: FakeClockify, ask: Asking
) -> None:
    late = next(each for each in worked.entries() if each.description == "late")
    worked.change(late, invoiced=True)

    def found(**more: Any) -> list[str]:
        return [row["description"] for row in detailed(ask, **more)["timeentries"]]

    assert found(invoicingState="INVOICED") == ["late"]
    assert found(invoicingState="UNINVOICED") == ["spec"]
    assert found(invoicingState="ALL") == found() == ["late", "spec"]
