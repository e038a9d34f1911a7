//! The themes: complete, readable, without colour where there is none, and mistakes said with their line.

use fargate_top::view::theme::{BUILT_IN, Background, Depth, Role, Theme, ThemeChoice};
use pretty_assertions::assert_eq;
use ratatui::style::{Color, Modifier, Style};
use rstest::rstest;
use strum::IntoEnumIterator;

const DARK: [u32; 3] = [0x00_0000, 0x1e_1e2e, 0x28_2c34];
const LIGHT: [u32; 3] = [0xff_ffff, 0xfd_f6e3, 0xee_eeee];
const STATES: [Role; 6] = [
    Role::StatusFail,
    Role::StatusDegraded,
    Role::StatusWaiting,
    Role::StatusDeploying,
    Role::Error,
    Role::Warning,
];

/// Log lines tell their streams apart by colour, and what came late.
fn is_of_logs(role: Role) -> bool {
    role.to_string().starts_with("log.")
}

fn load(name: &str, depth: Depth, background: Background) -> Theme {
    Theme::load(&ThemeChoice::named(name).unwrap_or_default(), depth, background)
}

#[test]
fn every_built_in_theme_is_read_without_a_mistake() {
    for (name, text) in BUILT_IN {
        let theme = Theme::parse(name, text).unwrap();
        assert_eq!(load(name, Depth::TrueColor, Background::Dark), theme, "{name}");
        assert!(theme.style(Role::Selection) != Style::new(), "{name} hides the cursor");
    }
}

#[test]
fn every_role_stands_in_mono_or_falls_back_there() {
    let text = BUILT_IN.iter().find(|(name, _)| *name == "mono").unwrap().1;
    for role in Role::iter() {
        let name = role.to_string();
        let parent = name.split('.').next().unwrap();
        assert!(
            [name.as_str(), parent].iter().any(|name| text.contains(&format!("\"{name}\" = "))),
            "{role}"
        );
    }
}

#[test]
fn mono_has_no_colour_and_nothing_blinks() {
    for (name, _) in BUILT_IN {
        let mono = load(name, Depth::Mono, Background::Light);
        let full = load(name, Depth::TrueColor, Background::Dark);
        for role in Role::iter() {
            assert_eq!((mono.style(role).fg, mono.style(role).bg), (None, None), "{name} {role}");
            let blinks = Modifier::SLOW_BLINK | Modifier::RAPID_BLINK;
            assert!(!full.style(role).add_modifier.intersects(blinks), "{name} {role}");
        }
    }
}

#[test]
fn healthy_and_ordinary_are_the_terminals_own_colours() {
    for name in ["default", "light", "contrast", "contrast-light", "ansi16", "mono"] {
        let theme = load(name, Depth::TrueColor, Background::Dark);
        for role in Role::iter().filter(|role| !STATES.contains(role) && !is_of_logs(*role)) {
            assert_eq!((theme.style(role).fg, theme.style(role).bg), (None, None), "{name} {role}");
        }
        for role in STATES {
            assert_eq!(theme.style(role).bg, None, "{name} {role}");
        }
    }
}

#[rstest]
#[case("default", Background::Dark, DARK, 4.5)]
#[case("light", Background::Light, LIGHT, 4.5)]
#[case("auto", Background::Light, LIGHT, 4.5)]
#[case("contrast", Background::Dark, DARK, 7.0)]
#[case("contrast", Background::Light, LIGHT, 7.0)]
fn states_can_be_read_on_usual_backgrounds(
    #[case] name: &str,
    #[case] background: Background,
    #[case] grounds: [u32; 3],
    #[case] least: f64,
) {
    let theme = load(name, Depth::Indexed, background);
    for role in STATES.into_iter().chain((0..8).map(Role::stream)) {
        let Some(colour) = theme.style(role).fg else { continue };
        let Color::Indexed(index) = colour else { panic!("{name} {role}: {colour}") };
        for ground in grounds {
            let contrast = contrast(xterm(index), ground);
            assert!(contrast >= least, "{name} {role} on #{ground:06x}: {contrast:.1}");
        }
    }
}

#[test]
fn sixteen_colours_are_the_users_own() {
    let ansi = load("ansi16", Depth::Sixteen, Background::Dark);
    assert_eq!(ansi.style(Role::StatusFail).fg, Some(Color::LightRed));
    assert_eq!(load("nord", Depth::Sixteen, Background::Dark), ansi);
    assert_eq!(load("auto", Depth::Sixteen, Background::Light), ansi);
    let own = Theme::parse("own.toml", "[roles]\ntitle = { fg = \"green\" }\n").unwrap();
    assert_eq!(Theme::load(&ThemeChoice::Own(Box::new(own.clone())), Depth::Sixteen, Background::Dark), own);
}

#[test]
fn a_true_colour_becomes_an_index_where_there_are_256() {
    let style = |depth| load("nord", depth, Background::Dark).style(Role::StatusFail).fg;
    assert_eq!(style(Depth::TrueColor), Some(Color::Rgb(0xbf, 0x61, 0x6a)));
    assert_eq!(style(Depth::Indexed), Some(Color::Indexed(131)));
}

#[test]
fn the_background_chooses_between_dark_and_light() {
    assert_eq!(load("auto", Depth::Indexed, Background::Dark), Theme::default());
    assert_eq!(load("dark", Depth::Indexed, Background::Light), Theme::default());
    assert_ne!(load("auto", Depth::Indexed, Background::Light), Theme::default());
    assert!(ThemeChoice::Auto.follows_background() && !ThemeChoice::DARK.follows_background());
    for name in ThemeChoice::names() {
        assert!(ThemeChoice::named(name).is_some(), "{name}");
    }
    assert_eq!(ThemeChoice::named("solarized"), None);
}

#[test]
fn a_role_falls_back_to_what_stands_before_its_dot() {
    let theme =
        Theme::parse("own.toml", "inherits = \"mono\"\n[roles]\n\"json\" = { fg = \"green\" }\n").unwrap();
    assert_eq!(theme.style(Role::JsonNumber), Style::new().fg(Color::Green));
    assert_eq!(theme.style(Role::JsonKey), Style::new().add_modifier(Modifier::BOLD));
}

#[test]
fn a_palette_changes_what_is_inherited() {
    let theme = Theme::parse("own.toml", "inherits = \"default\"\n[palette]\nfail = \"#010203\"\n").unwrap();
    assert_eq!(theme.style(Role::StatusFail).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(theme.style(Role::Error).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(theme.style(Role::StatusDegraded).fg, Some(Color::Indexed(220)));
}

#[rstest]
#[case("x = 1", "own.toml:1: unknown key `x`; allowed are inherits, palette, roles")]
#[case("\ninherits = \"defualt\"", "own.toml:2: unknown built-in theme `defualt`; did you mean `default`?")]
#[case(
    "[palette]\n\nfail = 300",
    "own.toml:3: `fail` is not a colour; write a name such as light-red, an xterm index from 0 to 255, or \"#rrggbb\""
)]
#[case(
    "[roles]\n\"status.fial\" = {}",
    "own.toml:2: unknown role `status.fial`; did you mean `status.fail`?"
)]
#[case(
    "inherits = \"default\"\n[roles]\ntitle = { fg = \"fial\" }",
    "own.toml:3: unknown colour `fial`; did you mean `fail`?"
)]
#[case("[roles]\nstatus.fail = { fg = \"red\" }", "own.toml:2: write the role in quotes: \"status.fail\"")]
#[case(
    "[roles]\ntitle = { fg = \"red\", blink = true }",
    "own.toml:2: `title`: unknown key `blink`; allowed are fg, bg, modifiers"
)]
#[case(
    "[roles]\ntitle = \"red\"",
    "own.toml:2: `title`: invalid type: string \"red\", expected a table such as { fg = \"light-red\", modifiers = [\"bold\"] }"
)]
#[case(
    "[roles]\ntitle = { modifiers = [\"blod\"] }",
    "own.toml:2: `title`: unknown value `blod`; did you mean `bold`?"
)]
#[case("[roles]\n\ntitle = ", "own.toml:3: string values must be quoted, expected literal string")]
fn a_broken_theme_says_where_and_why(#[case] text: &str, #[case] sentence: &str) {
    let mistakes = Theme::parse("own.toml", text).unwrap_err();
    assert_eq!(mistakes.to_string(), sentence);
}

/// The colour of an xterm index from 16 to 231.
fn xterm(index: u8) -> u32 {
    let place = u32::from(index) - 16;
    let level = |step: u32| if step == 0 { 0 } else { 55 + 40 * step };
    level(place / 36) << 16 | level(place / 6 % 6) << 8 | level(place % 6)
}

/// The contrast of two colours as WCAG 2 defines it, from 1 to 21.
fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from(colour >> shift & 0xff) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}
