//! From profile and Region to adapters, with everything that cannot work found before the screen is taken.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ecs::config::{
    AppName, Credentials, ProvideCredentials, SharedCredentialsProvider, SharedHttpClient,
    StalledStreamProtectionConfig,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_types::retry::RetryConfig;
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::service_config::ServiceConfigKey;

use super::autoscaling::AutoScaling;
use super::balancing::Balancing;
use super::cloudwatch::CloudWatch;
use super::codedeploy::CodeDeploy;
use super::credentials::{FromFile, Seeded};
use super::ecs::Ecs;
use super::lazy::Lazy;
use super::logs::Logs;
use super::sts::Sts;
use super::{Aws, Place, error, profile};
use crate::fleet::id::ContextId;

/// How long a connection may take to come about; the SDK's own default.
const CONNECT: Duration = Duration::from_millis(3100);
/// How long a request may take in all.
const OPERATION: Duration = Duration::from_secs(10);
/// How long the first look for credentials may take.
const CREDENTIALS: Duration = Duration::from_secs(5);
/// How long the metadata service of EC2 is waited for, where nothing else names a Region.
const METADATA: Duration = Duration::from_secs(2);

/// How to reach AWS; what is `None` is found in the environment and in the configuration files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A profile that was asked for by name; its credentials win over those of the environment, as in the AWS CLI.
    pub profile: Option<String>,
    pub region: Option<String>,
    /// Replaces the endpoints of all services.
    pub endpoint_url: Option<String>,
    /// Carries the requests in place of the SDK's own client: the simulated AWS.
    pub http_client: Option<SharedHttpClient>,
    /// The time that signatures and credentials go by.
    pub time_source: Option<SharedTimeSource>,
    /// Fixed credentials, for the simulated AWS: neither files nor environment are read.
    pub credentials: Option<Credentials>,
    /// What AWS's records call this program, `NAME/VERSION` without the slash.
    pub app_name: Option<&'static str>,
}

/// Why no request could succeed, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectError {
    UnknownProfile { profile: String, known: String },
    Files { reason: String },
    Mfa { profile: String },
    LoginSession { profile: String },
    NoRegion,
    NoCredentials,
    Session { command: String, reason: String },
    Credentials { reason: String },
    Slow,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProfile { profile, known } => write!(f, "there is no profile `{profile}`; {known}"),
            Self::Files { reason } => write!(f, "the AWS configuration files cannot be read: {reason}"),
            Self::Mfa { profile } => write!(
                f,
                "profile `{profile}` asks for an MFA code (`mfa_serial`), which the AWS SDK for Rust cannot do; \
                 use IAM Identity Center or a `credential_process`, or export the session's keys to the environment"
            ),
            Self::LoginSession { profile } => write!(
                f,
                "profile `{profile}` comes from `aws login`, which this program does not read; add \
                 `credential_process = aws configure export-credentials --profile {profile}` to another profile and use that"
            ),
            Self::NoRegion => f.write_str(
                "no Region is set; pass --region, set AWS_REGION, or add `region = …` to the profile",
            ),
            Self::NoCredentials => f.write_str(
                "there are no AWS credentials; pass --profile, set AWS_PROFILE, or export AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY",
            ),
            Self::Session { command, reason } => {
                write!(f, "the session has ended ({reason}); run `{command}`")
            }
            Self::Credentials { reason } => write!(f, "the AWS credentials could not be had: {reason}"),
            Self::Slow => write!(
                f,
                "the AWS credentials did not come within {} s; is the network up?",
                CREDENTIALS.as_secs()
            ),
        }
    }
}

impl std::error::Error for ConnectError {}

/// A time source for the SDK from whatever tells the time here.
pub fn time_source(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> SharedTimeSource {
    SharedTimeSource::new(Now(now))
}

struct Now<F>(F);

impl<F: Fn() -> SystemTime + Send + Sync> TimeSource for Now<F> {
    fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl<F> fmt::Debug for Now<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Now")
    }
}

impl Aws {
    /// The adapters for a profile in a Region, once it is known that they have credentials.
    ///
    /// Nothing is asked of the network for keys in the environment or in a profile. Credentials that come from
    /// elsewhere are asked for once, and the first request uses them.
    pub async fn connect(context: ContextId, options: Options) -> Result<Self, ConnectError> {
        if let Some(credentials) = options.credentials.clone() {
            let region = options.region.clone().ok_or(ConnectError::NoRegion)?;
            return Ok(Self::new(context, &fixed(&options, region, credentials), None, None));
        }
        let env = Env::real();
        #[expect(clippy::default_trait_access, reason = "the SDK deprecated the name of this type")]
        let files = Default::default();
        let override_ = options.profile.clone().map(Cow::Owned);
        let profiles = aws_config::profile::load(&Fs::real(), &env, &files, override_).await;
        let profiles = profiles.map_err(|error| ConnectError::Files { reason: error::reason(&error) })?;
        let keys = match options.profile {
            Some(_) => None,
            None => EnvironmentVariableCredentialsProvider::new().provide_credentials().await.ok(),
        };
        let named = options.profile.is_some() || env.get("AWS_PROFILE").is_ok();
        if keys.is_none() {
            profile::check(&profiles, named)?;
        }
        let login = profile::login(&profiles).filter(|_| keys.is_none());
        let used = profiles.get_profile(profiles.selected_profile()).filter(|_| keys.is_none());
        let used = used.map(|profile| profile.name().to_owned());
        let settled = keys.is_some() || used.is_some();
        let region = match configured_region(&options, &env, &profiles) {
            Some(region) => region,
            // Who has keys has a place to name the Region; only a bare machine is asked for its own.
            None if settled => return Err(ConnectError::NoRegion),
            None => metadata_region().await.ok_or(ConnectError::NoRegion)?,
        };
        let provider = if let Some(keys) = keys {
            SharedCredentialsProvider::new(keys)
        } else {
            let provider = provider(&options, &region, &profiles).await;
            let first = first_credentials(&provider, login.as_deref()).await?;
            SharedCredentialsProvider::new(Seeded::new(first, provider))
        };
        let config = without_needless_tls(loader(&options, region, provider).load().await);
        Ok(Self::new(context, &config, used, login))
    }

    fn new(context: ContextId, config: &SdkConfig, profile: Option<String>, login: Option<String>) -> Self {
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let shared = Arc::new(config.clone());
        Self {
            ecs: Ecs::new(aws_sdk_ecs::Client::new(config), context),
            autoscaling: AutoScaling::new(aws_sdk_applicationautoscaling::Client::new(config)),
            codedeploy: CodeDeploy::new(Lazy::new(&shared, aws_sdk_codedeploy::Client::new), context),
            balancing: Balancing::new(Lazy::new(&shared, aws_sdk_elasticloadbalancingv2::Client::new)),
            cloudwatch: CloudWatch::new(Lazy::new(&shared, aws_sdk_cloudwatch::Client::new)),
            logs: Logs::new(&shared, endpoint(config, "CloudWatch Logs").is_some()),
            sts: Sts::new(aws_sdk_sts::Client::new(config)),
            place: Arc::new(Place { context, region, profile, endpoint: endpoint(config, "ECS"), login }),
        }
    }
}

/// How the pretended AWS is reached: nobody's environment and no file of a profile may turn its requests elsewhere.
fn fixed(options: &Options, region: String, credentials: Credentials) -> SdkConfig {
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .sleep_impl(TokioSleep::new())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    builder.set_http_client(options.http_client.clone());
    builder.set_endpoint_url(options.endpoint_url.clone());
    builder.set_time_source(options.time_source.clone());
    builder.set_app_name(options.app_name.and_then(|name| AppName::new(name).ok()));
    builder.build()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_timeout(OPERATION).build()
}

fn loader(options: &Options, region: String, provider: SharedCredentialsProvider) -> ConfigLoader {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(provider)
        // Whoever counts the requests also repeats them, so that each attempt is counted.
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts())
        // Answers are small and have a deadline; the protection would start a timer for each body.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(name) = options.app_name.and_then(|name| AppName::new(name).ok()) {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(client) = options.http_client.clone() {
        loader = loader.http_client(client);
    }
    if let Some(source) = options.time_source.clone() {
        loader = loader.time_source(source);
    }
    loader
}

/// An endpoint on this machine without TLS gets a client without TLS: setting TLS up costs more than all the requests
/// of a start. No proxy stands between a program and its own machine either.
fn without_needless_tls(config: SdkConfig) -> SdkConfig {
    let plain =
        endpoint(&config, "ECS").is_some_and(|url| url.starts_with("http://") && super::is_loopback(&url));
    if !plain {
        return config;
    }
    config.into_builder().http_client(aws_smithy_http_client::Builder::new().build_http()).build()
}

/// The Region that somebody set, in the order of the AWS CLI: the environment wins over the profile.
fn configured_region(options: &Options, env: &Env, profiles: &ProfileSet) -> Option<String> {
    let of_environment = || env.get("AWS_REGION").or_else(|_| env.get("AWS_DEFAULT_REGION")).ok();
    let of_profile = || profiles.get("region").map(str::to_owned);
    let region = options.region.clone().or_else(of_environment).or_else(of_profile);
    region.filter(|region| !region.is_empty())
}

/// The Region of the EC2 instance; `AWS_EC2_METADATA_DISABLED` keeps the SDK from asking.
async fn metadata_region() -> Option<String> {
    let provider = ImdsRegionProvider::builder().build();
    let region = tokio::time::timeout(METADATA, ProvideRegion::region(&provider)).await.ok()??;
    Some(region.to_string())
}

/// Where credentials come from, other than the environment.
async fn provider(options: &Options, region: &str, profiles: &ProfileSet) -> SharedCredentialsProvider {
    use aws_config::default_provider::credentials::DefaultCredentialsChain;
    use aws_config::provider_config::ProviderConfig;

    if profile::has_keys(profiles) {
        let now = options.time_source.clone().unwrap_or_default();
        return SharedCredentialsProvider::new(FromFile::new(options.profile.clone(), now));
    }
    let region = Region::new(region.to_owned());
    if let Some(name) = &options.profile {
        let config = ProviderConfig::without_region().with_region(Some(region));
        let builder = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name);
        return SharedCredentialsProvider::new(builder.build());
    }
    let chain = DefaultCredentialsChain::builder().region(region).build().await;
    SharedCredentialsProvider::new(chain)
}

/// Asks for credentials once, so that what is wrong with them is said in a sentence and not on every pane.
async fn first_credentials(
    provider: &SharedCredentialsProvider,
    login: Option<&str>,
) -> Result<Credentials, ConnectError> {
    let first = tokio::time::timeout(CREDENTIALS, provider.provide_credentials()).await;
    let error = match first {
        Ok(Ok(credentials)) => return Ok(credentials),
        Ok(Err(error)) => error,
        Err(_) => return Err(ConnectError::Slow),
    };
    let reason = error::reason(&error);
    Err(match (error, login) {
        (_, Some(command)) => ConnectError::Session { command: command.to_owned(), reason },
        (CredentialsError::CredentialsNotLoaded(_), None) => ConnectError::NoCredentials,
        _ => ConnectError::Credentials { reason },
    })
}

/// The endpoint that requests to a service go to instead of AWS's: `AWS_ENDPOINT_URL_ECS`, a `[services]` section, or
/// the one for all services.
fn endpoint(config: &SdkConfig, service: &str) -> Option<String> {
    let everywhere = || config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return everywhere();
    }
    let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let own = key.build().ok().and_then(|key| config.service_config()?.load_config(key));
    own.or_else(everywhere)
}
