//! What each change sends, what its acceptance and its refusals become.
