//! What is written for people agrees with the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fargate_top::app::command::keymap::Keymap;
use fargate_top::app::command::reference::markdown;
use pretty_assertions::assert_eq;

use crate::architecture::calls;

fn document(name: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).ok()
}

/// The keys stand in the README between two lines `<!-- keys -->`.
#[test]
fn the_readme_lists_the_keys() {
    let Some(readme) = document("README.md") else { return };
    let listed = readme.split("<!-- keys -->").nth(1).and_then(|text| text.split("<!--").next());
    let listed = listed.expect("README.md has no part between <!-- keys --> and <!-- keys -->");
    let advice = "paste the output of `fargate-top keys --markdown` into README.md";
    assert_eq!(listed.trim(), markdown(&Keymap::default()).trim(), "{advice}");
}

/// Who gives these permissions gives what is called, and nothing more.
#[test]
fn the_readme_lists_every_call_and_no_other() {
    let Some(readme) = document("README.md") else { return };
    let policy = readme.split("```json").nth(1).and_then(|text| text.split("```").next());
    let policy: serde_json::Value =
        serde_json::from_str(policy.expect("a policy in README.md")).expect("JSON");
    let listed = policy["Statement"].as_array().expect("statements").iter().flat_map(|statement| {
        let changes = statement["Sid"] == "Change";
        let actions = statement["Action"].as_array().expect("actions");
        actions.iter().map(move |action| (action.as_str().unwrap_or_default().to_owned(), changes))
    });
    let mut made = calls::actions();
    made.remove("sts:GetCallerIdentity");
    assert_eq!(listed.collect::<BTreeMap<_, _>>(), made, "action, and whether it stands under `Change`");
}

#[test]
fn the_changelog_knows_this_version() {
    let changelog = document("CHANGELOG.md").expect("CHANGELOG.md");
    assert!(changelog.contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn both_licences_are_here() {
    assert!(document("LICENSE-MIT").expect("LICENSE-MIT").contains("the fargate-top authors"));
    assert!(document("LICENSE-APACHE").expect("LICENSE-APACHE").contains("Version 2.0, January 2004"));
}
