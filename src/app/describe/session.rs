//! What the session itself knows: names for the palette, messages, requests and their cost, whose credentials.

use strum::IntoEnumIterator;

use super::Page;
use super::grid::{Grid, or_nothing};
use crate::app::absence;
use crate::app::budget::BucketUse;
use crate::app::command::table::COMMANDS;
use crate::app::command::{Command, Group};
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::ContextInfo;
use crate::app::notice::Level;
use crate::app::table::{Cell, Tone};
use crate::fleet::topic::{FailureKind, Freshness, Subject, Topic};

/// Every word that may be typed after `:`.
pub(super) fn aliases(page: &mut Page<'_>) {
    let palette = page.key(Command::Palette);
    page.say(format!("Type any of these words after {palette}. Cluster and service names work as well."));
    for group in Group::iter() {
        page.section(group.title());
        let mut grid = Grid::new(["NAME", "ALSO", "KEYS", "WHAT IT DOES"]);
        for row in COMMANDS.iter().filter(|row| row.group == Some(group)) {
            let chords = page.model.settings.keymap.chords(row.command);
            let keys: Vec<String> = chords.iter().map(ToString::to_string).collect();
            grid.row([
                Cell::new(row.command.name(), Tone::Strong),
                Cell::plain(row.aliases.join(" ")),
                Cell::new(keys.join(" "), Tone::Key),
                Cell::plain(row.help),
            ]);
        }
        grid.write(page);
    }
}

/// What the program said, the newest first.
pub(super) fn messages(page: &mut Page<'_>) {
    let model = page.model;
    if model.notices.all().len() == 0 {
        return page.say("No messages yet.");
    }
    let mut grid = Grid::new(["TIME", "LEVEL", "MESSAGE"]);
    for notice in model.notices.all() {
        let (word, tone) = match notice.level {
            Level::Info => ("info", Tone::Plain),
            Level::Warning => ("warning", Tone::Warning),
            Level::Error => ("error", Tone::Bad),
        };
        grid.row([
            Cell::new(page.time(notice.at), Tone::Dim),
            Cell::new(word, tone),
            Cell::plain(notice.text.clone()),
        ]);
    }
    grid.write(page);
}

/// What the requests cost and what they brought, context by context.
pub(super) fn requests(page: &mut Page<'_>) {
    let model = page.model;
    for info in &model.contexts {
        page.section(&name(info));
        let Some(budget) = model.budgets.get(&info.id) else {
            page.say("No calls yet.");
            continue;
        };
        let mut grid =
            Grid::new(["BUCKET", "LAST MIN", "ALLOWED", "REFUSED", "WAITING", "IN ALL", "LAST REFUSAL"]);
        for used in &budget.buckets {
            grid.row(bucket(page, used));
        }
        grid.write(page);
        page.say(format!("{} under way", format::count(budget.in_flight, "call")));
    }
    topics(page);
    let share = model.settings.rate * 100.0;
    page.section("How calls are shared");
    page.say("AWS limits calls per account and Region, in buckets that everything in the account shares.");
    page.say(format!(
        "fargate-top takes at most {share:.0} % of what a bucket refills (rate in the settings)."
    ));
    page.say("After AWS refused a call it takes less, and goes back to its share step by step.");
}

fn bucket(page: &Page<'_>, used: &BucketUse) -> [Cell<'static>; 7] {
    let refused = if used.refused > 0 { Tone::Warning } else { Tone::Plain };
    // An endpoint on this machine is asked as fast as it answers.
    let allowed = if used.allowed.is_finite() {
        format!("{:.1} of {:.0}/s", used.allowed, used.bucket.refill())
    } else {
        "no limit".to_owned()
    };
    let refused_in_all = match used.refused_total {
        0 => String::new(),
        some => format!(" ({} refused)", thousands(some)),
    };
    [
        Cell::plain(used.bucket.name()),
        Cell::plain(used.sent.to_string()),
        Cell::plain(allowed),
        Cell::new(used.refused.to_string(), refused),
        Cell::plain(used.waiting.to_string()),
        Cell::plain(format!("{}{refused_in_all}", thousands(used.sent_total))),
        or_nothing(used.refused_at.map(|at| page.time(at))),
    ]
}

fn thousands(number: u64) -> String {
    format::thousands(usize::try_from(number).unwrap_or(usize::MAX))
}

/// What is asked: first what is in the way, each in lines of its own, then how old the answers are.
fn topics(page: &mut Page<'_>) {
    let model = page.model;
    let mut topics: Vec<(&Topic, &Freshness)> = model.fleet.topics().collect();
    topics.sort_by_key(|(topic, _)| *topic);
    let several = model.contexts.len() > 1;
    let place = |topic: &Topic| model.context(topic.context).filter(|_| several).map(name);
    let answered = |page: &Page<'_>, freshness: &Freshness| {
        freshness.answered.map_or_else(|| "never".to_owned(), |at| format!("{} ago", page.age(at)))
    };
    let troubles = topics
        .iter()
        .filter_map(|(topic, freshness)| Some((*topic, *freshness, freshness.trouble.as_ref()?)));
    for (number, (topic, freshness, trouble)) in troubles.enumerate() {
        if number == 0 {
            page.section("In the way");
        }
        let place = place(topic).map_or_else(String::new, |place| format!(" of {place}"));
        page.say(format!("{}{place}, answered {}", topic.subject, answered(page, freshness)));
        let next = page.next_try(trouble.retry_at);
        let since = page.time(trouble.since);
        page.say_in(format!("  since {since}: {}. {next}", trouble.failure), Tone::Warning);
    }
    page.section("Answers");
    let mut grid = Grid::new(["WHAT", "WHERE", "ANSWERED"]);
    for (topic, freshness) in topics.iter().filter(|(_, freshness)| freshness.trouble.is_none()) {
        grid.row([
            Cell::plain(topic.subject.to_string()),
            or_nothing(place(topic)),
            Cell::plain(answered(page, freshness)),
        ]);
    }
    if grid.is_empty() {
        return page.say("None yet.");
    }
    grid.write(page);
}

/// Whose credentials are used, where, and how they stand.
pub(super) fn contexts(page: &mut Page<'_>) {
    let model = page.model;
    for info in &model.contexts {
        page.section(&name(info));
        page.field("Profile", Some(info.profile.as_deref().unwrap_or("none named: the default credentials")));
        page.field("Region", Some(&*info.region));
        let identity = model.fleet.context(info.id).and_then(|known| known.identity.as_ref());
        page.asked_field("Account", identity.map(|identity| &*identity.account));
        page.asked_field("Caller", identity.map(|identity| &*identity.arn));
        let lacking = absence::trouble(model, info.id, Subject::Identity);
        page.field("", lacking.map(|trouble| trouble.failure.to_string()));
        let endpoint = match (&info.endpoint, info.demo) {
            (_, true) => "the embedded simulated AWS",
            (Some(endpoint), _) => endpoint,
            (None, _) => "AWS's own",
        };
        page.field("Endpoint", Some(endpoint));
        let (sentence, tone) = credentials(page, info);
        let line = Line::default().with(format!("{:<16} ", "Credentials"), Tone::Label);
        page.text.push(line.with(sentence, tone));
    }
    if model.contexts.is_empty() {
        page.say("None.");
    }
}

/// What the newest answers tell about the credentials.
fn credentials(page: &Page<'_>, info: &ContextInfo) -> (String, Tone) {
    let topics = || page.model.fleet.topics().filter(|(topic, _)| topic.context == info.id);
    let bad = topics()
        .filter_map(|(_, freshness)| freshness.trouble.as_ref())
        .find(|trouble| matches!(trouble.failure.kind, FailureKind::Expired | FailureKind::NoCredentials));
    if let Some(trouble) = bad {
        return (format!("since {}: {}", page.time(trouble.since), trouble.failure), Tone::Bad);
    }
    // Every answer proves them; some networks reach ECS and no STS.
    match topics().filter_map(|(_, freshness)| freshness.answered).max() {
        Some(at) => (format!("accepted by AWS {} ago", page.age(at)), Tone::Plain),
        None => ("not checked yet".to_owned(), Tone::Dim),
    }
}

/// `prod in eu-west-1`.
fn name(info: &ContextInfo) -> String {
    match (&info.profile, info.demo) {
        (_, true) => format!("demo in {}", info.region),
        (Some(profile), _) => format!("{profile} in {}", info.region),
        (None, _) => info.region.clone(),
    }
}
