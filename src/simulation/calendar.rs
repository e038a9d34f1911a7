//! Moments as dates and times of day in UTC.

use std::fmt::{self, Display};

use super::Millis;

/// A moment taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub year: i64,
    /// From 1.
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub millis: i64,
}

pub fn moment(at: Millis) -> Moment {
    let (seconds, millis) = (at.div_euclid(1000), at.rem_euclid(1000));
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let clock = seconds.rem_euclid(86_400);
    Moment { year, month, day, hour: clock / 3600, minute: clock / 60 % 60, second: clock % 60, millis }
}

/// A moment in the words of ISO 8601, with milliseconds.
pub fn iso(at: Millis) -> impl Display {
    let Moment { year, month, day, hour, minute, second, millis } = moment(at);
    fmt::from_fn(move |f| {
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    })
}

/// Year, month and day of a count of days since 1970. Years are counted from March, so that a leap day is their last.
fn civil(days: i64) -> (i64, i64, i64) {
    // From the first of March of the year 0; 400 years always have 146,097 days.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let first = (153 * month + 2) / 5;
    let (late, year) = (month >= 10, era * 400 + year);
    (year + i64::from(late), if late { month - 9 } else { month + 3 }, day - first + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dated() {
        assert_eq!(
            [-1, 0, 58, 59, 11_016, 11_017].map(civil),
            [(1969, 12, 31), (1970, 1, 1), (1970, 2, 28), (1970, 3, 1), (2000, 2, 29), (2000, 3, 1),]
        );
    }
}
