//! The layers of the configuration, its mistakes, and the sample file.

use std::fs;
use std::path::Path;

use fargate_top::app::command::Command;
use fargate_top::app::command::table::COMMANDS;
use fargate_top::app::cost::Prices;
use fargate_top::app::protection::Subject;
use fargate_top::app::settings::{Glyphs, Notify, Settings, Slash, Tailing};
use fargate_top::config::{ColorMode, Config, Environment, Flags, SAMPLE};
use fargate_top::view::theme::{Background, Depth, Role, Theme, ThemeChoice};
use pretty_assertions::assert_eq;
use rstest::rstest;
use tempfile::TempDir;

/// An environment whose configuration folder holds this text as its config.toml.
#[expect(clippy::unwrap_used, reason = "a test without its folder has nothing to test")]
fn environment(text: &str) -> (TempDir, Environment) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.toml"), text).unwrap();
    let environment = Environment {
        config_folder: Some(folder.path().to_owned()),
        term: Some("xterm-256color".to_owned()),
        ..Environment::default()
    };
    (folder, environment)
}

/// The configuration with this text as its file, and what is wrong with it, without the folder's path.
fn load(text: &str, flags: &Flags) -> Result<Config, String> {
    let (folder, environment) = environment(text);
    Config::load(flags, &environment).map_err(|mistakes| without(&mistakes, folder.path()))
}

fn without(mistakes: &impl ToString, folder: &Path) -> String {
    mistakes.to_string().replace(&format!("{}/", folder.display()), "")
}

#[test]
fn the_sample_says_every_default_and_nothing_else() {
    let config = load(SAMPLE, &Flags::default()).unwrap();
    assert_eq!(config.settings, Settings::default());
    assert_eq!((config.theme, config.depth), (ThemeChoice::Auto, Depth::Indexed));
    assert_eq!((config.profile, config.region, config.endpoint_url), (None, None, None));
    let keys = SAMPLE.split("[keys]").last().unwrap();
    for row in COMMANDS.iter().filter(|row| row.group.is_some()) {
        let listed = format!("\n{} = [", row.command);
        assert!(keys.contains(&listed), "{} is missing in the sample", row.command);
    }
}

#[test]
fn every_key_of_the_file_stands_in_the_sample() {
    let error = load("a-key-that-nobody-has-thought-of = 1", &Flags::default()).unwrap_err();
    let known = error.split("allowed are ").last().unwrap();
    for key in known.split(", ") {
        let stands = SAMPLE.contains(&format!("\n{key} = ")) || SAMPLE.contains(&format!("\n[{key}]\n"));
        assert!(stands, "{key} is missing in the sample");
    }
    for (table, comment) in [("logs", ""), ("protection", ""), ("prices.eu-west-1", "# ")] {
        let text = format!("[{table}]\na-key-that-nobody-has-thought-of = 1");
        let error = load(&text, &Flags::default()).unwrap_err();
        for key in error.split("allowed are ").last().unwrap().split(", ") {
            assert!(SAMPLE.contains(&format!("\n{comment}{key} = ")), "{key} is missing in the sample");
        }
    }
}

#[test]
fn a_missing_file_means_the_defaults() {
    let config = Config::load(&Flags::default(), &Environment::default()).unwrap();
    assert_eq!(config.settings, Settings::default());
    let folder = tempfile::tempdir().unwrap();
    let config_folder = Some(folder.path().join("none"));
    let config =
        Config::load(&Flags::default(), &Environment { config_folder, ..Environment::default() }).unwrap();
    assert_eq!(config.settings, Settings::default());
    assert!(!config.file_found);
}

#[test]
fn a_file_that_was_named_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let flags = Flags { config: Some(path.clone()), ..Flags::default() };
    let named = Environment { config: Some(path.display().to_string()), ..Environment::default() };
    for (flags, environment) in [(flags, Environment::default()), (Flags::default(), named)] {
        let error = Config::load(&flags, &environment).unwrap_err();
        assert!(
            without(&error, folder.path()).starts_with("mine.toml: the file cannot be read: "),
            "{error}"
        );
        fs::write(&path, "utc = false").unwrap();
        assert!(!Config::load(&flags, &environment).unwrap().settings.utc);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn flags_win_over_environment_over_file() {
    let text = "profile = \"file\"\nregion = \"file\"\nrate = 0.5\ncluster = \"file\"\nmouse = true\n";
    let (_folder, mut environment) = environment(text);
    let profile = |flags: &Flags, environment: &Environment| {
        let config = Config::load(flags, environment).unwrap();
        (config.profile.unwrap(), config.region.unwrap())
    };
    let pair = |profile: &str, region: &str| (profile.to_owned(), region.to_owned());
    let none = Flags::default();
    assert_eq!(profile(&none, &environment), pair("file", "file"));
    environment.aws_profile = Some("environment".to_owned());
    environment.aws_region = Some(("AWS_DEFAULT_REGION", "environment".to_owned()));
    assert_eq!(profile(&none, &environment), pair("environment", "environment"));
    let flags = Flags {
        profile: Some("flag".to_owned()),
        rate: Some(1.0),
        cluster: Some("flag".to_owned()),
        read_only: true,
        ..Flags::default()
    };
    assert_eq!(profile(&flags, &environment), pair("flag", "environment"));
    let settings = Config::load(&flags, &environment).unwrap().settings;
    assert_eq!(settings.rate.to_string(), "1");
    assert_eq!(settings.cluster.as_deref(), Some("flag"));
    assert!(settings.mouse && settings.read_only);
}

#[test]
fn colours_end_where_anybody_says_never() {
    let (_folder, colourful) = environment("color = \"auto\"");
    let (_other, grey) = environment("color = \"never\"");
    let no_color = Environment { no_color: Some("1".to_owned()), ..colourful.clone() };
    let depth =
        |color, environment| Config::load(&Flags { color, ..Flags::default() }, environment).unwrap().depth;
    assert_eq!(depth(None, &colourful), Depth::Indexed);
    assert_eq!(depth(None, &grey), Depth::Mono);
    assert_eq!(depth(None, &no_color), Depth::Mono);
    assert_eq!(depth(Some(ColorMode::Never), &colourful), Depth::Mono);
    assert_eq!(depth(Some(ColorMode::Auto), &grey), Depth::Indexed);
    assert_eq!(depth(Some(ColorMode::Auto), &no_color), Depth::Mono);
}

#[rstest]
#[case("", Notify::Bell, "\"bell\"")]
#[case("notify = \"off\"", Notify::Off, "\"off\"")]
#[case("notify = \"osc9\"", Notify::Osc9, "\"osc9\"")]
#[case("notify = \"osc777\"", Notify::Osc777, "\"osc777\"")]
fn a_person_is_called_as_the_terminal_can(#[case] text: &str, #[case] notify: Notify, #[case] written: &str) {
    let config = load(text, &Flags::default()).unwrap();
    assert_eq!(config.settings.notify, notify);
    assert!(config.effective().contains(&format!("\nnotify = {written} ")), "{}", config.effective());
}

#[test]
fn glyphs_are_what_the_user_says_and_else_what_the_terminal_can() {
    let latin = Some(("LANG", "en_US.ISO-8859-1".to_owned()));
    let glyphs = |text: &str, ascii: bool| {
        let (_folder, environment) = environment(text);
        let environment = Environment { locale: latin.clone(), ..environment };
        Config::load(&Flags { ascii, ..Flags::default() }, &environment).unwrap().settings.glyphs
    };
    assert_eq!(glyphs("", false), Glyphs::Ascii);
    assert_eq!(glyphs("glyphs = \"auto\"", false), Glyphs::Ascii);
    assert_eq!(glyphs("glyphs = \"unicode\"", false), Glyphs::Unicode);
    assert_eq!(glyphs("glyphs = \"unicode\"", true), Glyphs::Ascii);
}

#[test]
fn a_theme_of_ones_own_lies_beside_the_file() {
    let (folder, environment) = environment("theme = \"mine\"");
    let path = folder.path().join("themes/mine.toml");
    fs::create_dir(folder.path().join("themes")).unwrap();
    fs::write(&path, "inherits = \"default\"\n[palette]\nfail = 9\n").unwrap();
    let own = Config::load(&Flags::default(), &environment).unwrap().theme;
    let by_path = Flags { theme: Some(path.display().to_string()), ..Flags::default() };
    assert_eq!(Config::load(&by_path, &environment).unwrap().theme, own);
    let theme = Theme::load(&own, Depth::Indexed, Background::Light);
    assert_ne!(theme.style(Role::StatusFail), Theme::default().style(Role::StatusFail));

    fs::write(&path, "[roles]\n\ntitel = {}\n").unwrap();
    let error = Config::load(&Flags::default(), &environment).unwrap_err();
    assert_eq!(
        without(&error, folder.path()),
        "themes/mine.toml:3: unknown role `titel`; did you mean `title`?"
    );
}

#[test]
fn a_theme_that_nobody_knows_is_a_mistake_where_it_was_named() {
    let error = load("\ntheme = \"nrod\"", &Flags::default()).unwrap_err();
    assert_eq!(error, "config.toml:2: unknown theme `nrod`; did you mean `nord`?");
    let flags = Flags { theme: Some("solarized".to_owned()), ..Flags::default() };
    let error = load("theme = \"nord\"", &flags).unwrap_err();
    let expected =
        "--theme: unknown theme `solarized`; one of your own would be the file themes/solarized.toml";
    assert_eq!(error, expected);
    let flags = Flags { theme: Some("solarized.toml".to_owned()), ..Flags::default() };
    let error = load("", &flags).unwrap_err();
    assert!(error.starts_with("solarized.toml: the file cannot be read: "), "{error}");
}

#[rstest]
#[case("\nutc = true\ntheem = \"dark\"", "config.toml:3: unknown key `theem`; did you mean `theme`?")]
#[case("utc = \"yes\"", "config.toml:1: invalid type: string \"yes\", expected a boolean")]
#[case("glyphs = \"emoji\"", "config.toml:1: unknown value `emoji`; allowed are auto, unicode, ascii")]
#[case("notify = \"osc99\"", "config.toml:1: unknown value `osc99`; did you mean `osc9`?")]
#[case("color = \"nevr\"", "config.toml:1: unknown value `nevr`; did you mean `never`?")]
#[case(
    "\nrate = 25",
    "config.toml:2: 25 is not a share of the request budget; write a number from 0.01 to 1"
)]
#[case(
    "favourites = [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\"]",
    "config.toml:1: 10 favourites are too many: there are keys for 9"
)]
#[case("[keys]\nrefesh = \"f5\"", "config.toml:2: unknown command `refesh`; did you mean `refresh`?")]
#[case("[keys]\n\nrefresh = \"ctrl-entr\"", "config.toml:3: `ctrl-entr` is not a key; did you mean `enter`?")]
#[case("[keys]\nrefresh = 5", "config.toml:2: write a key such as \"ctrl-r\", or several: [\"j\", \"down\"]")]
#[case(
    "[keys]\nhelp = \"f1\"\nwide = [\"v\", \"j\"]",
    "config.toml:3: `j` would mean both `wide` and `down` in lists; give one of them another key"
)]
#[case(
    "[protection]\n\nguarded-profile = [\"a\"]",
    "config.toml:3: unknown key `guarded-profile`; did you mean `guarded-profiles`?"
)]
#[case(
    "[protection]\nlocked-accounts = [\"123456789012\", \"1234\"]",
    "config.toml:2: `1234` is not an account; write the 12 digits of its id in quotes"
)]
#[case(
    "[protection]\nguarded-accounts = [123456789012]",
    "config.toml:2: invalid type: integer `123456789012`, expected a string"
)]
#[case(
    "[protection]\nlocked-roles = [\"\"]",
    "config.toml:2: an empty pattern matches nothing; write a name such as \"*prod*\""
)]
#[case(
    "[prices]\n\nspot-facter = 0.3",
    "config.toml:3: unknown key `spot-facter`; did you mean `spot-factor`?"
)]
#[case(
    "[prices]\nspot-factor = 30",
    "config.toml:2: 30 is not a share of the list price; write a number from 0 to 1"
)]
#[case(
    "[prices.Ireland]\nvcpu = 1",
    "config.toml:1: unknown key `Ireland`; allowed are spot-factor and Regions such as eu-west-1"
)]
#[case(
    "[prices.eu-west-1]\ngb = 1\narm-vpcu = 1",
    "config.toml:3: unknown key `arm-vpcu`; did you mean `arm-vcpu`?"
)]
#[case(
    "[prices.eu-west-1]\nvcpu = -1",
    "config.toml:2: -1 is no price; write US dollars per hour, such as 0.04048"
)]
#[case("utc = ", "config.toml:1: string values must be quoted, expected literal string")]
#[case("utc = true\nutc = false", "config.toml:2: duplicate key")]
fn a_mistake_says_where_and_what_is_allowed(#[case] text: &str, #[case] sentence: &str) {
    assert_eq!(load(text, &Flags::default()).unwrap_err(), sentence);
}

#[test]
fn lists_of_the_protection_replace_those_of_the_default() {
    let text = "[protection]\nguarded-profiles = [\"acme-*\"]\nlocked-accounts = [\"123456789012\"]\n";
    let protection = load(text, &Flags::default()).unwrap().settings.protection;
    let level = |account, profile| {
        let level = protection.level(&Subject { account: Some(account), profile, ..Subject::default() });
        (level.is_guarded(), level.is_locked())
    };
    assert_eq!(level("999999999999", "prod"), (false, false));
    assert_eq!(level("999999999999", "acme-test"), (true, false));
    assert_eq!(level("123456789012", "acme-test"), (false, true));
}

#[test]
fn a_region_may_have_prices_of_its_own() {
    let text =
        "[prices]\nspot-factor = 0.5\n[prices.eu-west-1]\nvcpu = 0.05\n[prices.af-south-1]\narm-gb = 1\n";
    let prices = load(text, &Flags::default()).unwrap().settings.prices;
    assert_eq!(prices.spot_factor.to_string(), "0.5");
    assert_eq!(prices.own["eu-west-1"], Prices { vcpu: Some(0.05), ..Prices::NONE });
    assert_eq!(prices.own["af-south-1"], Prices { arm_gb: Some(1.0), ..Prices::NONE });
}

#[test]
fn a_key_may_be_one_or_several_or_none() {
    let text = "[keys]\nrefresh = \"f5\"\nwide = [\"v\", \"f6\"]\nquit = []\n";
    let keymap = load(text, &Flags::default()).unwrap().settings.keymap;
    let keys = |command| keymap.chords(command).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(keys(Command::Refresh), ["f5"]);
    assert_eq!(keys(Command::Wide), ["v", "f6"]);
    assert_eq!(keys(Command::Quit), [""; 0]);
}

#[test]
fn the_configuration_in_force_says_where_it_comes_from() {
    let text = "utc = false\nfavourites = [\"a \\\"b\\\"\"]\nprofile = \"file\"\n[keys]\nclear-marks = \"ctrl-\\\\\"\n\
        [protection]\nlocked-roles = [\"Admin*\"]\n[prices.eu-west-1]\nvcpu = 0.05\nstorage-gb = 1\n";
    let (folder, environment) = environment(text);
    let environment = Environment { aws_profile: Some("p".to_owned()), ..environment };
    let flags = Flags { rate: Some(0.5), theme: Some("light".to_owned()), ..Flags::default() };
    let config = Config::load(&flags, &environment).unwrap();
    let effective = config.effective();
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let assigned: Vec<String> = effective.lines().map(words).collect();
    for line in [
        "theme = \"light\" # flag",
        "utc = false # file",
        "mouse = false # default",
        "rate = 0.5 # flag",
        "profile = \"p\" # environment AWS_PROFILE",
        "favourites = ['a \"b\"'] # file",
        "clear-marks = ['ctrl-\\'] # file",
        "refresh = [\"ctrl-r\"] # default",
        "locked-roles = [\"Admin*\"] # file",
        "guarded-profiles = [\"*prod*\", \"*prd*\", \"*live*\"] # default",
        "spot-factor = 0.35 # default",
        "vcpu = 0.05 # file",
        "storage-gb = 1.0 # file",
    ] {
        assert!(assigned.contains(&line.to_owned()), "{line}\n{effective}");
    }
    assert!(effective.starts_with(&format!("# configuration file: {}", folder.path().display())));
    let again = load(&effective, &Flags::default()).unwrap();
    assert_eq!(again.settings, config.settings);
    assert_eq!((again.theme, again.profile), (config.theme, config.profile));
}

#[test]
fn log_views_are_settled_in_the_file() {
    let text = "[logs]\nlines = 2000000\nmegabytes = 512\nslash = \"filter\"\nsource = \"live\"\n";
    let config = load(text, &Flags::default()).unwrap();
    let settings = &config.settings;
    assert_eq!((settings.lines.lines, settings.lines.bytes), (2_000_000, 512 << 20));
    assert_eq!((settings.slash, settings.source), (Slash::Filter, Tailing::Live));
    let effective = config.effective();
    for line in ["lines = 2000000 ", "megabytes = 512 ", "slash = \"filter\" ", "source = \"live\" "] {
        assert!(effective.contains(&format!("\n{line}")), "{effective}");
    }
    assert_eq!(load(&effective, &Flags::default()).unwrap().settings, config.settings);
}

#[rstest]
#[case(
    "lines = 999",
    "config.toml:2: a log view cannot hold 999 lines; write a number from 1000 to 10000000"
)]
#[case("lines = -1", "config.toml:2: a log view cannot hold -1 lines; write a number from 1000 to 10000000")]
#[case("megabytes = 5000", "config.toml:2: a log view cannot hold 5000 MiB; write a number from 1 to 4096")]
#[case("slash = \"regex\"", "config.toml:2: unknown")]
#[case("source = \"livetail\"", "config.toml:2: unknown")]
#[case("line = 1", "config.toml:2: unknown")]
fn mistakes_about_log_views_say_what_is_allowed(#[case] line: &str, #[case] expected: &str) {
    let mistake = load(&format!("[logs]\n{line}\n"), &Flags::default()).unwrap_err();
    assert!(mistake.starts_with(expected), "{mistake}");
}
