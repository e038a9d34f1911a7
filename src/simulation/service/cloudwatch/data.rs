//! GetMetricData: figures of periods, from the figures of minutes (AWS.md §3.3).

use super::super::super::Millis;
use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::World;
use super::super::super::world::metric::{self, Figures, MINUTE};
use super::series::Named;
use super::{invalid, missing};

/// As many queries as one request may have.
const MOST_QUERIES: usize = 500;
/// As many points as one answer may have. There are no further pages here: more is refused.
const MOST_POINTS: Millis = 100_800;

const DAY: Millis = 24 * 60 * MINUTE;

/// How far back there is data here. AWS keeps fifteen months of it, in ever coarser periods.
const KEPT: Millis = 15 * DAY;

#[derive(Clone, Copy, Debug)]
enum Statistic {
    Samples,
    Average,
    Sum,
    Minimum,
    Maximum,
    Percentile(f64),
}

impl Statistic {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SampleCount" => Self::Samples,
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            _ => {
                let percent = name.strip_prefix('p')?.parse().ok()?;
                return (0.0..=100.0).contains(&percent).then_some(Self::Percentile(percent));
            }
        })
    }

    fn of(self, figures: Figures) -> f64 {
        match self {
            Self::Samples => figures.samples,
            Self::Average => figures.sum / figures.samples,
            Self::Sum => figures.sum,
            Self::Minimum => figures.minimum,
            Self::Maximum => figures.maximum,
            Self::Percentile(percent) => figures.percentile(percent),
        }
    }
}

/// One query that has been read.
#[derive(Debug)]
struct Query<'a> {
    id: &'a str,
    label: &'a str,
    metric: Named<'a>,
    /// Milliseconds.
    period: Millis,
    statistic: Statistic,
    returned: bool,
}

/// The span of time that is asked for; its end is outside.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: Millis,
    end: Millis,
}

pub fn get(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let queries = input.objects("MetricDataQueries")?;
    if queries.is_empty() || queries.len() > MOST_QUERIES {
        return Err(invalid(format!("MetricDataQueries must have 1 to {MOST_QUERIES} members.")));
    }
    let start = input.time("StartTime")?.ok_or_else(|| missing("StartTime"))?;
    let end = input.time("EndTime")?.ok_or_else(|| missing("EndTime"))?;
    if start >= end {
        return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
    }
    if input.text("NextToken")?.is_some() {
        return Err(Refusal::new("InvalidNextToken", "Invalid token."));
    }
    let rising = match input.text("ScanBy")? {
        None | Some("TimestampDescending") => false,
        Some("TimestampAscending") => true,
        Some(other) => return Err(invalid(format!("ScanBy cannot be {other}."))),
    };
    let queries = queries.into_iter().map(Query::read).collect::<Result<Vec<_>, _>>()?;
    let points: Millis = queries.iter().map(|query| (end - start) / query.period + 1).sum();
    if points > MOST_POINTS {
        return Err(invalid(format!(
            "The simulation gives at most {MOST_POINTS} points at once; ask for less."
        )));
    }
    if let Some(twice) = queries.iter().enumerate().find_map(|(place, query)| {
        queries.iter().take(place).any(|other| other.id == query.id).then_some(query.id)
    }) {
        return Err(invalid(format!("The id {twice} is used by more than one query.")));
    }
    let span = Span { start, end };
    Ok(json::document(|o| {
        o.objects("MetricDataResults", queries.iter().filter(|query| query.returned), |o, query| {
            let mut points = query.points(world, span);
            if !rising {
                points.reverse();
            }
            o.text("Id", query.id).text("Label", query.label);
            o.numbers("Timestamps", points.iter().map(|(at, _)| at / 1000));
            // Written with a fraction always, or they would be whole numbers to CBOR.
            o.numbers("Values", points.iter().map(|(_, value)| format!("{value:?}")));
            o.text("StatusCode", "Complete").none("Messages");
        })
        .none("Messages");
    }))
}

impl<'a> Query<'a> {
    fn read(query: Input<'a>) -> Result<Self, Refusal> {
        let id = query.text("Id")?.ok_or_else(|| missing("Id"))?;
        let mut letters = id.bytes();
        let valid = letters.next().is_some_and(|first| first.is_ascii_lowercase())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
        if !valid {
            return Err(invalid(format!("The id {id} must match [a-z][A-Za-z0-9_]*.")));
        }
        if query.text("Expression")?.is_some() {
            return Err(invalid(format!(
                "The simulation has no metric math: query {id} has an Expression, give it a MetricStat."
            )));
        }
        let stat = query.object("MetricStat")?.ok_or_else(|| missing("MetricStat"))?;
        let metric = Named::read(stat.object("Metric")?.ok_or_else(|| missing("Metric"))?)?;
        let name = stat.text("Stat")?.ok_or_else(|| missing("Stat"))?;
        let statistic =
            Statistic::named(name).ok_or_else(|| invalid(format!("The statistic {name} is not known.")))?;
        let seconds = stat.whole("Period")?.ok_or_else(|| missing("Period"))?;
        if !(matches!(seconds, 1 | 5 | 10 | 20 | 30) || (seconds > 0 && seconds % 60 == 0)) {
            return Err(invalid(format!(
                "The period {seconds} must be 1, 5, 10, 20, 30 or a multiple of 60."
            )));
        }
        let label = query.text("Label")?.unwrap_or(metric.name);
        let returned = query.flag("ReturnData")?.unwrap_or(true);
        Ok(Self { id, label, metric, period: seconds.saturating_mul(1000), statistic, returned })
    }

    /// The points of the span, oldest first. A period that is too fine for the age has none (AWS.md §3.3), and neither
    /// has one below a minute, because all metrics here come once a minute.
    fn points(&self, world: &World, span: Span) -> Vec<(Millis, f64)> {
        let Some(series) = self.metric.find(world) else { return Vec::new() };
        let age = world.now - span.start;
        let finest = match age {
            _ if age <= 15 * DAY => MINUTE,
            _ if age <= 63 * DAY => 5 * MINUTE,
            _ => 60 * MINUTE,
        };
        if self.period < finest {
            return Vec::new();
        }
        let mut points = Vec::new();
        let oldest = span.start.max(world.now - KEPT);
        let mut from = oldest.div_euclid(self.period) * self.period;
        while from < span.end && from < world.now {
            let minutes = (0..self.period / MINUTE).map(|minute| from + minute * MINUTE);
            let figures = minutes.filter_map(|at| metric::minute(world, series, at)).reduce(Figures::and);
            if let Some(figures) = figures {
                points.push((from, self.statistic.of(figures)));
            }
            from += self.period;
        }
        points
    }
}
