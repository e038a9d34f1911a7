//! REMEMBERS: what outlives a session, in files of the state folder.

pub mod changes;
pub mod entry;
pub mod file;
pub mod last_session;
pub mod read;
pub mod trail;

pub use self::changes::Journal;
pub use self::entry::{Change, Entry, Fact, Kind};
pub use self::read::{Contents, Damage, Line, read};
pub use self::trail::{Trail, open_operations, trails};
