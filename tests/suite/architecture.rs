//! The architecture as rules that a machine can check: who may use whom, and what a file looks like.
//!
//! The tables below are the architecture, in the open: a row that changes is a decision that is seen in review.
//! Code is read as text, without its comments, strings and tests.

pub mod calls;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What one folder (or file) of `src` may use.
struct Row {
    folder: &'static str,
    /// Other folders of this crate.
    folders: &'static [&'static str],
    /// Outside crates, or only a part of one; `*` stands for any ending.
    crates: &'static [&'static str],
    because: &'static str,
}

const TABLE: &[Row] = &[
    Row {
        folder: "fleet",
        folders: &[],
        crates: &["chrono", "foldhash", "memchr", "regex", "strum"],
        because: "facts need times, the words of their enums, quick maps of ARNs and search in log lines",
    },
    Row {
        folder: "app",
        folders: &["fleet"],
        crates: &[
            "chrono",
            "crossterm::event",
            "nucleo_matcher",
            "ratatui::layout",
            "serde",
            "strum",
            "tui_input",
            "unicode_segmentation",
            "unicode_width",
        ],
        because: "it decides: keys are crossterm's types; geometry and where lines break are data that update and view share",
    },
    Row {
        folder: "view",
        folders: &["app", "fleet"],
        crates: &["chrono", "ratatui", "serde", "strum", "toml", "unicode_segmentation", "unicode_width"],
        because: "it draws; theme files are TOML",
    },
    Row {
        folder: "aws",
        folders: &["fleet"],
        crates: &["aws_*", "chrono", "http", "serde_json", "tokio"],
        because: "the only user of the SDK; raw answers are JSON, and looking for credentials has a deadline",
    },
    Row {
        folder: "config",
        folders: &["app", "view"],
        crates: &["etcetera", "serde", "strum", "toml"],
        because: "it fills Settings and picks a theme, so it knows both",
    },
    Row {
        folder: "journal",
        folders: &["fleet"],
        crates: &["chrono", "serde", "serde_json"],
        because: "it writes facts to disk and reads them back",
    },
    Row {
        folder: "runtime",
        folders: &["app", "aws", "fleet", "journal", "view"],
        crates: &[
            "chrono",
            "crossterm",
            "fastrand",
            "ratatui",
            "strum",
            "terminal_colorsaurus",
            "tokio",
            "tokio_stream",
            "tokio_util",
            "tracing",
            "tracing_appender",
            "tracing_subscriber",
        ],
        because: "the only place with tasks, time and the terminal, so it holds everything that acts",
    },
    Row {
        folder: "headless",
        folders: &["app", "aws", "config", "fleet", "journal", "runtime"],
        crates: &["chrono", "regex", "serde", "serde_json", "strum", "tokio"],
        because: "the engine without a screen: everything but view",
    },
    Row {
        folder: "simulation",
        folders: &[],
        crates: &[
            "aws_smithy_*",
            "bytes",
            "fastrand",
            "http",
            "http_body_util",
            "hyper",
            "hyper_util",
            "serde",
            "serde_json",
            "tokio",
            "toml",
        ],
        because: "it may not share our understanding of AWS, or it would confirm our errors",
    },
    Row {
        folder: "cli",
        folders: &["config"],
        crates: &["clap", "clap_complete", "strum"],
        because: "flags become preferences",
    },
    Row { folder: "lib", folders: &[], crates: &[], because: "the list of folders" },
    Row {
        folder: "main",
        folders: &["*"],
        crates: &["clap", "color_eyre", "crossterm::terminal", "ratatui::layout", "tokio"],
        because: "it puts the parts together, and asks how large the terminal is before it is taken",
    },
];

/// Files that may be longer than [`LONGEST`], and why.
const LONG: &[(&str, &str)] = &[
    ("app/command/table.rs", "one idea: splitting the table would spread the keys over several places"),
    ("fleet/ending.rs", "one idea: what AWS writes about a stopped task and what it means, mostly tables"),
];

/// Lines of a file without its tests: more is the smell of two ideas in one file.
const LONGEST: usize = 400;

/// Arrows between files that close a ring on purpose: from, to, and why.
const KNOTS: &[(&str, &str, &str)] = &[
    ("aws::profile", "aws::connect", "what is wrong with a profile is a reason not to connect"),
    (
        "simulation::service::ecs::write_service",
        "simulation::service::ecs::write_deployment",
        "a service names its deployment, and a deployment repeats parts of its service",
    ),
    ("simulation::world::deploy", "simulation::world::scheduler", "parts of one world act on each other"),
    ("simulation::world::life", "simulation::world::scheduler", "what a task does makes its service act"),
    ("simulation::world::service", "simulation::world::trouble", "a service carries its trouble"),
];

/// Folders whose functions give the same answer for the same arguments, at once.
const PURE: &[&str] = &["fleet", "app", "view"];

/// One file of `src`.
struct Source {
    /// `app/command/mod.rs`
    path: String,
    /// `["app", "command"]`; empty for `lib.rs`.
    module: Vec<String>,
    first_line: String,
    /// The code without comments, strings and tests; lines stand where they stood.
    code: String,
    /// Lines that are not part of tests.
    lines: usize,
}

impl Source {
    fn folder(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    fn name(&self) -> String {
        self.module.join("::")
    }
}

#[test]
fn folders_use_only_what_the_table_gives_them() {
    let outside = outside_crates();
    let mut wrong = Report::new("a folder uses only what its row of the table in this file names");
    for source in &sources() {
        let Some(row) = TABLE.iter().find(|row| row.folder == source.folder()) else {
            wrong.add(source, 1, &format!("`{}` has no row", source.folder()));
            continue;
        };
        for (line, path) in paths(source) {
            let first = path.first().map_or("", String::as_str);
            let inside = first == "crate" || first == "fargate_top";
            let folder = path.get(1).map_or("", String::as_str);
            let own = folder == source.folder() || folder.is_empty();
            if inside && !own && !row.folders.iter().any(|known| *known == folder || *known == "*") {
                wrong.add(
                    source,
                    line,
                    &format!("`{}` may not use `crate::{folder}`: {}", row.folder, row.because),
                );
            }
            let written = path.join("::");
            if outside.contains(first) && !row.crates.iter().any(|pattern| fits(pattern, &written)) {
                wrong.add(
                    source,
                    line,
                    &format!("`{}` may not use `{written}`: {}", row.folder, row.because),
                );
            }
        }
    }
    wrong.done();
}

/// Arrows between folders only point downwards, so no folder can need itself through another.
#[test]
fn the_table_has_no_circle() {
    let arrows: BTreeMap<String, BTreeSet<String>> = TABLE
        .iter()
        .filter(|row| row.folder != "main")
        .map(|row| (row.folder.to_owned(), row.folders.iter().map(|to| (*to).to_owned()).collect()))
        .collect();
    assert_eq!(rings(&arrows), Vec::<BTreeSet<String>>::new());
}

#[test]
fn every_file_opens_with_one_sentence() {
    let mut wrong =
        Report::new("the first line of a file is `//!` and one sentence that says what it is for");
    for source in &sources() {
        let sentence = source.first_line.strip_prefix("//! ");
        // A sentence may go on in the next line only where it begins a longer text.
        let one = sentence.is_some_and(|text| {
            let begins = text.chars().next().is_some_and(|c| !c.is_lowercase());
            begins && text.ends_with(['.', '?', ':']) && !text.trim_end_matches('.').contains(". ")
        });
        if !one {
            wrong.add(source, 1, &source.first_line);
        }
    }
    wrong.done();
}

#[test]
fn no_file_holds_two_ideas() {
    let mut wrong =
        Report::new("a file has at most 400 lines without its tests; the exceptions stand in this file");
    for source in &sources() {
        let allowed = LONG.iter().any(|(path, _)| *path == source.path);
        if source.lines > LONGEST && !allowed {
            wrong.add(source, source.lines, &format!("{} lines", source.lines));
        }
    }
    wrong.done();
}

#[test]
fn exceptions_are_still_needed() {
    let sources = sources();
    for (path, _) in LONG {
        let source = sources.iter().find(|source| source.path == *path);
        assert!(source.is_some_and(|source| source.lines > LONGEST), "{path} needs no exception any more");
    }
    let arrows = arrows(&sources);
    for (from, to, _) in KNOTS {
        let drawn = arrows.get(*from).is_some_and(|targets| targets.contains(*to));
        let back = reached(to, &arrows).contains(from);
        assert!(drawn && back, "{from} > {to} closes no ring any more");
    }
}

#[test]
fn what_decides_and_draws_does_not_wait() {
    let mut wrong = Report::new("fleet, app and view give their answer at once: no async and no await");
    for source in sources().iter().filter(|source| PURE.contains(&source.folder())) {
        for (number, line) in source.code.lines().enumerate() {
            let waits = line.contains(".await") || words(line).any(|word| word == "async");
            if waits {
                wrong.add(source, number + 1, line.trim());
            }
        }
    }
    wrong.done();
}

#[test]
fn colours_are_named_in_one_place() {
    let mut wrong = Report::new("only the theme names colours; everything else names what it means (Role)");
    for source in &sources() {
        let theme = source.path == "view/theme.rs" || source.path.starts_with("view/theme/");
        for (number, line) in source.code.lines().enumerate().filter(|_| !theme) {
            if line.contains("Color::") || line.contains("Rgb(") {
                wrong.add(source, number + 1, line.trim());
            }
        }
    }
    wrong.done();
}

/// A parent and its children are one module to the reader: uses up and down the tree do not count.
#[test]
fn files_form_no_rings() {
    let sources = sources();
    let mut arrows = arrows(&sources);
    for (from, to, _) in KNOTS {
        if let Some(targets) = arrows.get_mut(*from) {
            targets.remove(*to);
        }
    }
    let mut text = String::new();
    for ring in rings(&arrows) {
        let _ = writeln!(text, "a ring of {} files:", ring.len());
        for source in sources.iter().filter(|source| ring.contains(&source.name())) {
            let mut told = BTreeSet::new();
            for (line, to) in uses(source, &sources) {
                if ring.contains(&to) && told.insert(to.clone()) {
                    let _ = writeln!(text, "  src/{}:{line} uses {to}", source.path);
                }
            }
        }
    }
    assert!(
        text.is_empty(),
        "files that need each other are one idea in pieces: join them or turn an arrow\n{text}"
    );
}

/// Places where a rule is broken.
struct Report {
    rule: &'static str,
    text: String,
}

impl Report {
    fn new(rule: &'static str) -> Self {
        Self { rule, text: String::new() }
    }

    fn add(&mut self, source: &Source, line: usize, what: &str) {
        let _ = writeln!(self.text, "  src/{}:{line}: {what}", source.path);
    }

    fn done(self) {
        assert!(self.text.is_empty(), "{}\n{}", self.rule, self.text);
    }
}

/// Whether a path begins with what a row of the table allows.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => path.starts_with(stem),
        None => path == pattern || path.strip_prefix(pattern).is_some_and(|rest| rest.starts_with("::")),
    }
}

/// The names under which code sees the dependencies of `Cargo.toml`.
#[expect(clippy::unwrap_used, reason = "a test may fail on a missing file")]
fn outside_crates() -> BTreeSet<String> {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim().replace('-', "_"));
    names.collect()
}

/// The folder of the crate that is read.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    let mut sources: Vec<Source> = files.into_iter().map(|(path, text)| read(path, &text)).collect();
    // A file that a parent declares as its tests is not part of the program.
    let tests: BTreeSet<String> = sources.iter().flat_map(test_files).collect();
    sources.retain(|source| !tests.contains(&source.name()));
    sources
}

#[expect(clippy::unwrap_used, reason = "a test may fail on an unreadable folder")]
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn read(path: String, text: &str) -> Source {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Vec<String> =
        if stem == "lib" { Vec::new() } else { stem.split('/').map(str::to_owned).collect() };
    let bare = bare(text);
    let (code, tests) = without_tests(&bare);
    Source {
        module,
        first_line: text.lines().next().unwrap_or_default().to_owned(),
        lines: text.lines().count() - tests,
        code,
        path,
    }
}

/// Modules that this file declares for tests only.
fn test_files(source: &Source) -> Vec<String> {
    let marks = source.code.lines().filter_map(|line| line.strip_prefix(TEST_FILE));
    marks.map(|name| format!("{}::{}", source.name(), name.trim())).collect()
}

/// Stands in code where `#[cfg(test)] mod NAME;` stood.
const TEST_FILE: &str = "\u{1}tests ";

/// The text with comments and the insides of strings blanked out.
fn bare(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let get = |at: usize| letters.get(at).copied().unwrap_or('\0');
    let blank = |out: &mut String, letter: char| out.push(if letter == '\n' { '\n' } else { ' ' });
    while at < letters.len() {
        let letter = get(at);
        if letter == '/' && get(at + 1) == '/' {
            while at < letters.len() && get(at) != '\n' {
                at += 1;
                out.push(' ');
            }
        } else if letter == '/' && get(at + 1) == '*' {
            while at < letters.len() && !(get(at) == '*' && get(at + 1) == '/') {
                blank(&mut out, get(at));
                at += 1;
            }
            out.push_str("  ");
            at += 2;
        } else if letter == 'r' && matches!(get(at + 1), '"' | '#') && is_raw(&letters, at) {
            let hashes = letters.iter().skip(at + 1).take_while(|letter| **letter == '#').count();
            let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            at += hashes + 2;
            while at < letters.len()
                && !letters.iter().skip(at).take(hashes + 1).eq(end.chars().collect::<Vec<_>>().iter())
            {
                blank(&mut out, get(at));
                at += 1;
            }
            at += hashes + 1;
        } else if letter == '"' {
            out.push('"');
            at += 1;
            while at < letters.len() && get(at) != '"' {
                at += if get(at) == '\\' {
                    out.push(' ');
                    blank(&mut out, get(at + 1));
                    2
                } else {
                    blank(&mut out, get(at));
                    1
                };
            }
            out.push('"');
            at += 1;
        } else if letter == '\'' && (get(at + 1) == '\\' || get(at + 2) == '\'') {
            // A character, not a lifetime: braces and quotes in it mean nothing.
            at += if get(at + 1) == '\\' { 2 } else { 1 };
            while at < letters.len() && get(at) != '\'' {
                at += 1;
            }
            // `'\''` ends one quote later.
            at += if get(at + 1) == '\'' { 2 } else { 1 };
            out.push_str("' '");
        } else {
            out.push(letter);
            at += 1;
        }
    }
    out
}

/// `r"`, `r#"`, and not a name that ends with r.
fn is_raw(letters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| letters.get(before));
    let name = before.is_some_and(|letter| (letter.is_alphanumeric() && *letter != 'b') || *letter == '_');
    let quote = letters.iter().skip(at + 1).find(|letter| **letter != '#');
    !name && quote == Some(&'"')
}

/// The code with everything blanked out that is compiled for tests only, and how many lines that were.
fn without_tests(code: &str) -> (String, usize) {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let (mut rest, mut lines) = (code, 0);
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        // The item that the mark is on ends with its first semicolon or with its braces.
        let mut depth = 0_usize;
        let end = after.char_indices().find(|(_, letter)| match letter {
            '{' => {
                depth += 1;
                false
            }
            '}' => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            ';' => depth == 0,
            _ => false,
        });
        let (item, following) =
            after.split_at(end.map_or(after.len(), |(at, letter)| at + letter.len_utf8()));
        match item.trim().strip_prefix("mod ").and_then(|name| name.strip_suffix(';')) {
            Some(name) => {
                let _ = write!(out, "\n{TEST_FILE}{name}");
                out.extend(item.chars().filter(|letter| *letter == '\n').skip(1));
            }
            None => out.extend(item.chars().filter(|letter| *letter == '\n')),
        }
        lines += 1 + item.matches('\n').count();
        rest = following;
    }
    out.push_str(rest);
    (out, lines)
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// Every path with `::` in a file, with its line: from `use` trees and from expressions.
fn paths(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut line = 1;
    // Prefixes of the braces that are open in a use tree, and the path that is being read.
    let mut stack: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut letters = source.code.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
            continue;
        }
        if letter == ':' && letters.peek() == Some(&':') {
            letters.next();
            path.push(std::mem::take(&mut word));
            match letters.peek() {
                Some('{') => {
                    letters.next();
                    let mut prefix = stack.last().cloned().unwrap_or_default();
                    prefix.append(&mut path);
                    stack.push(prefix);
                }
                Some('<' | '*') => {}
                _ => continue,
            }
        }
        if !word.is_empty() || !path.is_empty() {
            if !word.is_empty() {
                path.push(std::mem::take(&mut word));
            }
            let mut whole = stack.last().cloned().unwrap_or_default();
            whole.append(&mut path);
            if whole.len() > 1 {
                found.push((line, whole));
            }
        }
        match letter {
            '\n' => line += 1,
            '}' => {
                stack.pop();
            }
            '{' if !stack.is_empty() => stack.push(stack.last().cloned().unwrap_or_default()),
            _ => {}
        }
    }
    found
}

/// The files that a file uses, with the line; its own ancestors and descendants are left out.
fn uses(source: &Source, sources: &[Source]) -> Vec<(usize, String)> {
    let modules: BTreeSet<&[String]> = sources.iter().map(|source| source.module.as_slice()).collect();
    let mut found = Vec::new();
    for (line, path) in paths(source) {
        let Some(target) = absolute(&source.module, &path) else { continue };
        // The longest part of the path that is a file; what follows are items of it.
        let file = (1..=target.len())
            .rev()
            .filter_map(|length| target.get(..length))
            .find(|part| modules.contains(part));
        let Some(file) = file else { continue };
        if !source.module.starts_with(file) && !file.starts_with(&source.module) {
            found.push((line, file.join("::")));
        }
    }
    found
}

/// A path from the root of the crate; `None` for paths into other crates.
fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return None,
    };
    for part in rest {
        if part == "super" {
            base.pop();
        } else {
            base.push(part.clone());
        }
    }
    Some(base)
}

fn arrows(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let all = sources
        .iter()
        .map(|source| (source.name(), uses(source, sources).into_iter().map(|(_, to)| to).collect()));
    all.collect()
}

/// Groups of more than one that can all reach each other.
fn rings(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|from| (from.as_str(), reached(from, arrows))).collect();
    let reaches = |a: &str, b: &str| reach.get(a).is_some_and(|seen| seen.contains(b));
    let mut rings: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for from in arrows.keys() {
        let ring: BTreeSet<String> =
            arrows.keys().filter(|to| reaches(from, to) && reaches(to, from)).cloned().collect();
        if ring.len() > 1 {
            rings.insert(ring);
        }
    }
    rings.into_iter().collect()
}

fn reached<'a>(from: &str, arrows: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = vec![from];
    while let Some(at) = open.pop() {
        for to in arrows.get(at).into_iter().flatten() {
            if seen.insert(to.as_str()) {
                open.push(to);
            }
        }
    }
    seen
}

#[test]
fn code_is_read_without_comments_strings_and_tests() {
    let text = "use crate::a::{b::C, d};\n// crate::x\nlet s = \"crate::y \\\" {\"; let r = r#\"crate::\"z\"#;\nlet c = '{'; fn f<'a>(x: &'a str) {}\n#[cfg(test)]\nmod tests {\n    use crate::t;\n}\nfn g() { super::h::i(); }\n";
    let source = read("m/n.rs".to_owned(), text);
    let found: Vec<(usize, String)> =
        paths(&source).into_iter().map(|(line, path)| (line, path.join("::"))).collect();
    let expected = [(1, "crate::a::b::C"), (1, "crate::a::d"), (9, "super::h::i")];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    assert_eq!(source.lines, 5, "{}", source.code);
    let last = absolute(&source.module, &["super".to_owned(), "h".to_owned()]);
    assert_eq!(last, Some(vec!["m".to_owned(), "h".to_owned()]));
}
