from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.time.points import parse_point
from clockify_cli.domain.time.zones import (
    TimeContext,
    day_start_utc,
    load_zone,
    local_day,
    local_days,
    local_time,
    offset_text,
    resolve_local,
)
from tests.domain.time.clock_changes import ClockChange, clock_changes
from tests.domain.time.setting import TEN_ZONES, instants, refusal
from tests.examples import long_only, some

BERLIN = ZoneInfo("Europe/Berlin")
DAY_STARTS = tuple(timedelta(minutes=minutes) for minutes in (0, 30, 150, 240))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "EST5EDT", "Asia/Kathmandu"])
def test_a_zone_of_the_database_is_loaded_by_its_name(name: str) -> None:
    assert load_zone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("  ", id="spaces"),
        pytest.param("Europe/\0Berlin", id="nul"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("../../etc/passwd", id="upwards"),
        pytest.param("Europe", id="folder"),
        pytest.param("tzdata.zi", id="no-zone-file"),
        pytest.param("Foo/Bar", id="unknown"),
        pytest.param("\udcff", id="lone-surrogate"),
        pytest.param("x" * 5000, id="overlong"),
    ],
)
def test_what_names_no_zone_is_refused(name: str) -> None:
    error = refusal(lambda: load_zone(name))
    assert error.message.startswith('unknown time zone "')
    assert len(error.message) < 105
    assert error.exit_code == 2
    assert error.hint


@pytest.mark.parametrize("name", ["europe/berlin", "Europe/Berlni"])
def test_the_nearest_zones_are_named(name: str) -> None:
    if name.lower() == name and _is_case_blind():
        pytest.skip("this system finds zones in any case")
    hint = refusal(lambda: load_zone(name)).hint
    assert "Europe/Berlin" in hint
    assert " or " not in hint


def _is_case_blind() -> bool:
    try:
        ZoneInfo("europe/berlin")
    except (KeyError, ValueError):
        return False
    return True


def test_a_repeated_time_is_refused_with_both_readings_as_they_can_be_typed() -> None:
    error = refusal(lambda: resolve_local(datetime.fromisoformat("2026-10-25T02:30"), BERLIN))
    assert error.message == (
        "02:30 happens twice on 2026-10-25 in Europe/Berlin (the clocks go back)"
    )
    assert error.details == (
        "2026-10-25T02:30+02:00   before",
        "2026-10-25T02:30+01:00   after",
    )
    assert error.hint == "Type the one you mean."


def test_a_skipped_time_is_refused_with_both_neighbours_as_they_can_be_typed() -> None:
    error = refusal(lambda: resolve_local(datetime.fromisoformat("2026-03-29T02:30:15"), BERLIN))
    assert error.message == (
        "02:30:15 does not exist on 2026-03-29 in Europe/Berlin (the clocks go forward)"
    )
    assert error.details == (
        "2026-03-29T01:30:15+01:00   before",
        "2026-03-29T03:30:15+02:00   after",
    )


@pytest.mark.parametrize(
    ("zone", "day", "day_start", "expected"),
    [
        pytest.param("Europe/Berlin", "2026-11-24", 0, "2026-11-23T23:00Z", id="ordinary"),
        pytest.param("Europe/Berlin", "2026-11-24", 240, "2026-11-24T03:00Z", id="at-four"),
        pytest.param("Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:00Z", id="skipped"),
        pytest.param("Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30Z", id="repeated"),
        pytest.param("Asia/Beirut", "2026-03-29", 0, "2026-03-28T22:00Z", id="midnight-skipped"),
        pytest.param("Asia/Beirut", "2026-03-29", 30, "2026-03-28T22:00Z", id="half-past-skipped"),
        pytest.param("America/Havana", "2026-11-01", 0, "2026-11-01T04:00Z", id="midnight-twice"),
        pytest.param("Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00Z", id="day-skipped"),
        pytest.param("Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00Z", id="day-after-it"),
    ],
)
def test_a_day_begins_at_the_first_instant_that_is_there(
    zone: str, day: str, day_start: int, expected: str
) -> None:
    begins = day_start_utc(date.fromisoformat(day), ZoneInfo(zone), timedelta(minutes=day_start))
    assert begins == datetime.fromisoformat(expected)
    assert begins.utcoffset() == timedelta(0)


def test_a_span_over_midnight_is_split_where_the_day_begins() -> None:
    start = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    end = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert list(local_days(start, end, BERLIN)) == [
        (date(2026, 11, 23), start, midnight),
        (date(2026, 11, 24), midnight, end),
    ]
    assert list(local_days(start, end, BERLIN, timedelta(hours=4))) == [
        (date(2026, 11, 23), start, end)
    ]


def test_nothing_has_no_days() -> None:
    instant = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    assert list(local_days(instant, instant, BERLIN)) == []


def test_the_day_of_a_clock_change_is_as_long_as_it_really_is() -> None:
    hours = [
        (end - start) // timedelta(hours=1)
        for _, start, end in local_days(
            datetime(2026, 10, 23, 22, 0, tzinfo=UTC),
            datetime(2026, 10, 26, 23, 0, tzinfo=UTC),
            BERLIN,
        )
    ]
    assert hours == [24, 25, 24]


def test_a_local_day_that_never_was_gets_nothing() -> None:
    apia = ZoneInfo("Pacific/Apia")
    start = datetime(2011, 12, 29, 12, 0, tzinfo=UTC)
    days = [day for day, *_ in local_days(start, start + timedelta(days=2), apia)]
    assert days == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


def test_an_instant_is_written_as_rfc_3339_with_its_offset() -> None:
    instant = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert offset_text(instant, BERLIN) == "2026-11-24T09:00:00+01:00"


def test_an_offset_with_seconds_which_rfc_3339_lacks_is_written_in_utc() -> None:
    instant = datetime(1970, 6, 1, 12, 0, tzinfo=UTC)
    assert offset_text(instant, ZoneInfo("Africa/Monrovia")) == "1970-06-01T12:00:00+00:00"


@pytest.mark.parametrize("zone", TEN_ZONES)
def test_the_laws_of_clock_changes_hold_in_ten_zones(zone: str) -> None:
    _assert_laws(ZoneInfo(zone))


@pytest.mark.long
@pytest.mark.parametrize("zone", long_only(sorted(available_timezones())))
def test_the_laws_of_clock_changes_hold_in_every_zone(zone: str) -> None:
    _assert_laws(ZoneInfo(zone))


@pytest.mark.long
def test_the_zones_have_thousands_of_changes_to_prove_the_laws_on() -> None:
    counts = [len(clock_changes(ZoneInfo(zone))) for zone in available_timezones()]
    assert sum(counts) > 5000


def test_the_ten_zones_have_changes_of_every_kind() -> None:
    changes = [change for zone in TEN_ZONES for change in clock_changes(ZoneInfo(zone))]
    assert len(changes) > 150
    assert {change.step for change in changes} >= {
        timedelta(minutes=minutes) for minutes in (-60, -30, 30, 60)
    }
    assert any(change.wall_before.hour == 0 and change.step > timedelta(0) for change in changes)
    assert any(change.wall_after.hour == 0 and change.step < timedelta(0) for change in changes)


def _assert_laws(zone: ZoneInfo) -> None:
    for change in clock_changes(zone):
        _assert_change_is_refused_within_and_not_beside(change)
        _assert_points_around_survive_their_text(change)
        for day_start in DAY_STARTS:
            _assert_days_around_sum_to_the_whole(change, day_start)


def _assert_change_is_refused_within_and_not_beside(change: ClockChange) -> None:
    first, beyond = sorted((change.wall_before, change.wall_after))
    words = "does not exist" if change.step > timedelta(0) else "happens twice"
    for within in (first, first + (beyond - first) // 2, beyond - SECOND):
        error = refusal(partial(resolve_local, within, change.zone))
        assert words in error.message
        _assert_readings_stand_for(error.details, within, change)
    assert resolve_local(first - SECOND, change.zone) == _utc(first - SECOND, change.before)
    assert resolve_local(beyond, change.zone) == _utc(beyond, change.after)


def _utc(naive: datetime, offset: timedelta) -> datetime:
    return (naive - offset).replace(tzinfo=UTC)


def _assert_readings_stand_for(
    details: tuple[str, ...], naive: datetime, change: ClockChange
) -> None:
    ctx = TimeContext(change.at, change.zone)
    read = [parse_point(line.split()[0], ctx, future=True) for line in details]
    assert read == sorted((_utc(naive, change.before), _utc(naive, change.after)))
    assert [line.split()[1] for line in details] == ["before", "after"]


def _assert_points_around_survive_their_text(change: ClockChange) -> None:
    ctx = TimeContext(change.at, change.zone)
    for seconds in (-3601, -1, 0, 1, 1800, 3600):
        instant = change.at + timedelta(seconds=seconds)
        assert parse_point(offset_text(instant, ctx.zone), ctx, future=True) == instant


def _assert_days_around_sum_to_the_whole(change: ClockChange, day_start: timedelta) -> None:
    start, end = change.at - timedelta(hours=49), change.at + timedelta(hours=51)
    parts = list(local_days(start, end, change.zone, day_start))
    assert sum((end - start for _, start, end in parts), timedelta()) == end - start
    assert [part_end for *_, part_end in parts] == [part[1] for part in parts[1:]] + [end]
    assert [day for day, *_ in parts] == sorted({day for day, *_ in parts})
    for day, part_start, part_end in parts:
        assert local_day(part_start, change.zone, day_start) == day
        assert local_day(part_end - SECOND, change.zone, day_start) == day


@settings(deadline=None, max_examples=some(200))
@given(
    zone=st.sampled_from(TEN_ZONES).map(ZoneInfo),
    start=instants(date(1971, 1, 1), date(2099, 1, 1)),
    seconds=st.integers(1, 20 * 24 * 3600),
    day_start=st.integers(0, 23 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_the_parts_of_any_span_sum_to_the_whole(
    zone: ZoneInfo, start: datetime, seconds: int, day_start: timedelta
) -> None:
    parts = list(local_days(start, start + timedelta(seconds=seconds), zone, day_start))
    assert sum((end - begin for _, begin, end in parts), timedelta()) == timedelta(seconds=seconds)
    assert all(
        day_start_utc(day, zone, day_start) <= begin < end
        and end <= day_start_utc(day + timedelta(days=1), zone, day_start)
        for day, begin, end in parts
    )


EVER = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
ENDS = st.sampled_from([datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])


@settings(deadline=None, max_examples=some(200))
@given(
    zone=st.sampled_from(TEN_ZONES).map(ZoneInfo),
    start=EVER | ENDS,
    end=EVER | ENDS,
    first=instants(date(1970, 1, 1), date(2100, 1, 1)),
    length=st.integers(0, 40 * 24 * 3600),
)
def test_however_long_a_span_is_only_what_lies_within_is_divided(
    zone: ZoneInfo, start: datetime, end: datetime, first: datetime, length: int
) -> None:
    within = (first, first + timedelta(seconds=length))
    parts = list(local_days(start, end, zone, within=within))
    shared = max(min(end, within[1]) - max(start, within[0]), timedelta())
    assert sum((until - since for _, since, until in parts), timedelta()) == shared
    assert len(parts) <= length // (20 * 3600) + 2
    assert all(within[0] <= since < until <= within[1] for _, since, until in parts)


@given(zone=st.sampled_from(TEN_ZONES).map(ZoneInfo), instant=EVER | ENDS)
def test_every_instant_has_a_local_time_and_a_text(zone: ZoneInfo, instant: datetime) -> None:
    assert local_time(instant, zone) == instant
    read = datetime.fromisoformat(offset_text(instant, zone))
    assert read.replace(tzinfo=None) - (read.utcoffset() or timedelta()) == instant.replace(
        microsecond=0, tzinfo=None
    )
