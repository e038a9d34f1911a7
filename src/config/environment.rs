//! The environment variables and folders that matter, read once and then handed around as a value.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::view::theme::{Background, Depth};

/// What the program wants to know of its surroundings. The empty value is a terminal that says nothing.
///
/// The variables of AWS are here only where our own file may say the same: they win over the file. All others are
/// left to the SDK.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `NO_COLOR`: any text that is not empty means no colours.
    pub no_color: Option<String>,
    /// `COLORTERM`
    pub colorterm: Option<String>,
    /// `TERM`
    pub term: Option<String>,
    /// `COLORFGBG`: foreground and background as colour numbers.
    pub colorfgbg: Option<String>,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty: its name and text.
    pub locale: Option<(&'static str, String)>,
    /// `SSH_CONNECTION`
    pub ssh_connection: Option<String>,
    /// `FARGATE_TOP_CONFIG`: a configuration file instead of the usual one.
    pub config: Option<String>,
    /// `AWS_PROFILE`
    pub aws_profile: Option<String>,
    /// The first of `AWS_REGION` and `AWS_DEFAULT_REGION`: its name and text.
    pub aws_region: Option<(&'static str, String)>,
    /// The person's name on this machine: the first of `USER`, `LOGNAME` and `USERNAME`.
    pub user: Option<String>,
    /// The machine's name as far as a variable tells it: the first of `HOSTNAME` and `COMPUTERNAME`.
    pub host: Option<String>,
    /// The folder of our configuration, usually `~/.config/fargate-top`; `None` without a home.
    pub config_folder: Option<PathBuf>,
    /// The folder for what we keep between sessions, usually `~/.local/state/fargate-top`.
    pub state_folder: Option<PathBuf>,
}

const FOLDER: &str = "fargate-top";

impl Environment {
    /// Reads the process environment.
    pub fn read() -> Self {
        let folders = etcetera::choose_base_strategy().ok();
        // Windows has no folder for state; what it keeps there is the nearest.
        let state = folders.as_ref().map(|folders| folders.state_dir().unwrap_or_else(|| folders.data_dir()));
        Self {
            no_color: variable("NO_COLOR"),
            colorterm: variable("COLORTERM"),
            term: variable("TERM"),
            colorfgbg: variable("COLORFGBG"),
            locale: first_variable(["LC_ALL", "LC_CTYPE", "LANG"]),
            ssh_connection: variable("SSH_CONNECTION"),
            config: variable("FARGATE_TOP_CONFIG"),
            aws_profile: variable("AWS_PROFILE"),
            aws_region: first_variable(["AWS_REGION", "AWS_DEFAULT_REGION"]),
            user: first_variable(["USER", "LOGNAME", "USERNAME"]).map(|(_, name)| name),
            host: first_variable(["HOSTNAME", "COMPUTERNAME"]).map(|(_, name)| name),
            config_folder: folders.map(|folders| folders.config_dir().join(FOLDER)),
            state_folder: state.map(|folder| folder.join(FOLDER)),
        }
    }

    /// How many colours the terminal says it has, and the user wants.
    pub fn depth(&self) -> Depth {
        let term = self.term.as_deref().unwrap_or(if cfg!(windows) { "windows" } else { "" });
        if self.no_color.is_some() || matches!(term, "dumb" | "vt100" | "vt220") {
            return Depth::Mono;
        }
        if matches!(self.colorterm.as_deref(), Some("truecolor" | "24bit")) {
            return Depth::TrueColor;
        }
        let few = ["", "ansi", "cons25", "cygwin", "linux", "rxvt", "screen", "xterm", "xterm-16color"];
        if few.contains(&term) { Depth::Sixteen } else { Depth::Indexed }
    }

    /// The machine's name, for the journal. Shells rarely export it, so that the system is asked too; that may start
    /// a program, and is left until a name is needed.
    pub fn machine(&self) -> Option<String> {
        let of_variable = self.host.clone();
        let of_file = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        let of_program = || {
            let output = std::process::Command::new("hostname").output().ok()?;
            String::from_utf8(output.stdout).ok()
        };
        let name = of_variable.or_else(of_file).or_else(of_program)?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// The background that some terminals tell; the terminal's own answer to a question is better.
    pub fn background(&self) -> Option<Background> {
        let number: u8 = self.colorfgbg.as_ref()?.rsplit(';').next()?.parse().ok()?;
        match number {
            0..=6 | 8 => Some(Background::Dark),
            7 | 9..=15 => Some(Background::Light),
            _ => None,
        }
    }

    /// The variable that says that only ASCII is safe, if one does.
    ///
    /// A locale that is not UTF-8 cannot show other signs; one of East Asia may draw them two cells wide. No locale
    /// at all, as in most containers, says nothing about the terminal.
    pub(super) fn ascii_because(&self) -> Option<&'static str> {
        if self.term.as_deref() == Some("linux") {
            return Some("TERM");
        }
        let (name, locale) = self.locale.as_ref()?;
        let locale = locale.to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        let wide = ["ja", "ko", "zh"].iter().any(|language| locale.starts_with(language));
        (!utf8 || wide).then_some(name)
    }
}

/// A variable that is set and not empty; an empty one means the same as none, as for the AWS CLI.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn first_variable<const N: usize>(names: [&'static str; N]) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| variable(name).map(|text| (name, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_many_colours_a_terminal_has() {
        let depth = |term: &str, colorterm: Option<&str>| {
            let colorterm = colorterm.map(str::to_owned);
            Environment { term: Some(term.to_owned()), colorterm, ..Environment::default() }.depth()
        };
        assert_eq!(depth("xterm-256color", None), Depth::Indexed);
        assert_eq!(depth("xterm-256color", Some("truecolor")), Depth::TrueColor);
        assert_eq!(depth("xterm-kitty", None), Depth::Indexed);
        assert_eq!(depth("linux", None), Depth::Sixteen);
        assert_eq!(depth("dumb", Some("truecolor")), Depth::Mono);
        let no_color = Environment { no_color: Some("0".to_owned()), ..Environment::default() };
        assert_eq!(no_color.depth(), Depth::Mono);
    }

    #[test]
    fn the_machine_has_the_name_of_its_variable() {
        let host = Some("laptop".to_owned());
        assert_eq!(Environment { host, ..Environment::default() }.machine().as_deref(), Some("laptop"));
        // Else whatever the system says, but never an empty name.
        assert_ne!(Environment::default().machine().as_deref(), Some(""));
    }

    #[test]
    fn reads_the_background_from_its_last_number() {
        let background = |text: &str| {
            Environment { colorfgbg: Some(text.to_owned()), ..Environment::default() }.background()
        };
        assert_eq!(background("15;0"), Some(Background::Dark));
        assert_eq!(background("0;default;15"), Some(Background::Light));
        assert_eq!(background("0;default"), None);
    }

    #[test]
    fn draws_ascii_where_other_signs_would_break_the_screen() {
        let variable = |locale: &str| {
            let locale = (!locale.is_empty()).then(|| ("LANG", locale.to_owned()));
            Environment { locale, ..Environment::default() }.ascii_because()
        };
        for locale in ["", "en_US.UTF-8", "C.utf8", "de_DE.UTF-8@euro"] {
            assert_eq!(variable(locale), None, "{locale}");
        }
        for locale in ["C", "POSIX", "en_US", "de_DE.ISO-8859-1", "ja_JP.UTF-8", "zh_CN.UTF-8"] {
            assert_eq!(variable(locale), Some("LANG"), "{locale}");
        }
        let console = Environment { term: Some("linux".to_owned()), ..Environment::default() };
        assert_eq!(console.ascii_because(), Some("TERM"));
    }
}
