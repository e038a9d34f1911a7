//! The engine of fargate-top, a terminal dashboard for Amazon ECS on Fargate, and its architecture in words.
//!
//! # Nine folders, nine verbs
//!
//! | Folder | It | What that means |
//! |---|---|---|
//! | [`fleet`] | *knows* | Everything learnt about the account, changed by one observation at a time; and what follows from it: why a task ended, how a service is. No IO, no clock, no drawing. |
//! | [`app`] | *decides* | The model, and how keys and facts change it; what the screen needs from AWS, as data; the words of every text. |
//! | [`view`] | *shows* | One function draws the model. It keeps nothing and asks nobody. |
//! | [`aws`] | *asks* | One small adapter per AWS service. One method is one request; each error becomes one `Failure`. |
//! | [`runtime`] | *acts* | The loop, the pollers, the scheduler of requests, the terminal, the clock: all that waits. |
//! | [`journal`] | *remembers* | What is kept on disk between sessions: the last one's services, and every change that was made with this program. |
//! | [`config`] | *prefers* | Defaults, file, environment and flags become settings and a theme. |
//! | [`headless`] | *tells* | The same engine as text and JSON, without a screen. |
//! | [`simulation`] | *pretends* | A small AWS that speaks the real protocols: demo, tutorial and test bed. |
//!
//! Beside them stands [`cli`], the command line, and above all of them `main`, which puts the parts together.
//!
//! # The circle
//!
//! ```text
//!            keys, mouse, resize                          subscriptions (what the screen needs)
//! terminal ──────────────────────┐                 ┌──────────────────────────────▶ pollers ──┐
//!                                ▼                 │                                          │ observation
//!                         ┌────────────┐    ┌─────────────┐                                   ▼
//!  message ──────────────▶│   update   │───▶│    model    │◀────────────── message ───────────┘
//!                         └────────────┘    └─────────────┘
//!                                │ effects         └───▶ draw ───▶ frame ───▶ terminal
//!                                ▼
//!                            performer
//! ```
//!
//! 1. Something happens: a key, an answer of AWS, a second that passed. The runtime stamps it with its time and
//!    makes it a [`Message`](app::message::Message).
//! 2. [`update`](app::update::update) changes the [`Model`](app::model::Model) and returns
//!    [`Effect`](app::effect::Effect)s: wishes to the outside, as data. Nothing else changes the model, so there is
//!    no lock anywhere on the way.
//! 3. [`subscriptions`](app::subscription::subscriptions) says what the model needs from AWS now, and how often. The
//!    runtime compares that with the [`Pollers`](runtime::pollers::Pollers) that run: what is new starts, what is no
//!    longer wanted is dropped with its requests. A screen never starts or stops a poller.
//! 4. A poller waits for its turn at the one scheduler of [`Requests`](runtime::requests::Requests), which counts
//!    every call against AWS's throttle buckets, and sends back an
//!    [`Observation`](fleet::observation::Observation). [`Fleet::apply`](fleet::Fleet::apply) takes it in.
//! 5. Verdicts and rows are renewed where a fact or the time changed something, and the model is drawn once.
//!
//! Everything but the runtime and the adapters is therefore a function of values, and is tested as one. Tests that
//! need AWS put the [`Simulation`](simulation::Simulation) under the real SDK, in process, with tokio's clock paused.
//!
//! # Who may use whom
//!
//! | Folder | may use of this crate | may use of others |
//! |---|---|---|
//! | `fleet` | – | chrono, foldhash, strum; memchr and regex for log lines |
//! | `app` | `fleet` | chrono, strum, serde, nucleo-matcher, tui-input; of crossterm the keys, of ratatui the geometry |
//! | `view` | `app`, `fleet` | ratatui, unicode-width, unicode-segmentation, chrono, strum, serde and toml for themes |
//! | `aws` | `fleet` | the AWS SDK, which nobody else sees; chrono, http, serde_json, tokio |
//! | `config` | `app`, `view` (themes) | serde, toml, etcetera, strum |
//! | `journal` | `fleet` | chrono, serde, serde_json |
//! | `runtime` | `app`, `aws`, `fleet`, `journal`, `view` | tokio, crossterm, ratatui, tracing and what else acts |
//! | `headless` | `app`, `aws`, `config`, `fleet`, `journal`, `runtime` | chrono, serde, serde_json, strum, tokio |
//! | `simulation` | – : what shared our reading of AWS would confirm our errors | hyper, http, serde_json, tokio, the SDK's HTTP types |
//! | `cli` | `config` | clap |
//!
//! `tests/suite/architecture.rs` holds the same table and fails where the code differs. It also sees to it that a
//! file opens with one sentence, holds one idea (400 lines without its tests), forms no ring with its neighbours, that
//! only the theme names colours, and that nothing in `fleet`, `app` and `view` waits.
//!
//! # Words
//!
//! | Word | What it means here |
//! |---|---|
//! | context | One AWS profile in one Region, with its own credentials and its own budget of requests. |
//! | fleet | All clusters, services and tasks of all contexts, as far as they are known. |
//! | id | The ARN of a thing, in a type of its own: selection, marks and look-ups go by it, never by a row number. |
//! | topic, freshness | One thing that can be asked in one context; when it was last answered, and what is in the way since. |
//! | observation | One fact learnt from AWS. A list is whole: what it does not name is gone. |
//! | subscription, cadence | A standing wish for a topic; how often. |
//! | interest | Which services come first when all of them are described in turn. |
//! | rollout | One entry of a service's `deployments[]`: a revision with its share of the tasks. |
//! | service deployment | One change of a service from its start to its end, as ECS records it. |
//! | shift, side, hold | A blue/green deployment, whoever carries it out; blue or green; what it waits for. |
//! | evidence, check, finding | What speaks for green and against it; one line of that; what it came to. |
//! | ending | Why a task stopped, in one sentence, with its cause and its weight. |
//! | verdict, severity | How bad a service is, why, since when; FAIL, DEGR, WAIT, DEPL, OK, or `?` for not checked. |
//! | triage | The verdicts on all services, worst first: the home screen, and the subcommand of that name. |
//! | command, scope, keymap | What a person can ask for; where its key counts; which keys it has. One table holds them all. |
//! | screen, view | What is shown; how far it is scrolled, how it is sorted and filtered. |
//! | document | A text to read, as lines of pieces with a meaning. |
//! | tone, role | What a piece of text means; which style of the theme that is. |
//! | bucket, budget | One of AWS's throttle buckets, shared with everything else in the account; what we use of them. |
//! | journal, trail | The lines on disk about our own changes; those of one operation together. |
//! | protection, unlock | Which scopes are guarded or locked, by which rule; what opens a guarded one for a while. |
//! | cost, basis | An estimate by list prices; where its prices come from. |
//! | story | A script of the simulation: a world with a past, and what goes wrong in it. |

pub mod app;
pub mod aws;
pub mod cli;
pub mod config;
pub mod fleet;
pub mod headless;
pub mod journal;
pub mod runtime;
pub mod simulation;
pub mod view;
