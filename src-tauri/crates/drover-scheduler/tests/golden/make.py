"""Makes `schedules.tsv`: the times of cron rules in zones, by an independent implementation.

    python3 -m venv venv && venv/bin/pip install tzdata==2026.6 cronsim==2.8
    PYTHONTZPATH= venv/bin/python make.py > schedules.tsv

It walks over every minute of UTC, with the seconds that a rule of six fields names, and asks the standard library's `zoneinfo` for the local
time, as a cron daemon does, instead of walking over local times as Drover does. What the
rules of days mean is checked against `cronsim` in UTC before anything is written.

The rule of clock changes, as Vixie cron's daemon has it: a rule with a `*` in second, minute or
hour follows the clock. Any other happens once a day: when the clock jumps ahead by at most three
hours, what was jumped over happens at once; when it is put back, what has happened is not
repeated. A longer jump is a missing day, whose times are skipped.
"""

import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from cronsim import CronSim

MINUTE = timedelta(minutes=1)
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()


class Rule:
    def __init__(self, text):
        self.text = text
        *second, minute, hour, day, month, weekday = text.split()
        second = second[0] if second else "0"
        self.fixed = "*" not in second + minute + hour
        self.seconds = numbers(second, 0, 59)
        self.minutes = numbers(minute, 0, 59)
        self.hours = numbers(hour, 0, 23)
        self.months = numbers(month, 1, 12, MONTHS)
        self.days = day.upper().split(",")
        self.both = weekday.startswith("+")
        self.weekdays = weekday.lstrip("+").upper().split(",")
        self.star = day[0] in "*?" or weekday[0] in "*?"
        self.known = {}

    def names(self, local):
        """Whether a local minute is one of the rule's."""
        if local.minute not in self.minutes or local.hour not in self.hours:
            return False
        day = local.date()
        if day not in self.known:
            self.known[day] = self.names_day(day)
        return self.known[day]

    def names_day(self, day):
        if day.month not in self.months:
            return False
        by_day = any(fits_day(item, day) for item in self.days)
        by_weekday = any(fits_weekday(item, day) for item in self.weekdays)
        if self.star or self.both:
            return by_day and by_weekday
        return by_day or by_weekday


def numbers(field, low, high, names=()):
    found = set()
    for item in field.upper().split(","):
        base, _, step = item.partition("/")
        first, _, last = base.partition("-")
        if base in "*?":
            first, last = low, high
        else:
            first = named(first, names, low)
            last = named(last, names, low) if last else (high if step else first)
        found.update(range(first, last + 1, int(step or 1)))
    return found


def named(text, names, low):
    return names.index(text) + low if text in names else int(text)


def last_of_month(day):
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def nearest_weekday(number, day):
    """The day from Monday to Friday nearest to a number, tried outwards."""
    last = last_of_month(day).day
    if number > last:
        return None
    for distance in (0, -1, 1, -2, 2):
        other = number + distance
        if 1 <= other <= last and day.replace(day=other).weekday() < 5:
            return other


def fits_day(item, day):
    if item == "L":
        return day == last_of_month(day)
    if item == "LW":
        return day.day == nearest_weekday(last_of_month(day).day, day)
    if item.endswith("W"):
        return day.day == nearest_weekday(int(item[:-1]), day)
    return day.day in numbers(item, 1, 31)


def fits_weekday(item, day):
    weekday = (day.weekday() + 1) % 7
    if "#" in item:
        name, nth = item.split("#")
        return weekday == named(name, WEEKDAYS, 0) % 7 and (day.day + 6) // 7 == int(nth)
    if item.endswith("L"):
        is_last = (day + timedelta(days=7)).month != day.month
        return weekday == named(item[:-1], WEEKDAYS, 0) % 7 and is_last
    if "-" in item and "/" not in item:
        first, last = (named(name, WEEKDAYS, 0) for name in item.split("-"))
        last += 7 if last < first else 0
        return weekday in {number % 7 for number in range(first, last + 1)}
    return weekday in {number % 7 for number in numbers(item, 0, 6, WEEKDAYS)}


def slots(rule, zone, start, end):
    """Pairs of a UTC second and its kind, `start` or `missing:<how many>`."""
    before = (start - MINUTE).astimezone(zone).replace(tzinfo=None)
    # Local minutes before this one have happened.
    passed = before + MINUTE
    now = start
    while now < end:
        local = now.astimezone(zone).replace(tzinfo=None, second=0)
        jumped = local - before - MINUTE
        fires, seconds = rule.names(local), set()
        if rule.fixed:
            if jumped > timedelta():
                gap = [before + MINUTE * n for n in range(1, jumped // MINUTE + 1)]
                asked = sum(rule.names(minute) for minute in gap) * len(rule.seconds)
                if jumped <= timedelta(hours=3):
                    # The first second after the gap, also when the rule names another one of it.
                    seconds |= {0} if asked else set()
                elif asked:
                    yield now, f"missing:{asked}"
            fires = fires and local >= passed
        if fires:
            seconds |= rule.seconds
        for second in sorted(seconds):
            yield now + timedelta(seconds=second), "start"
        passed = max(passed, local + MINUTE)
        before = local
        now += MINUTE


def check_against_cronsim(rules):
    """In UTC there are no jumps, so only the meaning of the fields is compared."""
    for text in rules:
        day, _, weekday = text.split()[-3:]
        # The reference has no `nW`, no `+` and no range of weekdays over a Sunday.
        if day.rstrip("W") not in ("L", day) or "+" in weekday or weekday == "SAT-SUN":
            continue
        rule, now = Rule(text), datetime(2026, 1, 1, tzinfo=timezone.utc)
        times = CronSim(text, now - timedelta(seconds=1))
        end = datetime(2027, 3, 1, tzinfo=timezone.utc)
        expected = []
        for at in times:
            if at >= end:
                break
            expected.append(at)
        day_by_day = []
        current = date(2026, 1, 1)
        while current < end.date():
            if rule.names_day(current):
                for hour in sorted(rule.hours):
                    for minute in sorted(rule.minutes):
                        for second in sorted(rule.seconds):
                            moment = datetime(current.year, current.month, current.day, hour, minute, second)
                            day_by_day.append(moment.replace(tzinfo=timezone.utc))
            current += timedelta(days=1)
        assert day_by_day == expected, text


# Around each change of the clocks, and a stretch without one.
PERIODS = [
    ("America/New_York", "2026-03-06", "2026-03-11"),
    ("America/New_York", "2026-10-30", "2026-11-04"),
    ("Europe/Berlin", "2026-03-27", "2026-04-01"),
    ("Europe/Berlin", "2026-10-23", "2026-10-28"),
    ("Europe/London", "2026-03-27", "2026-04-01"),
    ("Europe/London", "2026-10-23", "2026-10-28"),
    ("America/Sao_Paulo", "2018-11-02", "2018-11-07"),
    ("America/Sao_Paulo", "2019-02-15", "2019-02-19"),
    ("Asia/Tokyo", "2026-06-01", "2026-06-04"),
    ("Australia/Lord_Howe", "2026-10-02", "2026-10-06"),
    ("Australia/Lord_Howe", "2026-04-03", "2026-04-07"),
    ("Africa/Casablanca", "2026-02-13", "2026-02-18"),
    ("Africa/Casablanca", "2026-03-20", "2026-03-25"),
    ("Pacific/Apia", "2011-12-27", "2012-01-02"),
    ("Asia/Kathmandu", "2026-06-01", "2026-06-04"),
    ("America/St_Johns", "2026-03-06", "2026-03-10"),
    ("America/St_Johns", "2026-10-30", "2026-11-03"),
    ("Africa/Cairo", "2026-04-22", "2026-04-27"),
    ("Africa/Cairo", "2026-10-28", "2026-11-01"),
    ("UTC", "2026-06-01", "2026-06-04"),
    # The year in which 32 bits of seconds end.
    ("Europe/Berlin", "2038-01-17", "2038-01-22"),
    ("Europe/Berlin", "2038-03-26", "2038-03-30"),
    ("America/New_York", "2038-11-05", "2038-11-09"),
    ("Australia/Lord_Howe", "2041-10-04", "2041-10-08"),
]
CLOCK_RULES = [
    "30 2 * * *",
    "30 2,14 * * *",
    "30 1-3 * * *",
    "*/30 2 * * *",
    "30 1 * * *",
    "30 1,13 * * *",
    "*/30 1 * * *",
    "15 2 * * *",
    "45 1 * * *",
    "30 0 * * *",
    "0 0 * * *",
    "0 12 * * *",
    "0 1,2,3 * * *",
    "0-59/20 0-3 * * *",
    "59 23 * * *",
    "15 * * * *",
    "7 */2 * * *",
    "*/45 0-4 * * *",
    "0 3 * * 0",
    "30 2 * * SAT-SUN",
]
# With seconds.
SECOND_RULES = [
    "15 30 2 * * *",
    "0,30 30 1 * * *",
    "*/20 30 1 * * *",
    "10-50/20 0 0-3 * * *",
    "30 0 3 * * *",
    "0 15,45 2,3 * * *",
    "*/15 59 1-2 * * *",
    "59 59 23 * * *",
    "5 0 */6 * * *",
    "20 */20 2 * * *",
    "7,8 30 0 * * SAT-SUN",
    "45 0 12 L * *",
]
# A year and two months each, in a zone with changes.
DAY_RULES = [
    "0 9 * * MON-FRI",
    "0 9 1 * *",
    "0 9 1,15 * MON",
    "0 9 13 * FRI",
    "0 9 13 * +FRI",
    "0 9 */2 * MON",
    "0 9 */10 * *",
    "0 9 L * *",
    "0 9 LW * *",
    "0 9 1W * *",
    "0 9 15W,31W * *",
    "0 9 * * FRI#2",
    "0 9 * * 5L",
    "0 9 * * MON#1,THU#3",
    "0 9 29 2 *",
    "0 9 31 * *",
    "0 9 * JAN,JUL SUN",
    "30 7 1-7 3-5 *",
    "5 4 * * 7",
    "0 22 * * 1-5",
]


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def main():
    import tzdata

    check_against_cronsim(CLOCK_RULES + SECOND_RULES + DAY_RULES)
    out = sys.stdout
    out.write(f"# Made by make.py with tzdata {tzdata.IANA_VERSION}. Do not edit.\n")
    out.write("# zone\tfrom\tto\trule\tslots: seconds since `from`, or `seconds!count` of missing times\n")
    cases = [(*period, rule) for period in PERIODS for rule in CLOCK_RULES]
    for zone in ("Europe/Berlin", "America/St_Johns"):
        cases += [(zone, "2027-12-30", "2029-03-02", rule) for rule in DAY_RULES]
    cases += [(*period, rule) for period in PERIODS for rule in SECOND_RULES]
    for zone, start, end, rule in cases:
        begin = instant(start)
        found = []
        for at, kind in slots(Rule(rule), ZoneInfo(zone), begin, instant(end)):
            seconds = int((at - begin).total_seconds())
            _, missing, count = kind.partition(":")
            found.append(f"{seconds}!{count}" if missing else str(seconds))
        out.write("\t".join([zone, start, end, rule, ",".join(found)]) + "\n")


if __name__ == "__main__":
    main()
