"""How dates, times and numbers are written.

Instants are integer microseconds UTC and are shown in the office's zone; dates are local already.
Long forms follow the language (2026年11月24日; November 24, 2026); dense lists write 11-24 and a 24-hour time
in both.
"""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask_babel import gettext, ngettext

from casework.clock import local, today
from casework.presentation.locale import language


def _day(value: date | int) -> date:
    return local(value).date() if isinstance(value, int) else value


def long_date(value: date | int) -> str:
    """2026年11月24日, or November 24, 2026. Takes a local date or an instant."""
    return format_date(_day(value), "long", locale=language())


def short_date(value: date | int) -> str:
    """11-24 in both languages, for lists whose year is plain."""
    return f"{_day(value):%m-%d}"


def iso_date(value: date | int) -> str:
    """2026-11-24, for forms and for lists that cross a year."""
    return _day(value).isoformat()


def month(value: date) -> str:
    """2026年11月, or Nov 2026."""
    return format_date(value, "y年M月" if language() == "zh" else "MMM y", locale=language())


def weekday_date(value: date) -> str:
    """11月24日 周二, or Tue, Nov 24."""
    return format_date(value, "M月d日 EEE" if language() == "zh" else "EEE, MMM d", locale=language())


def local_time(at_us: int) -> str:
    """18:20, 24 hours, the office's zone."""
    return f"{local(at_us):%H:%M}"


def date_time(at_us: int) -> str:
    """2026年11月24日 18:20, or November 24, 2026, 18:20."""
    return f"{long_date(at_us)}{' ' if language() == 'zh' else ', '}{local_time(at_us)}"


def short_date_time(at_us: int) -> str:
    """11-24 18:20, with its year when that is not the present one."""
    at = local(at_us)
    return f"{at:%m-%d %H:%M}" if at.year == today().year else f"{at:%Y-%m-%d %H:%M}"


def machine_time(at_us: int) -> str:
    """The `datetime` attribute of a <time>: 2026-11-24T18:20+08:00."""
    return local(at_us).isoformat(timespec="minutes")


def duration(seconds: int) -> str:
    """A span in its two largest units: 2 小时 10 分; whole days from two days on."""
    minutes = abs(int(seconds)) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if seconds < 60:
        return gettext("不到 1 分钟")
    if days >= 2 or (days and minutes % 1440 == 0):
        return ngettext("%(num)s 天", "%(num)s 天", days)
    if days or hours:
        hours += 24 * days
        whole = ngettext("%(num)s 小时", "%(num)s 小时", hours)
        return whole if not rest else gettext("%(hours)s %(num)s 分", hours=whole, num=rest)
    return gettext("%(num)s 分钟", num=rest)


def number(value: int | float | None, digits: int = 0) -> str:
    """1,234 with the digits asked for; an absent value is a dash, never a zero."""
    return "—" if value is None else f"{value:,.{digits}f}"


def percent(share: float | None, digits: int = 1) -> str:
    """76.9% from 0.769; an absent value is a dash."""
    return "—" if share is None else f"{share * 100:.{digits}f}%"


def size(count_bytes: int) -> str:
    """1.5 GB: a number of bytes in the largest unit that leaves at least one."""
    value, unit = float(count_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


FILTERS = {
    "size": size,
    "long_date": long_date,
    "short_date": short_date,
    "iso_date": iso_date,
    "month": month,
    "weekday_date": weekday_date,
    "local_time": local_time,
    "date_time": date_time,
    "short_date_time": short_date_time,
    "machine_time": machine_time,
    "duration": duration,
    "number": number,
    "percent": percent,
}
