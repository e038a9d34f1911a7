//! The command line: flags, subcommands and their help.

mod help;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use strum::VariantNames;

use self::help::{APPROVE_HELP, CHANGE_HELP, LOGS_HELP, WAIT_HELP};
use crate::config::{ColorMode, Flags, check_rate};

/// What was typed to start the program.
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(
    name = "fargate-top",
    version,
    about = "A terminal dashboard for Amazon ECS on Fargate",
    long_about = "A terminal dashboard for Amazon ECS on Fargate: what is broken, why, and what to do about it.\n\n\
        Without a subcommand the dashboard opens, on the credentials and Region that the AWS CLI would use. \
        With --demo it runs on a simulated AWS and needs no account.",
    after_help = "Flags win over environment variables, those over the configuration file. \
        AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the shared AWS files are followed as the AWS CLI does.",
    subcommand_precedence_over_arg = true
)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    /// What to do instead of opening the dashboard.
    #[command(subcommand)]
    pub mode: Option<Mode>,
}

/// The flags that every subcommand takes.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Options {
    /// Run on the simulated AWS that is built in, without an account
    #[arg(long, global = true, value_name = "STORY", num_args = 0..=1, default_missing_value = DEMO_STORY)]
    pub demo: Option<String>,
    /// Use this profile of the shared AWS configuration
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Use this AWS Region
    #[arg(long, global = true, value_name = "NAME")]
    pub region: Option<String>,
    /// Begin in this cluster, by name or ARN
    #[arg(long, global = true, value_name = "CLUSTER")]
    pub cluster: Option<String>,
    /// Begin with this service, by name or ARN
    #[arg(long, global = true, value_name = "SERVICE")]
    pub service: Option<String>,
    /// Send nothing that would change the account
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Send every request to this address instead of AWS
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Read this configuration file instead of ~/.config/fargate-top/config.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use this theme: auto, dark, light, contrast, ansi16, mono, nord, or a theme file
    #[arg(long, global = true, value_name = "THEME")]
    pub theme: Option<String>,
    /// Use at most this share of the AWS request limits, from 0.01 to 1 [default: 0.25]
    #[arg(long, global = true, value_name = "SHARE", value_parser = rate)]
    pub rate: Option<f64>,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Use colours as the terminal can show them, or never
    #[arg(long, global = true, value_name = "WHEN", value_parser = color())]
    pub color: Option<ColorMode>,
    /// Write a log to this file
    #[arg(long, global = true, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
}

/// The story that `--demo` tells if none is named.
pub const DEMO_STORY: &str = "incident";

/// What the program does instead of opening the dashboard.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Mode {
    /// Print every service that needs attention, worst first
    #[command(
        after_help = "Exit status: 0 if nothing fails, 1 if a service fails, 2 if not everything could be \
        looked at."
    )]
    Triage(Triage),
    /// Print what was changed with this program on this machine, and what came of it
    #[command(
        after_help = "--profile, --region, --cluster and --service narrow it. Exit status: 0, or 2 if a file of \
        the journal could not be read."
    )]
    Journal(Journal),
    /// Set how many tasks of a service are to run
    #[command(after_help = CHANGE_HELP)]
    Scale {
        /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN
        #[arg(value_name = "SERVICE")]
        name: String,
        /// A number of tasks, or how many more or fewer: 14, +4, -2
        #[arg(allow_negative_numbers = true)]
        count: String,
        #[command(flatten)]
        change: Change,
    },
    /// Replace the tasks of a service by new ones of the same revision
    #[command(after_help = CHANGE_HELP)]
    Redeploy {
        /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN
        #[arg(value_name = "SERVICE")]
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Stop tasks; a service starts others in their place
    #[command(after_help = CHANGE_HELP)]
    Stop {
        /// The tasks: the first characters of their ids, CLUSTER/ID, or ARNs
        #[arg(value_name = "TASK", required = true)]
        tasks: Vec<String>,
        #[command(flatten)]
        change: Change,
    },
    /// Roll back the deployment that runs; where none does, deploy a revision that ran before
    #[command(after_help = CHANGE_HELP)]
    Rollback {
        /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN; or the ARN of a deployment
        #[arg(value_name = "SERVICE")]
        name: String,
        /// Go back to this revision: its number, FAMILY:NUMBER, or its ARN [default: the last that succeeded]
        #[arg(long, value_name = "REVISION")]
        to: Option<String>,
        /// Send it although AWS does not answer the look before it
        #[arg(long)]
        unchecked: bool,
        /// Send it although the journal cannot be written
        #[arg(long)]
        unjournalled: bool,
        #[command(flatten)]
        change: Change,
    },
    /// Print every blue/green deployment in flight, those that wait for a person first
    #[command(
        after_help = "Exit status: 0, whether something waits or not; 2 if not everything could be looked at."
    )]
    Approvals {
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Let a deployment go on that waits for a person
    #[command(after_help = APPROVE_HELP)]
    Approve {
        /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN
        #[arg(value_name = "SERVICE")]
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Wait until a deployment of a service waits for a person, or until the service is stable
    #[command(after_help = WAIT_HELP)]
    Wait {
        /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN
        #[arg(value_name = "SERVICE")]
        name: String,
        /// What to wait for
        #[arg(long, value_name = "WHAT")]
        until: Until,
        /// Wait no longer than this
        #[arg(long, value_name = "TIME", value_parser = span, default_value = "1h")]
        timeout: Duration,
        /// Print JSON, one object per line, instead of text
        #[arg(long)]
        json: bool,
    },
    /// Print the lines of all tasks of a service, running and lately stopped, in the order of time
    #[command(after_help = LOGS_HELP)]
    Logs(Logs),
    /// Print the deployments of a service, the newest first
    #[command(after_help = "Exit status: 0, or 2 if they could not be looked at.")]
    Deployments {
        /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN
        #[arg(value_name = "SERVICE")]
        name: String,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Print the changes made with this program lately, and ask AWS once how the open ones stand
    #[command(
        after_help = "Exit status: 0, or 2 if AWS could not be asked or a file of the journal could not be read."
    )]
    Ops {
        /// Go back this far, such as 90m, 12h or 7d
        #[arg(long, value_name = "TIME", value_parser = span, default_value = "24h")]
        since: Duration,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Serve the simulated AWS on this machine, for `aws --endpoint-url` and other tools
    Simulate(Simulate),
    /// Print the keys in force
    Keys {
        /// Print them as Markdown tables
        #[arg(long)]
        markdown: bool,
    },
    /// Print the configuration in force and where each value comes from
    Config,
    /// Print completions for a shell
    Completions {
        /// The shell to complete in
        shell: Shell,
    },
}

#[derive(Clone, Debug, PartialEq, Args)]
pub struct Triage {
    /// Look once and exit
    #[arg(long, required = true)]
    pub once: bool,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Let degraded services and those that wait for a person count as failing
    #[arg(long)]
    pub strict: bool,
}

#[derive(Clone, Debug, PartialEq, Args)]
pub struct Logs {
    /// The service: CLUSTER/SERVICE, a name that only one has, or an ARN
    #[arg(value_name = "SERVICE")]
    pub name: String,
    /// Begin this far back, such as 90s, 10m or 12h
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "10m")]
    pub since: Duration,
    /// Go on with what comes, until ctrl-c or until nobody reads it
    #[arg(long)]
    pub follow: bool,
    /// Follow by live tail, which AWS bills by the minute, instead of polling
    #[arg(long, requires = "follow")]
    pub live: bool,
    /// Print JSON, one object per line, instead of text
    #[arg(long)]
    pub json: bool,
    /// Print only messages that this regular expression matches
    #[arg(long, value_name = "RE")]
    pub grep: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Args)]
pub struct Journal {
    /// Go back this far, such as 90m, 12h, 7d or 2w [default: as far as it is kept]
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub since: Option<Duration>,
    /// Print every line as it was written, in JSON, instead of one line per change
    #[arg(long)]
    pub json: bool,
}

/// What `wait` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Until {
    /// A deployment waits for a person
    Hold,
    /// The deployment succeeded, and as many tasks run as are asked for
    Stable,
}

/// What every change takes.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct Change {
    /// Print what would be sent and what it would do, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Confirm it, by the word that the preview asks for
    #[arg(long, value_name = "NAME")]
    pub yes: Option<String>,
    /// Unlock a guarded scope, by the profile's name or the last four digits of the account
    #[arg(long, value_name = "NAME")]
    pub unlock: Option<String>,
    /// Why, for the journal; of a stopped task ECS shows it to everybody
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Watch it until AWS shows its end, with a line for each change of state
    #[arg(long)]
    pub wait: bool,
    /// Wait no longer than this
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "1h", requires = "wait")]
    pub timeout: Duration,
    /// Print JSON, one object per line, instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, PartialEq, Args)]
pub struct Simulate {
    /// Listen on this address
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4600")]
    pub listen: SocketAddr,
    /// Tell this story
    #[arg(long, value_name = "NAME")]
    pub story: Option<String>,
    /// Make this many clusters
    #[arg(long, value_name = "N")]
    pub clusters: Option<u32>,
    /// Make this many services in all
    #[arg(long, value_name = "N")]
    pub services: Option<u32>,
    /// Make this many tasks in all
    #[arg(long, value_name = "N")]
    pub tasks: Option<u32>,
    /// Begin chance with this number; the same number gives the same fleet
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Let every answer come this many milliseconds later
    #[arg(long, value_name = "MS")]
    pub latency: Option<u64>,
}

impl Options {
    /// What these options say about preferences.
    pub fn flags(&self) -> Flags {
        let Self { profile, region, cluster, service, endpoint_url, config, theme, log_file, .. } =
            self.clone();
        Flags {
            config,
            theme,
            color: self.color,
            ascii: self.ascii,
            read_only: self.read_only,
            rate: self.rate,
            profile,
            region,
            endpoint_url,
            cluster,
            service,
            log_file,
        }
    }
}

/// The completion script for a shell.
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "fargate-top", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn rate(text: &str) -> Result<f64, String> {
    let share = text.parse().map_err(|_| "write a number from 0.01 to 1".to_owned())?;
    check_rate(share)
}

/// A whole number with a unit.
fn span(text: &str) -> Result<Duration, String> {
    let seconds = || {
        let unit = text.chars().last()?;
        let length = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        text.strip_suffix(unit)?.parse::<u32>().ok()?.checked_mul(length)
    };
    let seconds = seconds().ok_or("write a number and a unit, such as 90m, 12h, 7d or 2w")?;
    Ok(Duration::from_secs(seconds.into()))
}

fn color() -> impl TypedValueParser<Value = ColorMode> {
    PossibleValuesParser::new(ColorMode::VARIANTS).try_map(|name| name.parse::<ColorMode>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_demo_may_name_its_story() {
        let demo = |line: &str| parse(line).unwrap().options.demo;
        assert_eq!(demo("fargate-top"), None);
        assert_eq!(demo("fargate-top --demo").as_deref(), Some("incident"));
        assert_eq!(demo("fargate-top --demo throttled").as_deref(), Some("throttled"));
        assert_eq!(demo("fargate-top --demo --ascii").as_deref(), Some("incident"));
        let triage = parse("fargate-top --demo triage --once").unwrap();
        assert_eq!(triage.options.demo.as_deref(), Some("incident"));
        assert!(matches!(triage.mode, Some(Mode::Triage(Triage { once: true, json: false, strict: false }))));
    }

    #[test]
    fn flags_stand_before_or_after_the_subcommand() {
        let before = parse("fargate-top --profile p --read-only keys").unwrap();
        let after = parse("fargate-top keys --profile p --read-only").unwrap();
        assert_eq!(before, after);
        let flags = after.options.flags();
        assert_eq!((flags.profile.as_deref(), flags.read_only), (Some("p"), true));
    }

    #[test]
    fn the_simulation_listens_on_loopback() {
        let Some(Mode::Simulate(simulate)) =
            parse("fargate-top simulate --clusters 3 --seed 7").unwrap().mode
        else {
            panic!("not a simulation");
        };
        assert!(simulate.listen.ip().is_loopback());
        assert_eq!((simulate.clusters, simulate.seed, simulate.story), (Some(3), Some(7), None));
    }

    #[test]
    fn the_journal_goes_back_a_number_of_units() {
        for (text, seconds) in
            [("0s", 0), ("90m", 5_400), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600)]
        {
            let Some(Mode::Journal(journal)) =
                parse(&format!("fargate-top journal --since {text}")).unwrap().mode
            else {
                panic!("not a journal");
            };
            assert_eq!(journal.since, Some(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn a_count_may_be_relative() {
        for typed in ["14", "+4", "-2"] {
            let Some(Mode::Scale { count, .. }) =
                parse(&format!("fargate-top scale web/cart {typed}")).unwrap().mode
            else {
                panic!("not a scaling");
            };
            assert_eq!(count, typed);
        }
    }

    #[test]
    fn usage_errors_exit_with_two() {
        for line in [
            "fargate-top --rate 0",
            "fargate-top --rate NaN",
            "fargate-top --rate much",
            "fargate-top --color always",
            "fargate-top --banana",
            "fargate-top triage",
            "fargate-top completions tclsh",
            "fargate-top journal --since yesterday",
            "fargate-top journal --since 7",
            "fargate-top journal --since d",
            "fargate-top journal --since -1d",
            "fargate-top journal --since 9999999999w",
            "fargate-top simulate --listen here",
            "fargate-top simulate --latency long",
            "fargate-top scale cart-api",
            "fargate-top stop",
            "fargate-top redeploy cart-api --timeout soon",
            "fargate-top scale cart-api 4 --unchecked",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
        let sentence = parse("fargate-top --rate 2").unwrap_err().to_string();
        assert!(
            sentence.contains("2 is not a share of the request budget; write a number from 0.01 to 1"),
            "{sentence}"
        );
        assert_eq!(parse("fargate-top --color never").unwrap().options.color, Some(ColorMode::Never));
    }

    #[test]
    fn completions_name_the_subcommands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = completions(shell);
            assert!(script.contains("simulate") && script.contains("endpoint-url"), "{shell}");
        }
    }
}
