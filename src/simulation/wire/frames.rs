//! Frames of an event stream, `application/vnd.amazon.eventstream`: each is a message with headers and a checksum.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};

/// The content type of an answer that is a stream of events.
pub const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

/// Adds an event with its members as JSON.
pub fn event(out: &mut Vec<u8>, kind: &'static str, json: String) {
    frame(out, "event", ":event-type", kind, json);
}

/// Adds an exception, with which the stream ends.
pub fn exception(out: &mut Vec<u8>, kind: &'static str, json: String) {
    frame(out, "exception", ":exception-type", kind, json);
}

fn frame(out: &mut Vec<u8>, message: &'static str, title: &'static str, kind: &'static str, json: String) {
    let text = |text: &'static str| HeaderValue::String(text.into());
    let message = Message::new(json.into_bytes())
        .add_header(Header::new(":message-type", text(message)))
        .add_header(Header::new(title, text(kind)))
        .add_header(Header::new(":content-type", text("application/json")));
    // Only a payload of gigabytes has no frame.
    let _ = write_message_to(&message, out);
}
