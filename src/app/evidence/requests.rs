//! Checks of what the load balancer counted: requests, errors and response times of both sides over the same minutes.

use chrono::TimeDelta;

use super::side::{Case, Missing};
use super::{Check, CheckKind, Finding, has_share};
use crate::app::format;
use crate::fleet::percent::Percent;
use crate::fleet::traffic::Figures;

/// A difference counts when it is so many times as much …
const TIMES: f64 = 3.0;
/// … and rests on more events than these.
const EVENTS: f64 = 10.0;
/// With fewer requests nothing is said of green.
const SAMPLE: f64 = 100.0;

/// All rows that rest on counted requests; where nothing is counted one row says so.
pub(super) fn all(case: &Case<'_>) -> Vec<Check> {
    if !case.shift.moves_traffic() {
        return without_balancer(case);
    }
    let Some(since) = case.since() else {
        return vec![requests_row().not_checked("the deployment has not begun")];
    };
    let (blue, green) = (case.figures(case.blue(), since), case.figures(case.green(), since));
    let per_minute = |figures: &Result<Figures, Missing>| cell(figures, |figures| whole(figures.rate()));
    let requests = requests_row().sides(per_minute(&blue), per_minute(&green));
    if !has_share(case.shift) {
        let requests = requests.says(Finding::Info, "no production traffic on green yet");
        let tests = test_requests(case, &green).map(|check| check.aged(case.stale_traffic()));
        return [Some(requests), tests].into_iter().flatten().collect();
    }
    let alone = is_alone(case, &blue);
    let stale = case.stale_traffic();
    [share(case, requests, &blue, &green), errors(&blue, &green, alone), latency(&blue, &green, alone)]
        .into_iter()
        .map(|check| check.aged(stale.clone()))
        .collect()
}

/// All traffic is on green, or none reached blue: there is nothing to compare green with.
fn is_alone(case: &Case<'_>, blue: &Result<Figures, Missing>) -> bool {
    case.shift.green_share_asked() == Some(Percent::ALL) || matches!(blue, Err(Missing::Nothing))
}

fn requests_row() -> Check {
    Check::new(CheckKind::Requests, "requests per minute")
}

fn without_balancer(case: &Case<'_>) -> Vec<Check> {
    let figures = Check::new(CheckKind::Requests, "requests, 5xx, latency")
        .says(Finding::NotChecked, "not checked: no load balancer, no request figures");
    let live = case.shift.green_since.map(|since| {
        let today = case.for_long(since) < TimeDelta::hours(20);
        let since =
            if today { format::minute(since, case.utc) } else { format::moment(since, case.now, case.utc) };
        let reading = format!("green has worked on live input since {since}; rolling back does not undo it");
        Check::new(CheckKind::LiveInput, "live input").says(Finding::Info, reading)
    });
    live.into_iter().chain([figures]).collect()
}

/// Green gets as much as it should.
fn share(
    case: &Case<'_>,
    row: Check,
    blue: &Result<Figures, Missing>,
    green: &Result<Figures, Missing>,
) -> Check {
    let asked = case.shift.green_share_asked().unwrap_or_default();
    let (blue, green) = match (blue, green) {
        // All of it on green leaves nothing to count on the other side.
        (Err(Missing::Nothing), Ok(green)) => (0.0, green.requests),
        (Ok(blue), Ok(green)) => (blue.requests, green.requests),
        (Ok(_), Err(Missing::Nothing)) => {
            return row.says(Finding::Look, format!("green gets no requests, asked {asked}"));
        }
        (_, Err(missing)) | (Err(missing), _) => return row.not_checked(missing.words()),
    };
    let got = Percent::new(green * 100.0 / (blue + green).max(1.0));
    let off = got.tenths().abs_diff(asked.tenths());
    if got.tenths() < asked.tenths() / 2 {
        return row.says(Finding::Look, format!("green gets {got}, asked {asked}"));
    }
    // Two of a hundred are what sampling by the minute leaves open.
    let words = if off <= 20 { " as asked".to_owned() } else { format!(", asked {asked}") };
    row.says(Finding::Ok, format!("green gets {got}{words}"))
}

/// Before green has a share of production all that it answers are tests; `None` where nothing sends any.
fn test_requests(case: &Case<'_>, green: &Result<Figures, Missing>) -> Option<Check> {
    let tested = case.green().is_some_and(|side| side.test_asked.is_some() || side.test_live.is_some());
    if !tested {
        return None;
    }
    let row = Check::new(CheckKind::TestRequests, "test requests, 5xx");
    let sent = case.green().and_then(|side| side.test_asked.or(side.test_live));
    if sent == Some(Percent::NONE) {
        return Some(row.says(Finding::Info, "no test traffic on green yet"));
    }
    Some(match green {
        Err(Missing::Nothing) => row.says(Finding::Look, "no test request was counted"),
        Err(missing) => row.not_checked(missing.words()),
        Ok(figures) => {
            let Some(errors) = figures.errors else {
                return Some(row.sides("-", whole(figures.requests)).not_checked(Missing::Partial.words()));
            };
            let row = row.sides("-", format!("{}, {} errors", whole(figures.requests), whole(errors)));
            let reading = format!("over {}", format::count(figures.minutes as usize, "minute"));
            // One in a hundred, or more than chance brings.
            let bad = errors > EVENTS || errors * 100.0 > figures.requests;
            row.says(if bad { Finding::Look } else { Finding::Ok }, reading)
        }
    })
}

fn errors(blue: &Result<Figures, Missing>, green: &Result<Figures, Missing>, alone: bool) -> Check {
    let rate = |figures: &Figures| figures.errors_per_thousand().map_or_else(|| "-".to_owned(), tenth);
    let row = Check::new(CheckKind::Errors, "5xx per 1000").sides(cell(blue, rate), cell(green, rate));
    let told = |figures: &Result<Figures, Missing>| {
        let figures = figures.as_ref().map_err(|missing| *missing)?;
        Ok((figures.requests, figures.errors.ok_or(Missing::Partial)?))
    };
    let (requests, errors) = match told(green) {
        Ok(told) => told,
        Err(missing) => return row.not_checked(Missing::words(missing)),
    };
    let sample = format!("{} errors in {}", whole(errors), whole(requests));
    if alone {
        // One in a hundred, and more than chance brings.
        let bad = errors > EVENTS && errors * 100.0 > requests;
        if bad {
            let part = Percent::new(errors * 100.0 / requests);
            return row.says(Finding::Look, format!("{part} of green's requests fail, {sample}: look first"));
        }
        let few = requests < SAMPLE;
        let (finding, few) = if few { (Finding::Info, "few requests: ") } else { (Finding::Ok, "") };
        return row.says(finding, format!("{few}{sample}"));
    }
    let often = match told(blue) {
        Ok((of, blue)) if blue > 0.0 => Some((errors / requests) / (blue / of)),
        Ok(_) => None,
        Err(missing) => {
            return row
                .says(Finding::NotChecked, format!("not checked: blue: {}; {sample}", missing.words()));
        }
    };
    let worse = often.is_none_or(|often| often >= TIMES) && errors > EVENTS;
    if worse {
        let times = often.map_or_else(|| "blue has none".to_owned(), |often| format!("{often:.0}x blue"));
        return row.says(Finding::Look, format!("{times}, {sample}: look first"));
    }
    if requests < SAMPLE {
        return row.says(Finding::Info, format!("few requests: {sample}"));
    }
    row.says(Finding::Ok, sample)
}

fn latency(blue: &Result<Figures, Missing>, green: &Result<Figures, Missing>, alone: bool) -> Check {
    let p95 = |figures: &Result<Figures, Missing>| figures.ok().and_then(|figures| figures.p95);
    let told = |seconds: Option<f64>| {
        seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{} ms", whole(seconds * 1_000.0)))
    };
    let (of_blue, of_green) = (p95(blue), p95(green));
    let row = Check::new(CheckKind::Latency, "latency p95").sides(told(of_blue), told(of_green));
    if alone && of_green.is_some() {
        return row.says(Finding::Info, "nothing on blue to compare with");
    }
    let (Some(of_blue), Some(of_green)) = (of_blue, of_green) else {
        let missing = green.err().or(blue.err()).map_or("no figures yet", Missing::words);
        return row.not_checked(missing);
    };
    let requests = green.map_or(0.0, |green| green.requests);
    let times = if of_blue > 0.0 { of_green / of_blue } else { 1.0 };
    if times >= TIMES && requests > EVENTS {
        return row.says(Finding::Look, format!("{times:.1}x blue over {} requests", whole(requests)));
    }
    if requests < SAMPLE {
        return row.says(Finding::Info, format!("few requests: {}", whole(requests)));
    }
    row.says(Finding::Ok, if times >= 1.15 { format!("{times:.1}x blue") } else { String::new() })
}

fn cell(figures: &Result<Figures, Missing>, write: impl Fn(&Figures) -> String) -> String {
    figures.as_ref().map_or_else(|_| "-".to_owned(), write)
}

/// `1,204`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small and not negative"
)]
fn whole(number: f64) -> String {
    format::thousands(number.max(0.0).round() as usize)
}

/// `0`, `0.2`, `1.9`, `24`.
fn tenth(number: f64) -> String {
    if number == 0.0 || number >= 10.0 { whole(number) } else { format!("{number:.1}") }
}
