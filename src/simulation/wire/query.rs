//! The query protocol, which STS speaks: a form in, XML out.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::Refusal;

/// Reads `a=b&c=d` with percent escapes. Later fields win.
pub fn parse(form: &str) -> Map<String, Value> {
    form.split('&')
        .filter(|field| !field.is_empty())
        .map(|field| {
            let (key, value) = field.split_once('=').unwrap_or((field, ""));
            (unescape(key), Value::String(unescape(value)))
        })
        .collect()
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let code = high.zip(low).map(|(high, low)| high * 16 + low);
                code.and_then(|code| u8::try_from(code).ok()).unwrap_or(b'%')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The answer of an operation whose result is flat.
pub fn answer(operation: &str, namespace: &str, fields: &[(&str, &dyn Display)], request_id: &str) -> String {
    let members = fields.iter().fold(String::new(), |members, (name, value)| {
        members + &format!("    <{name}>{}</{name}>\n", escape(&value.to_string()))
    });
    format!(
        "<{operation}Response xmlns=\"{namespace}\">\n  <{operation}Result>\n{members}  </{operation}Result>\n  \
         <ResponseMetadata>\n    <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n</{operation}Response>\n"
    )
}

/// An error, whose code is the short word that query services use.
pub fn error(refusal: &Refusal, request_id: &str) -> String {
    let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{side}</Type>\n    \
         <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n\
         </ErrorResponse>\n",
        refusal.code,
        escape(&refusal.message)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_with_their_escapes() {
        let form = parse("Action=GetCallerIdentity&Name=a%20b+c%2");
        assert_eq!(form.get("Action"), Some(&Value::from("GetCallerIdentity")));
        assert_eq!(form.get("Name"), Some(&Value::from("a b c%")));
    }
}
