//! What is written for people agrees with the program.

use std::fs;
use std::path::Path;

use fargate_top::app::command::keymap::Keymap;
use fargate_top::app::command::reference::markdown;
use pretty_assertions::assert_eq;

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
