//! The model: all state there is, composed of small parts; only `update` changes it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ratatui::layout::Size;

use super::action::dialog::Dialog;
use super::action::operation::Operations;
use super::alert::Alerts;
use super::banner::banner;
use super::budget::Budget;
use super::document::{Document, Line};
use super::history::History;
use super::layout;
use super::logs;
use super::logs::prompt::{Prompt, Purpose};
use super::notice::Notices;
use super::palette::Palette;
use super::protection::Unlocks;
use super::reading::Reading;
use super::screen::Screen;
use super::settings::{Settings, Slash};
use super::shifts::Shifts;
use super::text_input::TextInput;
use super::triage::Triage;
use super::views::View;
use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, ContextId};

/// One profile in one Region, as the header names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextInfo {
    pub id: ContextId,
    /// `None` with the default credentials.
    pub profile: Option<String>,
    pub region: String,
    /// Set where AWS is not asked at its own address.
    pub endpoint: Option<String>,
    /// The embedded simulated AWS.
    pub demo: bool,
}

/// Where a session begins, by name or ARN.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    pub cluster: Option<String>,
    pub service: Option<String>,
}

/// What lies over the screen and takes the keys.
#[derive(Debug, Clone)]
pub enum Overlay {
    Palette(Palette),
    /// Help for the screen below; the typed text narrows it.
    Help {
        input: TextInput,
        offset: usize,
    },
    /// The filter or search that is being typed, with what it was before.
    Filter {
        input: TextInput,
        before: String,
    },
    /// What is typed below log lines.
    Lines(Prompt),
    /// A question before a change.
    Dialog(Box<Dialog>),
}

/// Everything. Drawing borrows it, `update` changes it, nothing else sees it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a person turns one by one")]
pub struct Model {
    /// The time of the newest message.
    pub now: DateTime<Utc>,
    pub size: Size,
    pub settings: Settings,
    pub contexts: Vec<ContextInfo>,
    pub fleet: Arc<Fleet>,
    pub triage: Triage,
    pub shifts: Shifts,
    pub alerts: Alerts,
    pub history: History,
    pub views: HashMap<Screen, View>,
    pub overlay: Option<Overlay>,
    pub notices: Notices,
    pub budgets: BTreeMap<ContextId, Budget>,
    pub operations: Operations,
    pub unlocks: Unlocks,
    /// Only this cluster in the fleet.
    pub scope: Option<ClusterId>,
    pub header: bool,
    pub crumbs: bool,
    pub mouse: bool,
    pub utc: bool,
    pub wide: bool,
    /// What `/` begins in log views: what was chosen last.
    pub slash: Purpose,
    /// Where the session is to begin, until it has.
    pub start: Start,
    /// The start of the session.
    pub started: DateTime<Utc>,
    /// The first load is over: everything that is listed was described.
    pub loaded: bool,
    /// Grows with every change that can be seen.
    pub version: u64,
    /// When it last changed in a way that can be seen.
    pub changed: DateTime<Utc>,
    /// The fleet's version that rows and verdicts stand on.
    pub settled: u64,
    pub quitting: bool,
}

impl Model {
    /// The state at the start: nothing known, the fleet on the screen.
    pub fn new(settings: Settings, contexts: Vec<ContextInfo>, size: Size, now: DateTime<Utc>) -> Self {
        let mut model = Self {
            now,
            size,
            contexts,
            fleet: Arc::default(),
            triage: Triage::default(),
            shifts: Shifts::default(),
            alerts: Alerts::default(),
            history: History::new(Screen::Fleet),
            views: HashMap::new(),
            overlay: None,
            notices: Notices::default(),
            budgets: BTreeMap::new(),
            operations: Operations::default(),
            unlocks: Unlocks::default(),
            scope: None,
            header: true,
            crumbs: true,
            mouse: settings.mouse,
            utc: settings.utc,
            wide: settings.wide,
            slash: match settings.slash {
                Slash::Search => Purpose::Search,
                Slash::Filter => Purpose::Keep,
            },
            start: Start { cluster: settings.cluster.clone(), service: settings.service.clone() },
            started: now,
            loaded: false,
            version: 1,
            changed: now,
            settled: 0,
            quitting: false,
            settings,
        };
        model.views.insert(Screen::Fleet, View::of(&Screen::Fleet));
        model
    }

    /// The screen that is shown.
    pub fn screen(&self) -> &Screen {
        self.history.current()
    }

    /// How the shown screen stands: rows, cursor, filter.
    pub fn view(&self) -> &View {
        // Opening a screen makes its view; a screen without one reads as an empty one.
        static EMPTY: std::sync::LazyLock<View> = std::sync::LazyLock::new(View::default);
        self.views.get(self.screen()).unwrap_or(&EMPTY)
    }

    pub fn view_mut(&mut self) -> &mut View {
        let screen = self.history.current().clone();
        self.views.entry(screen).or_insert_with_key(View::of)
    }

    /// The context that a screen belongs to; the first one for screens of the whole fleet.
    pub fn context_of(&self, screen: &Screen) -> ContextId {
        let first = self.contexts.first().map_or(ContextId::default(), |context| context.id);
        screen.context(&self.fleet).unwrap_or(first)
    }

    pub fn context(&self, id: ContextId) -> Option<&ContextInfo> {
        self.contexts.iter().find(|context| context.id == id)
    }

    /// The cluster on one of the keys 1 to 9, counted from 0.
    pub fn favourite(&self, place: usize) -> Option<ClusterId> {
        let name = self.settings.favourites.get(place)?;
        let mut clusters = self.fleet.clusters();
        clusters.find(|cluster| *cluster.name == **name || cluster.id.as_str() == name).map(|c| c.id.clone())
    }

    /// Rows of the list, or lines of the text, that fit on the screen.
    pub fn page(&self) -> usize {
        layout::page(&self.regions(), self.screen())
    }

    /// What stands above the rows, where something does.
    pub fn banner(&self) -> Vec<Line> {
        banner(&self.fleet, |id| self.context(id)?.profile.as_deref(), self.utc)
    }

    /// Long lines of the shown text are wrapped: as a person chose, else where there is little room across.
    pub fn wraps(&self) -> bool {
        // Of the evidence nothing may be out of sight.
        let is_cockpit = matches!(self.screen(), Screen::Shift(..));
        self.view().wrap.unwrap_or(is_cockpit || layout::width(self.size) == layout::Width::Small)
    }

    /// How a text stands on the shown screen.
    pub fn reading<'a>(&self, document: &'a Document) -> Reading<'a> {
        let table = self.regions().table;
        // A blank stands at both sides.
        let room = self.wraps().then(|| usize::from(table.width.saturating_sub(2)).max(1));
        Reading::new(document, room, usize::from(table.height))
    }

    pub fn regions(&self) -> layout::Regions {
        let shares = logs::panes::shares(self.size, self.view());
        layout::regions(self.size, self.screen(), self.header, &self.banner(), shares)
    }
}
