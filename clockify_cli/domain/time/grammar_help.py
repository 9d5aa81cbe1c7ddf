"""The text of `clockify help time`: the grammar of times, by example."""

from __future__ import annotations

TIME_HELP = """\
How to write times. Case does not matter. Whatever is not understood is quoted
in an error.

TIME, a point
  9  930  0930  9:30  09:30:15  9am  9:30pm  noon
                            today; a time in the future is refused
  midnight                  the start of today
  24:00                     the end of today
  now                       this second
  15m ago  -15m  1h30m ago  counted back from now
  last                      the end of the latest finished entry: no gap
  yesterday 17:00           also today, tomorrow
  mon 9:00                  the latest Monday 9:00 in the past
  2026-11-23 09:30          a day and a time
  2026-11-23T09:30+01:00    ISO 8601, with or without a time zone
  Without seconds, a time in the minute in which an entry ends or the running
  timer began means that very second. Write 9:30:00 for the full minute.
  A time that a clock change skips or repeats is refused, with both readings:
  2026-10-25T02:30+02:00 is the first 02:30 of that night in Berlin.

SPAN, an interval
  9-10:30  9:00..10:30  9am-5pm
  yesterday 9-10:30         the second time is on the day of the first
  23-1:30                   or past midnight, on the next day
  2026-11-23 9:00..10:30
  -2h..-1h                  from two hours ago to one hour ago
  mon 23:00..tue 1:00       days or ISO times on both sides need the two dots
  Only with --yes: over 12 hours past midnight (9-5 is 20 hours), over 24 hours,
  and the future. In `add`, the last words that make a SPAN are the SPAN; if
  your description ends in one, give it with -d. Bare digits such as 555-1234
  or 0930-1015 are not a SPAN there; write 9:30-10:15. With only --for, a TIME
  at the end is the start: add Meeting mon 9:00 --for 1h.

DURATION, a length up to 999 hours
  90m  1h30m  1:30  1.5h  45s  PT1H30M

RANGE, whole days
  today  yesterday  mon     mon is today on a Monday
  workday  last workday     the latest day with working hours, today or before
  week  month  quarter  year
  last week  last month  last quarter  last year
  7d                        seven days, ending today
  2026  2026-11  2026-Q4  2026-11-23
  2026-W47                  the ISO week, beginning on a Monday
  2026-11-01..2026-11-15    both days included
  2026-11-01..              up to today
  all
  The settings week-start and day-start say when weeks and days begin.
"""
