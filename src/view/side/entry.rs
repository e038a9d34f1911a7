//! All of one entry of a timeline: its whole sentence, or the tasks that it stands for.

use super::Side;
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::timeline::Entry;
use crate::fleet::id::TaskId;
use crate::view::glyphs::Signs;
use crate::view::widget::lines;

pub fn details(signs: &Signs, model: &Model, entry: &Entry, room: usize) -> Side {
    let time = format::moment(entry.at, model.now, model.utc);
    let times = if entry.count > 1 { format!(" x{}", entry.count) } else { String::new() };
    let title = format!("{time} {}{times}", entry.lane.word());
    let mut text = lines::wrap(&Line::plain(entry.text.as_str()), room);
    if entry.count > 1 {
        let first = format::moment(entry.first, model.now, model.utc);
        let span = format::span(entry.at - entry.first);
        text.push(Line::plain(format!("{} times from {first} to {time}, within {span}", entry.count)));
    }
    text.extend(entry.tasks.iter().map(|id| task(signs, model, id)));
    Side { title, lines: text }
}

/// `9f3c  EssentialContainerExited · app exit 1: application error · ran 11s · eu-west-1a · rev 419`.
fn task(signs: &Signs, model: &Model, id: &TaskId) -> Line {
    let line = Line::default().with(format!("{}  ", id.short()), Tone::Label);
    let Some(task) = model.fleet.task(id) else {
        return line.with("no longer known to ECS", Tone::Plain);
    };
    let parts = [
        task.stop_code.as_deref().map(ToOwned::to_owned),
        model.fleet.ending(id).map(|ending| ending.sentence.clone()),
        task.ran_for().map(|ran| format!("ran {}", format::span(ran))),
        task.zone.as_deref().map(ToOwned::to_owned),
        task.revision().map(|revision| format!("rev {revision}")),
    ];
    line.with(parts.into_iter().flatten().collect::<Vec<_>>().join(&signs.between()), Tone::Plain)
}
