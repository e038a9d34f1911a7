//! `ops`: the changes that the journal tells of, and how the open ones stand at AWS now.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::journal::{damage, result, target, what};
use super::voice::{Exit, Voice, safe};
use super::watch::Watch;
use crate::app::action::operation::Operation;
use crate::app::action::{Change, Verb};
use crate::app::format;
use crate::app::screen::Screen;
use crate::fleet::topic::Subject;
use crate::journal::{Kind, Trail, read, trails};
use crate::runtime::session::Session;

/// Looks once at what is open, and prints what began `since`.
pub async fn ops(
    session: Session,
    state_folder: &Path,
    since: Option<DateTime<Utc>>,
    as_json: bool,
    voice: &mut dyn Voice,
) -> Exit {
    let mut watch = Watch::new(session);
    let troubles = look(&mut watch).await;
    // What ended is in the journal when it is read.
    watch.session.finish().await;
    let contents = read(state_folder, since);
    let all = trails(contents.entries());
    let open: BTreeMap<&str, &Operation> =
        watch.model().operations.iter().map(|operation| (&*operation.id.0, operation)).collect();
    let all = all.iter().filter(|trail| since.is_none_or(|since| trail.telling().at >= since));
    let rows: Vec<(&Trail<'_>, Option<&Operation>)> = all
        .map(|trail| {
            let known = open.get(&*trail.attempt().operation).copied();
            (trail, known.filter(|operation| operation.state.is_open()))
        })
        .collect();
    if as_json {
        let list: Vec<Value> = rows.iter().map(|(trail, open)| object(trail, *open)).collect();
        voice.say(&Value::Array(list).to_string());
    } else {
        voice.say(&safe(&table(&rows, watch.model().utc)));
    }
    for sentence in &troubles {
        voice.complain(&safe(sentence));
    }
    for sentence in damage(&contents) {
        voice.complain(&safe(&format!("the journal: {sentence}")));
    }
    if troubles.is_empty() && contents.damage.files.is_empty() { Exit::Done } else { Exit::NotStarted }
}

/// Asks once about everything that is open; what could not be looked at is told.
async fn look(watch: &mut Watch) -> Vec<String> {
    let open: Vec<Change> =
        watch.model().operations.open().map(|operation| operation.action.change.clone()).collect();
    if open.is_empty() {
        return Vec::new();
    }
    for change in &open {
        let cluster = change.cluster().clone();
        if let Change::StopTask { task, .. } = change {
            watch.show(Screen::Task(cluster.clone(), task.clone()));
        }
        if let Some(service) = change.service() {
            watch.show(Screen::Service(cluster, service.clone()));
        }
    }
    watch.look().await;
    let mut troubles = Vec::new();
    for change in &open {
        let Some(service) = change.service().filter(|_| change.verb() != Verb::StopTask) else { continue };
        let subject = Subject::Service(change.cluster().clone(), service.clone());
        if let Some(why) = watch.trouble(&subject) {
            let sentence = format!("could not look at {}: {why}", service.name());
            if !troubles.contains(&sentence) {
                troubles.push(sentence);
            }
        }
    }
    troubles
}

const HEADS: [&str; 4] = ["TIME", "WHAT", "TARGET", "RESULT"];

fn table(rows: &[(&Trail<'_>, Option<&Operation>)], utc: bool) -> String {
    if rows.is_empty() {
        return "No changes were made from this machine in this time.".to_owned();
    }
    let cells = rows.iter().map(|(trail, open)| {
        let attempt = trail.attempt();
        [
            format::full(attempt.at, utc),
            what(attempt),
            target(attempt),
            open.map_or_else(
                || result(trail),
                |open| format!("{}: {}", open.state.word(), open.state.sentence()),
            ),
        ]
    });
    let cells: Vec<[String; HEADS.len()]> = std::iter::once(HEADS.map(str::to_owned)).chain(cells).collect();
    let mut widths = [0; HEADS.len()];
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; HEADS.len()]| {
        row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect::<Vec<_>>().join("  ")
    };
    cells.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn object(trail: &Trail<'_>, open: Option<&Operation>) -> Value {
    let (attempt, telling) = (trail.attempt(), trail.telling());
    let stamp = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let state = match (&telling.kind, open) {
        (_, Some(open)) => open.state.word().to_owned(),
        (Kind::Refused | Kind::Drifted, None) => "not sent".to_owned(),
        (Kind::Rejected, None) => "failed".to_owned(),
        // It is too long ago, or of another profile or Region: nobody asked.
        (Kind::Attempt | Kind::Unclear | Kind::Accepted, None) => "not known".to_owned(),
        (kind, None) => kind.to_string(),
    };
    json!({
        "operation": attempt.operation,
        "asked": stamp(attempt.at),
        "action": attempt.action,
        "targets": attempt.targets,
        "service": attempt.service,
        "profile": attempt.profile,
        "region": attempt.region,
        "reason": attempt.reason,
        "open": open.is_some(),
        "state": state,
        "sentence": open.map_or_else(|| telling.result.clone(), |open| Some(open.state.sentence().to_owned())),
        "ended": telling.kind.is_end().then(|| stamp(telling.at)),
        "request_id": trail.request_id(),
    })
}
