//! The answer as AWS gave it.

use super::Page;
use crate::fleet::topic::{Subject, Target};

pub(super) fn show(page: &mut Page<'_>, target: &Target) {
    let model = page.model;
    match model.fleet.raw(target) {
        Some(json) => {
            for line in json.lines() {
                page.say(line);
            }
        }
        None => page.say(page.absence(Subject::Raw(target.clone()))),
    }
}
