//! Numbers and times as people read them, the same in every column, sentence and report.

use chrono::{DateTime, Local, TimeDelta, Utc};

/// `4s`, `9m`, `3h`, `2d`: one number and one letter, rounded down; never negative.
pub fn age(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A span with two units, `41s`, `4m10s`, `2h05m`, for durations that are compared.
pub fn span(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3_600..172_800 => format!("{}h{:02}m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// `14:03:22`, in UTC or in local time.
pub fn clock(at: DateTime<Utc>, utc: bool) -> String {
    written(at, utc, "%H:%M:%S")
}

/// `14:03`, where the zone is clear.
pub fn minute(at: DateTime<Utc>, utc: bool) -> String {
    written(at, utc, "%H:%M")
}

/// `14:03 UTC`, or the local time without a zone.
pub fn minutes(at: DateTime<Utc>, utc: bool) -> String {
    written(at, utc, if utc { "%H:%M UTC" } else { "%H:%M" })
}

/// The time of day for today, else the date: `14:03:22`, `Nov 19 08:02`.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, utc: bool) -> String {
    if now - at < TimeDelta::hours(20) { clock(at, utc) } else { written(at, utc, "%b %d %H:%M") }
}

/// When something to come ends: the minute of it, with the date of another day.
pub fn until(at: DateTime<Utc>, now: DateTime<Utc>, utc: bool) -> String {
    if at - now < TimeDelta::hours(20) { minute(at, utc) } else { written(at, utc, "%b %d %H:%M") }
}

/// The whole date and time with its zone.
pub fn full(at: DateTime<Utc>, utc: bool) -> String {
    written(at, utc, if utc { "%Y-%m-%d %H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S %:z" })
}

fn written(at: DateTime<Utc>, utc: bool, form: &str) -> String {
    if utc { at.format(form).to_string() } else { at.with_timezone(&Local).format(form).to_string() }
}

/// `1 task`, `2 tasks`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{} {thing}s", thousands(number)) }
}

/// `12,345`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// CPU units and MiB of a task as `0.5 vCPU 1 GB`.
pub fn size(cpu: Option<&str>, memory: Option<&str>) -> String {
    let number = |text: &str| text.parse::<f64>().ok();
    let trim = |value: f64| {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let cpu = cpu.map(|text| {
        number(text).map_or_else(|| text.to_owned(), |units| format!("{} vCPU", trim(units / 1024.0)))
    });
    let memory = memory.map(|text| match number(text) {
        Some(mib) if mib >= 1024.0 => format!("{} GB", trim(mib / 1024.0)),
        Some(mib) => format!("{mib} MiB"),
        None => text.to_owned(),
    });
    [cpu, memory].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Text that is safe on a terminal: control characters become `·`, tabs a space, and characters that turn the
/// direction of writing are left out.
pub fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if text.chars().all(|c| !is_unsafe(c)) {
        return text.into();
    }
    let safe = text.chars().filter(|c| !is_invisible(*c)).map(|c| match c {
        '\t' => ' ',
        c if c.is_control() => '·',
        c => c,
    });
    safe.collect::<String>().into()
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Bidirectional overrides, zero-width characters and the like: they take no cell and change what others mean.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit_and_spans_two() {
        for (seconds, short, long) in [
            (-5, "0s", "0s"),
            (59, "59s", "59s"),
            (250, "4m", "4m10s"),
            (7_500, "2h", "2h05m"),
            (200_000, "2d", "2d07h"),
        ] {
            let value = TimeDelta::seconds(seconds);
            assert_eq!((age(value), span(value)), (short.to_owned(), long.to_owned()));
        }
    }

    #[test]
    fn sizes_are_read_in_the_units_of_a_bill() {
        assert_eq!(size(Some("512"), Some("1024")), "0.5 vCPU 1 GB");
        assert_eq!(size(Some("256"), Some("512")), "0.25 vCPU 512 MiB");
        assert_eq!(size(None, Some("lots")), "lots");
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        assert_eq!(plain("a\u{1b}[31mb\tc\u{202e}d\r\n"), "a·[31mb cd··");
        assert_eq!(plain("as it was ✓"), "as it was ✓");
    }

    #[test]
    fn thousands_are_parted() {
        assert_eq!([thousands(7), thousands(1_000), thousands(1_234_567)], ["7", "1,000", "1,234,567"]);
    }
}
