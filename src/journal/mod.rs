//! REMEMBERS: what outlives a session, in files of the state folder.

pub mod file;
pub mod last_session;
