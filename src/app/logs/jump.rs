//! Times as people write and paste them.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

/// Where to jump to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Milliseconds since 1970.
    At(i64),
    /// The start of the last deployment.
    Deploy,
    /// The end of the task that stopped last.
    Stop,
    /// The last change of an alarm.
    Alarm,
}

/// What this says in a zone that holds where it names none; else a sentence about what may be written.
pub fn parse<Z: TimeZone>(text: &str, now: DateTime<Utc>, zone: &Z) -> Result<Goal, String> {
    let text = text.trim().trim_matches(['[', ']', '"', '\'', '(', ')', ',']).trim();
    match text.to_ascii_lowercase().as_str() {
        "deploy" | "deployment" => return Ok(Goal::Deploy),
        "stop" | "stopped" => return Ok(Goal::Stop),
        "alarm" => return Ok(Goal::Alarm),
        "now" => return Ok(Goal::At(now.timestamp_millis())),
        _ => {}
    }
    let found = before_now(text, now)
        .or_else(|| epoch(text))
        .or_else(|| dated(text, now, zone))
        .or_else(|| of_day(text, now, zone));
    let sentence = || {
        format!(
            "`{text}` is no time: write 14:03, -10m, yesterday 22:15, 2026-11-21 14:03, deploy, stop or alarm"
        )
    };
    found.map(|at| Goal::At(at.timestamp_millis())).ok_or_else(sentence)
}

/// When a range begins that ends now: `45m`, or any time. Milliseconds since 1970.
pub fn range<Z: TimeZone>(text: &str, now: DateTime<Utc>, zone: &Z) -> Result<i64, String> {
    if let Some(span) = span(text.trim()) {
        return now
            .checked_sub_signed(span)
            .map(|at| at.timestamp_millis())
            .ok_or_else(|| format!("{} is further back than any time", text.trim()));
    }
    match parse(text, now, zone) {
        Ok(Goal::At(at)) if at < now.timestamp_millis() => Ok(at),
        Ok(Goal::At(_)) => Err(format!("{} is not over yet: a range ends now", text.trim())),
        _ => Err(format!(
            "`{}` is no range: write 45m, 2h, 3d, or when it begins: 14:03, yesterday 22:15",
            text.trim()
        )),
    }
}

/// `-10m`, `-1h30m`, `10m ago`.
fn before_now(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ((Some(written), None) | (None, Some(written))) = (text.strip_prefix('-'), text.strip_suffix("ago"))
    else {
        return None;
    };
    now.checked_sub_signed(span(written.trim())?)
}

/// `10m`, `1h30m`, `2d`, `90 s`.
fn span(text: &str) -> Option<TimeDelta> {
    let mut sum = TimeDelta::zero();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let letters = rest.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(rest.len());
        let part = match rest.get(..letters)?.to_ascii_lowercase().as_str() {
            "s" | "sec" | "second" | "seconds" => TimeDelta::try_seconds(number)?,
            "m" | "min" | "minute" | "minutes" => TimeDelta::try_minutes(number)?,
            "h" | "hour" | "hours" => TimeDelta::try_hours(number)?,
            "d" | "day" | "days" => TimeDelta::try_days(number)?,
            "w" | "week" | "weeks" => TimeDelta::try_weeks(number)?,
            _ => return None,
        };
        sum = sum.checked_add(&part)?;
        rest = rest.get(letters..)?.trim_start();
    }
    (!text.is_empty()).then_some(sum)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, by how many digits there are.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let millis = match whole.len() {
        9..=10 => {
            let part: i64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
            number.checked_mul(1000)?.checked_add(part)?
        }
        12..=13 => number,
        16 => number / 1000,
        19 => number / 1_000_000,
        _ => return None,
    };
    DateTime::from_timestamp_millis(millis)
}

/// Times with a date, in the forms that programs write.
fn dated<Z: TimeZone>(text: &str, now: DateTime<Utc>, zone: &Z) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
        return Some(at.to_utc());
    }
    let (rest, offset) = split_zone(text);
    // A comma in front of milliseconds is what Python and Java write.
    let rest = rest.replace(',', ".");
    let forms = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M:%S%.f",
        "%Y/%m/%d %H:%M",
        "%d/%b/%Y:%H:%M:%S",
        "%d/%b/%Y:%H:%M",
        "%a %b %e %H:%M:%S %Y",
        "%d %b %Y %H:%M:%S%.f",
    ];
    let mut found = forms.iter().filter_map(|form| NaiveDateTime::parse_from_str(&rest, form).ok());
    if let Some(at) = found.next() {
        return in_zone(at, offset, zone);
    }
    if let Ok(day) = NaiveDate::parse_from_str(&rest, "%Y-%m-%d") {
        return in_zone(day.and_time(NaiveTime::MIN), offset, zone);
    }
    // syslog leaves the year out: it is the last one in which that was over.
    let year = now.with_timezone(zone).naive_local().date();
    let year = chrono::Datelike::year(&year);
    let of_year = |year: i32| {
        let text = format!("{year} {rest}");
        let forms = ["%Y %b %e %H:%M:%S%.f", "%Y %b %e %H:%M"];
        let found = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())?;
        in_zone(found, offset, zone)
    };
    let this = of_year(year);
    match this {
        Some(at) if at > now + TimeDelta::days(1) => of_year(year - 1),
        // The 29th of February is not in every year.
        None => of_year(year - 1),
        this => this,
    }
}

/// A time of day, the last one that was: `14:03`, `14:03:20`, `yesterday 22:15`, `today`.
fn of_day<Z: TimeZone>(text: &str, now: DateTime<Utc>, zone: &Z) -> Option<DateTime<Utc>> {
    let (rest, offset) = split_zone(text);
    let lower = rest.to_ascii_lowercase();
    let (day, time) = match (lower.strip_prefix("yesterday"), lower.strip_prefix("today")) {
        (Some(time), _) => (Some(1), time.trim()),
        (_, Some(time)) => (Some(0), time.trim()),
        _ => (None, lower.trim()),
    };
    let time = time.replace(',', ".");
    let parsed = || {
        let forms = ["%H:%M:%S%.f", "%H:%M"];
        forms.iter().find_map(|form| NaiveTime::parse_from_str(&time, form).ok())
    };
    let time = if time.is_empty() && day.is_some() { NaiveTime::MIN } else { parsed()? };
    let today = match offset {
        Some(offset) => now.with_timezone(&offset).date_naive(),
        None => now.with_timezone(zone).naive_local().date(),
    };
    let on = |back: u64| in_zone(today.checked_sub_days(Days::new(back))?.and_time(time), offset, zone);
    match day {
        Some(back) => on(back),
        None => on(0).filter(|at| *at <= now).or_else(|| on(1)),
    }
}

/// What stands in front of a zone at the end, and the zone: `Z`, `UTC`, `+02:00`, `+0200`.
fn split_zone(text: &str) -> (&str, Option<FixedOffset>) {
    let utc = FixedOffset::east_opt(0);
    for word in ["UTC", "GMT", "Z", "z"] {
        if let Some(rest) = text.strip_suffix(word).filter(|rest| rest.contains(':')) {
            return (rest.trim_end(), utc);
        }
    }
    // The last sign behind a colon is one of a zone, not of a date.
    let Some(at) = text.rfind(['+', '-']).filter(|at| text.get(..*at).is_some_and(|rest| rest.contains(':')))
    else {
        return (text, None);
    };
    let (rest, written) = text.split_at(at);
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let parts = (digits.len() == 4 && written.len() <= 6).then(|| digits.split_at(2));
    let seconds = parts.and_then(|(hours, minutes)| {
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let sign = if written.starts_with('-') { -1 } else { 1 };
        Some(sign * (hours * 3600 + minutes * 60))
    });
    match seconds.and_then(FixedOffset::east_opt) {
        Some(offset) => (rest.trim_end(), Some(offset)),
        None => (text, None),
    }
}

/// A time that the clock of its zone showed; where clocks were set forward, the hour behind.
fn in_zone<Z: TimeZone>(at: NaiveDateTime, offset: Option<FixedOffset>, zone: &Z) -> Option<DateTime<Utc>> {
    if let Some(offset) = offset {
        return offset.from_local_datetime(&at).single().map(|at| at.to_utc());
    }
    let later = || zone.from_local_datetime(&at.checked_add_signed(TimeDelta::hours(1))?).earliest();
    zone.from_local_datetime(&at).earliest().or_else(later).map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
    use proptest::prelude::*;

    use super::{Goal, parse, range};

    fn now() -> DateTime<Utc> {
        "2026-11-21T14:10:00Z".parse().unwrap()
    }

    fn shown(at: i64) -> String {
        DateTime::from_timestamp_millis(at).unwrap().to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    fn at(text: &str, hours: i32) -> String {
        match parse(text, now(), &FixedOffset::east_opt(hours * 3600).unwrap()) {
            Ok(Goal::At(at)) => shown(at),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn times_are_read_in_every_form() {
        for (text, expected) in [
            ("14:03", "2026-11-21T14:03:00Z"),
            ("14:03:20", "2026-11-21T14:03:20Z"),
            ("14:03:20.120", "2026-11-21T14:03:20.120Z"),
            ("9:05", "2026-11-21T09:05:00Z"),
            // It is not over today.
            ("22:15", "2026-11-20T22:15:00Z"),
            ("-10m", "2026-11-21T14:00:00Z"),
            ("-1h30m", "2026-11-21T12:40:00Z"),
            ("90s ago", "2026-11-21T14:08:30Z"),
            ("-2d", "2026-11-19T14:10:00Z"),
            ("now", "2026-11-21T14:10:00Z"),
            ("yesterday 22:15", "2026-11-20T22:15:00Z"),
            ("Yesterday", "2026-11-20T00:00:00Z"),
            ("today 06:00", "2026-11-21T06:00:00Z"),
            ("2026-11-21 14:03", "2026-11-21T14:03:00Z"),
            ("2026-11-21T14:03", "2026-11-21T14:03:00Z"),
            ("2026-11-21", "2026-11-21T00:00:00Z"),
            ("2026-11-21T14:03:22Z", "2026-11-21T14:03:22Z"),
            ("2026-11-21T14:03:22.120+02:00", "2026-11-21T12:03:22.120Z"),
            ("2026-11-21 14:03:22,120", "2026-11-21T14:03:22.120Z"),
            ("2026-11-21 14:03:22 UTC", "2026-11-21T14:03:22Z"),
            ("2026-11-21 14:03:22 -0500", "2026-11-21T19:03:22Z"),
            ("2026/11/21 14:03:22", "2026-11-21T14:03:22Z"),
            ("1795269802", "2026-11-21T14:03:22Z"),
            ("1795269802.5", "2026-11-21T14:03:22.500Z"),
            ("1795269802120", "2026-11-21T14:03:22.120Z"),
            ("1795269802120000", "2026-11-21T14:03:22.120Z"),
            ("1795269802120000000", "2026-11-21T14:03:22.120Z"),
            ("[21/Nov/2026:14:03:22 +0000]", "2026-11-21T14:03:22Z"),
            ("21/Nov/2026:14:03:22 +0100", "2026-11-21T13:03:22Z"),
            ("Nov 21 14:03:22", "2026-11-21T14:03:22Z"),
            ("Nov  1 14:03:22", "2026-11-01T14:03:22Z"),
            ("Dec 31 23:59:59", "2025-12-31T23:59:59Z"),
            ("Sat, 21 Nov 2026 14:03:22 +0000", "2026-11-21T14:03:22Z"),
            ("Sat Nov 21 14:03:22 2026", "2026-11-21T14:03:22Z"),
            ("\"2026-11-21T14:03:22Z\",", "2026-11-21T14:03:22Z"),
            ("14:03Z", "2026-11-21T14:03:00Z"),
        ] {
            assert_eq!(at(text, 0), expected, "{text}");
        }
    }

    #[test]
    fn a_zone_that_is_not_written_is_the_one_that_is_shown() {
        assert_eq!(at("15:03", 1), "2026-11-21T14:03:00Z");
        assert_eq!(at("14:03 UTC", 5), "2026-11-21T14:03:00Z");
        assert_eq!(at("yesterday 22:15", -5), "2026-11-21T03:15:00Z");
        assert_eq!(at("2026-11-21 16:03", 2), "2026-11-21T14:03:00Z");
    }

    #[test]
    fn words_are_things_that_happened() {
        let zone = Utc;
        assert_eq!(parse("deploy", now(), &zone), Ok(Goal::Deploy));
        assert_eq!(parse(" Stop ", now(), &zone), Ok(Goal::Stop));
        assert_eq!(parse("alarm", now(), &zone), Ok(Goal::Alarm));
        for text in ["", "soon", "25:00", "1403", "-", "-10", "-m", "10m", "2026-13-01", "-99999999999999d"] {
            let mistake = parse(text, now(), &zone).unwrap_err();
            assert!(mistake.contains("is no time"), "{text}: {mistake}");
        }
    }

    #[test]
    fn ranges_end_now() {
        let from = |text: &str| range(text, now(), &Utc).map(shown);
        assert_eq!(from("45m").unwrap(), "2026-11-21T13:25:00Z");
        assert_eq!(from("1h 30m").unwrap(), "2026-11-21T12:40:00Z");
        assert_eq!(from("-2h").unwrap(), "2026-11-21T12:10:00Z");
        assert_eq!(from("13:00").unwrap(), "2026-11-21T13:00:00Z");
        assert!(from("2026-11-22").unwrap_err().contains("not over yet"));
        assert!(from("a while").unwrap_err().contains("is no range"));
        assert!(from("deploy").unwrap_err().contains("is no range"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in ".*", times in "[-0-9:TZ+/ .,adhmsNov]{0,30}") {
            for text in [text, times] {
                let _ = (parse(&text, now(), &Utc), range(&text, now(), &Utc));
            }
        }
    }
}
