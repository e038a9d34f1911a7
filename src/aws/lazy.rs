//! A client that is made when it is first used: many sessions never ask that service, and none should wait for it.

use std::sync::{Arc, OnceLock};

use aws_config::SdkConfig;

/// A client of one service; cheap to clone, and made once for all clones.
#[derive(Debug, Clone)]
pub(super) struct Lazy<C> {
    made: Arc<OnceLock<C>>,
    config: Arc<SdkConfig>,
    make: fn(&SdkConfig) -> C,
}

impl<C> Lazy<C> {
    pub(super) fn new(config: &Arc<SdkConfig>, make: fn(&SdkConfig) -> C) -> Self {
        Self { made: Arc::default(), config: Arc::clone(config), make }
    }

    /// The client.
    pub(super) fn get(&self) -> &C {
        self.made.get_or_init(|| (self.make)(&self.config))
    }
}
