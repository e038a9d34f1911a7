//! The program: reads the command line, decides real or simulated AWS, and runs the dashboard or a subcommand.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use color_eyre::eyre::{Report, WrapErr, eyre};
use fargate_top::app::action::operation::Operation;
use fargate_top::app::command::reference;
use fargate_top::app::model::{ContextInfo, Model};
use fargate_top::aws::{self, Aws, Credentials, SharedHttpClient};
use fargate_top::cli::{self, Cli, Mode, Until};
use fargate_top::config::{Config, Environment};
use fargate_top::fleet::id::{ContextId, ServiceId, account};
use fargate_top::headless::change::{Terms, Wish};
use fargate_top::headless::deployments::{Wanted, deployments};
use fargate_top::headless::load::{Scope, load};
use fargate_top::headless::ops::ops;
use fargate_top::headless::voice::{Exit, Streams, Voice, print};
use fargate_top::headless::{self, journal, logs, triage, wait};
use fargate_top::journal::Journal;
use fargate_top::journal::last_session::LastSession;
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::gate::{Door, Gate, Person, Rules, resume};
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::poll::ask::Ask;
use fargate_top::runtime::pollers::{Pollers, Source};
use fargate_top::runtime::requests::{Priority, Rate, Requests};
use fargate_top::runtime::session::{ROOM, Session};
use fargate_top::runtime::{self, logging, terminal};
use fargate_top::simulation::{self, Connector, Fault, FaultEffect, Shape, Simulation};
use ratatui::layout::Size;
use tokio::sync::mpsc;

/// Bad input, no credentials, no terminal: nothing was looked at.
const NOT_STARTED: u8 = 2;
/// Where the stories of the simulated AWS take place.
const DEMO_REGION: &str = "eu-west-1";

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(&cli) {
        Ok(code) => code,
        Err(report) => {
            complain(&report);
            ExitCode::from(NOT_STARTED)
        }
    }
}

/// Says what failed, why, and what to do, in one line for each cause.
fn complain(report: &Report) {
    let causes: Vec<String> = report.chain().map(ToString::to_string).collect();
    Streams.complain(&causes.join(": "));
}

fn start(cli: &Cli) -> Result<ExitCode, Report> {
    color_eyre::install()?;
    let environment = Environment::read();
    let config = Config::load(&cli.options.flags(), &environment)?;
    let _log = config.log_file.as_deref().map(logging::start).transpose().wrap_err("the log file")?;
    match &cli.mode {
        Some(Mode::Keys { markdown }) => {
            let keymap = &config.settings.keymap;
            print(&if *markdown { reference::markdown(keymap) } else { reference::plain(keymap) });
            Ok(ExitCode::SUCCESS)
        }
        Some(Mode::Config) => {
            print(&config.effective());
            Ok(ExitCode::SUCCESS)
        }
        Some(Mode::Completions { shell }) => {
            print(&cli::completions(*shell));
            Ok(ExitCode::SUCCESS)
        }
        Some(Mode::Journal(options)) => show_journal(cli, &config, options),
        Some(Mode::Simulate(options)) => asynchronous()?.block_on(simulate(options)),
        Some(Mode::Triage(options)) => asynchronous()?.block_on(look_once(cli, &config, options)),
        Some(
            Mode::Deployments { .. }
            | Mode::Ops { .. }
            | Mode::Approvals { .. }
            | Mode::Wait { .. }
            | Mode::Logs(_),
        ) => asynchronous()?.block_on(list(cli, &config, &environment)),
        Some(
            mode @ (Mode::Scale { .. }
            | Mode::Redeploy { .. }
            | Mode::Stop { .. }
            | Mode::Rollback { .. }
            | Mode::Approve { .. }),
        ) => asynchronous()?.block_on(change(cli, &config, &environment, mode)),
        None => dashboard(cli, config, &environment),
    }
}

/// The screen has the main thread; all requests share one other.
fn asynchronous() -> Result<tokio::runtime::Runtime, Report> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().wrap_err("the asynchronous runtime could not be started")
}

/// One context with its adapters, and whether its requests share AWS's throttle buckets with anybody.
struct Connected {
    aws: Aws,
    info: ContextInfo,
    rate: Rate,
}

async fn connect(cli: &Cli, config: &Config, clock: Clock) -> Result<Connected, Report> {
    let id = ContextId(0);
    if let Some(story) = &cli.options.demo {
        let simulation = Simulation::story(story, clock.millis())?;
        let connector = Connector::new(simulation, move || clock.millis());
        let options = aws::Options {
            region: Some(DEMO_REGION.to_owned()),
            http_client: Some(SharedHttpClient::new(connector)),
            time_source: Some(aws::time_source(move || clock.system_time())),
            credentials: Some(Credentials::new("demo", "demo", None, None, "demo")),
            ..aws::Options::default()
        };
        let aws = Aws::connect(id, options).await?;
        let info =
            ContextInfo { id, profile: None, region: DEMO_REGION.to_owned(), endpoint: None, demo: true };
        return Ok(Connected { aws, info, rate: Rate::Share(config.settings.rate) });
    }
    let options = aws::Options {
        profile: asked_profile(config),
        region: config.region.clone(),
        endpoint_url: config.endpoint_url.clone(),
        app_name: Some("fargate-top"),
        ..aws::Options::default()
    };
    let aws = Aws::connect(id, options).await?;
    let info = ContextInfo {
        id,
        profile: aws.profile().map(str::to_owned),
        region: aws.region().to_owned(),
        endpoint: aws.endpoint().map(str::to_owned),
        demo: false,
    };
    // Nobody else shares the buckets of an endpoint on this machine, unless a share was asked for.
    let lifted = aws.is_loopback() && cli.options.rate.is_none();
    let rate = if lifted { Rate::Lifted } else { Rate::Share(config.settings.rate) };
    Ok(Connected { aws, info, rate })
}

/// The profile that was asked for by a flag or in our file; one that only the environment names is left to the SDK.
fn asked_profile(config: &Config) -> Option<String> {
    config.profile.clone().filter(|_| !config.profile_of_environment)
}

fn dashboard(cli: &Cli, config: Config, environment: &Environment) -> Result<ExitCode, Report> {
    if let Some(reason) = terminal::reason_against(environment.term.as_deref()) {
        return Err(eyre!("{reason}"));
    }
    terminal::end_on_panic();
    let runtime = asynchronous()?;
    let done = runtime.block_on(async {
        let clock = Clock::wall();
        let connected = connect(cli, &config, clock).await?;
        let memory = (!connected.info.demo).then(|| memory(&config, &connected.info)).flatten();
        let remembered = memory.as_ref().map(LastSession::recall).unwrap_or_default();
        let (mut session, _) = session(&config, environment, connected, remembered, clock);
        let look = runtime::Terminal {
            theme: config.theme,
            depth: config.depth,
            background: config.background,
            state_folder: config.state_folder,
        };
        let done = runtime::run(&mut session, look).await.wrap_err("the terminal");
        session.finish().await;
        if let (Some(memory), true) = (memory, session.model.loaded) {
            let services: Vec<ServiceId> =
                session.model.fleet.services().map(|known| known.service.id.clone()).collect();
            memory.remember(&services).wrap_err("the services could not be kept for the next start")?;
        }
        done
    });
    // Requests on their way are not waited for.
    runtime.shutdown_timeout(Duration::ZERO);
    done.map(|()| ExitCode::SUCCESS)
}

fn memory(config: &Config, info: &ContextInfo) -> Option<LastSession> {
    let folder = config.state_folder.as_deref()?;
    Some(LastSession::of(folder, info.profile.as_deref(), &info.region, info.endpoint.as_deref()))
}

fn session(
    config: &Config,
    environment: &Environment,
    connected: Connected,
    remembered: Vec<ServiceId>,
    clock: Clock,
) -> (Session, Ask) {
    let (sender, facts) = mpsc::channel(ROOM);
    let outbox = Outbox::new(sender, clock);
    let id = connected.info.id;
    let requests = Requests::start(id, connected.rate, outbox.clone());
    let ask = Ask::new(connected.aws.clone(), requests.clone(), outbox.clone()).at(Priority::User);
    let gate = gate(config, environment, &connected, &requests, &ask, &outbox);
    // Whose services were seen here last: the identity itself is known only with the first answers.
    let account = remembered.first().and_then(|id| account(id.as_str())).map(str::to_owned);
    let source = Source { aws: connected.aws, requests, remembered };
    let pollers = Pollers::new([(id, source)].into(), &outbox);
    let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    let size = Size::new(columns, rows);
    let mut model = Model::new(config.settings.clone(), vec![connected.info], size, clock.now());
    model.operations.session = std::process::id();
    for operation in unfinished(config, &model, account.as_deref(), clock) {
        model.operations.resume(operation);
    }
    (Session::new(model, clock, pollers, gate, outbox, facts), ask)
}

fn gate(
    config: &Config,
    environment: &Environment,
    connected: &Connected,
    requests: &Requests,
    ask: &Ask,
    outbox: &Outbox,
) -> Gate {
    let info = &connected.info;
    let folder = config.state_folder.as_deref();
    let folder = folder.map(|folder| if info.demo { Journal::demo(folder) } else { folder.to_owned() });
    let person = Person { user: environment.user.clone(), host: environment.machine() };
    let rules =
        Rules { read_only: config.settings.read_only, protection: config.settings.protection.clone() };
    let door = Door::of(info, &connected.aws, requests, ask);
    let journal = folder.map(|folder| Journal::open(&folder));
    Gate::new(rules, [(info.id, door)].into(), journal, person, outbox.clock())
}

/// Operations of an earlier session that are still on their way. The names of the demo are the same each time, but
/// its world begins anew.
fn unfinished(config: &Config, model: &Model, account: Option<&str>, clock: Clock) -> Vec<Operation> {
    let (Some(folder), Some(info)) = (config.state_folder.as_deref(), model.contexts.first()) else {
        return Vec::new();
    };
    if info.demo {
        return Vec::new();
    }
    resume::unfinished(folder, info.id, &resume::Place::of(info, account), clock.now())
}

/// A session that nobody looks at, and with whom names are looked up.
async fn unseen(cli: &Cli, config: &Config, environment: &Environment) -> Result<(Session, Ask), Report> {
    let clock = Clock::wall();
    let connected = connect(cli, config, clock).await?;
    Ok(session(config, environment, connected, Vec::new(), clock))
}

async fn change(
    cli: &Cli,
    config: &Config,
    environment: &Environment,
    mode: &Mode,
) -> Result<ExitCode, Report> {
    let (wish, change) = match mode.clone() {
        Mode::Scale { name, count, change } => (Wish::Scale { service: name, count }, change),
        Mode::Stop { tasks, change } => (Wish::Stop { tasks }, change),
        Mode::Rollback { name, to, change, .. } => (Wish::RollBack { service: name, to }, change),
        Mode::Approve { name, change } => (Wish::Approve { service: name }, change),
        Mode::Redeploy { name, change } => (Wish::Redeploy { service: name }, change),
        _ => return Ok(ExitCode::from(NOT_STARTED)),
    };
    let terms = Terms {
        cluster: cli.options.cluster.clone(),
        dry_run: change.dry_run,
        yes: change.yes,
        unlock: change.unlock,
        reason: change.reason,
        wait: change.wait.then_some(change.timeout),
        json: change.json,
        unchecked: matches!(mode, Mode::Rollback { unchecked: true, .. }),
        unjournalled: matches!(mode, Mode::Rollback { unjournalled: true, .. }),
        typed: std::env::args().skip(1).collect(),
    };
    let (session, ask) = unseen(cli, config, environment).await?;
    let exit = headless::change::change(session, &ask, &wish, &terms, &mut Streams, runtime::ended()).await;
    Ok(ExitCode::from(exit.code()))
}

async fn list(cli: &Cli, config: &Config, environment: &Environment) -> Result<ExitCode, Report> {
    let (session, ask) = unseen(cli, config, environment).await?;
    let exit = match &cli.mode {
        Some(Mode::Deployments { name, json }) => {
            let wanted = Wanted { service: name.clone(), cluster: cli.options.cluster.clone(), json: *json };
            deployments(session, &ask, &wanted, &mut Streams).await
        }
        Some(Mode::Approvals { json }) => headless::approvals::approvals(session, *json, &mut Streams).await,
        Some(Mode::Wait { name, until, timeout, json }) => {
            let wanted = wait::Wanted {
                service: name.clone(),
                cluster: cli.options.cluster.clone(),
                until: match until {
                    Until::Hold => wait::Until::Hold,
                    Until::Stable => wait::Until::Stable,
                },
                timeout: *timeout,
                json: *json,
            };
            wait::wait(session, &ask, &wanted, &mut Streams, runtime::ended()).await
        }
        Some(Mode::Logs(options)) => {
            let cli::Logs { name, since, follow, live, json, grep } = options.clone();
            let cluster = cli.options.cluster.clone();
            let wanted = logs::Wanted { service: name, cluster, since, follow, live, json, grep };
            let to = &mut logs::To { out: &mut std::io::stdout(), voice: &mut Streams };
            logs::logs(session, &ask, &wanted, to, runtime::ended()).await
        }
        Some(Mode::Ops { since, json }) => {
            let folder = journal_folder(cli, config)?;
            let since = journal::before(session.clock.now(), *since);
            ops(session, &folder, since, *json, &mut Streams).await
        }
        _ => Exit::NotStarted,
    };
    Ok(ExitCode::from(exit.code()))
}

fn journal_folder(cli: &Cli, config: &Config) -> Result<PathBuf, Report> {
    let none = || eyre!("there is no home folder that could hold a journal; set HOME");
    let folder = config.state_folder.as_deref().ok_or_else(none)?;
    Ok(if cli.options.demo.is_some() { Journal::demo(folder) } else { folder.to_owned() })
}

async fn look_once(cli: &Cli, config: &Config, options: &cli::Triage) -> Result<ExitCode, Report> {
    let clock = Clock::wall();
    let connected = connect(cli, config, clock).await?;
    // Nobody listens to what the scheduler mentions by the way.
    let (sender, _facts) = mpsc::channel(ROOM);
    let outbox = Outbox::new(sender, clock);
    let requests = Requests::start(connected.info.id, connected.rate, outbox.clone());
    let ask = Ask::new(connected.aws, requests, outbox);
    let scope = Scope { cluster: config.settings.cluster.clone(), service: config.settings.service.clone() };
    let loaded = load(vec![ask], &scope, clock).await;
    let report = triage::Report::new(&loaded.fleet, &loaded.triage, loaded.missing, clock.now());
    print(&if options.json { report.json() } else { report.text(config.settings.glyphs) });
    Ok(ExitCode::from(report.exit_code(options.strict)))
}

fn show_journal(cli: &Cli, config: &Config, options: &cli::Journal) -> Result<ExitCode, Report> {
    let folder = journal_folder(cli, config)?;
    let now = Clock::wall().now();
    // Only what was typed narrows it: the profile of the environment is none that was asked for.
    let cli::Options { profile, region, cluster, service, .. } = cli.options.clone();
    let since = options.since.and_then(|back| journal::before(now, back));
    let wanted = journal::Wanted { since, profile, region, cluster, service };
    let contents = fargate_top::journal::read(&folder, None);
    let utc = config.settings.utc;
    print(&if options.json {
        journal::json(&contents, &wanted)
    } else {
        journal::text(&contents, &wanted, utc)
    });
    for sentence in journal::damage(&contents) {
        complain(&eyre!("the journal: {sentence}"));
    }
    Ok(if contents.damage.files.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NOT_STARTED) })
}

async fn simulate(options: &cli::Simulate) -> Result<ExitCode, Report> {
    let clock = Clock::wall();
    let simulation = if let Some(story) = &options.story {
        Simulation::story(story, clock.millis())?
    } else {
        let number = |value: Option<u32>, default: usize| value.map_or(default, |value| value as usize);
        let shape = Shape {
            clusters: number(options.clusters, 5),
            services: number(options.services, 200),
            tasks: number(options.tasks, 1_000),
            seed: options.seed.unwrap_or(1),
        };
        Simulation::generate(&shape, clock.millis())
    };
    if let Some(latency) = options.latency {
        simulation.inject(Fault::new(FaultEffect::Latency(latency)));
    }
    let listener = tokio::net::TcpListener::bind(options.listen).await.wrap_err_with(|| {
        format!("cannot listen on {}; choose another address with --listen", options.listen)
    })?;
    let address = listener.local_addr()?;
    print(&format!(
        "http://{address}\n\
         The simulated AWS answers here until ctrl-c. Any credentials do, for example:\n\
         AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_REGION={DEMO_REGION} AWS_DEFAULT_REGION={DEMO_REGION} \
         aws --endpoint-url http://{address} ecs list-clusters\n"
    ));
    simulation::serve(listener, simulation, move || clock.millis()).await?;
    Ok(ExitCode::SUCCESS)
}
