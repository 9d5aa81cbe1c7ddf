from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from clockify_cli.domain.time.zones import TimeContext
from tests.domain.time.setting import BERLIN


def test_now_is_shown_in_the_users_zone() -> None:
    assert BERLIN.local_now.isoformat() == "2026-11-24T10:19:05+01:00"


def test_today_waits_for_the_day_to_begin_and_the_calendar_does_not() -> None:
    late = replace(BERLIN, day_start=timedelta(hours=11))
    assert late.today == date(2026, 11, 23)
    assert late.calendar_day == date(2026, 11, 24)


def test_today_stays_when_the_clock_goes_back_over_the_start_of_the_day() -> None:
    second_two_oclock = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    ctx = TimeContext(
        second_two_oclock, ZoneInfo("Europe/Berlin"), day_start=timedelta(minutes=150)
    )
    assert ctx.today == date(2026, 10, 25)


def test_the_users_hours_override_the_workdays() -> None:
    saturday = date(2026, 11, 28)
    assert not BERLIN.works_on(saturday)
    assert replace(BERLIN, is_workday=lambda day: day == saturday).works_on(saturday)
