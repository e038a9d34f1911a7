//! The query protocol, which STS and Elastic Load Balancing speak: a form in, XML out.

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

/// The members of a flat form as they are meant: `A.member.1=x` is the list `A`, `A.B=x` the member `B` of `A`.
pub fn nest(form: &Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    for (key, value) in form {
        let parts: Vec<_> = key.split('.').collect();
        place(&mut members, &parts, value);
    }
    members
}

fn place(members: &mut Map<String, Value>, path: &[&str], value: &Value) {
    match path {
        [last] => {
            members.insert((*last).to_owned(), value.clone());
        }
        [first, "member", _] => {
            let list = members.entry(*first).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(value.clone());
            }
        }
        [first, "member", place_in_list, rest @ ..] => {
            let list = members.entry(*first).or_insert_with(|| Value::Array(Vec::new()));
            let at = place_in_list.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            if let (Value::Array(list), Some(at)) = (list, at)
                && at <= list.len()
            {
                if at == list.len() {
                    list.push(Value::Object(Map::new()));
                }
                if let Some(Value::Object(item)) = list.get_mut(at) {
                    place(item, rest, value);
                }
            }
        }
        [first, rest @ ..] => {
            let inner = members.entry(*first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                place(inner, rest, value);
            }
        }
        [] => {}
    }
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

pub fn escape(text: &str) -> String {
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
pub fn error(refusal: &Refusal, namespace: &str, request_id: &str) -> String {
    let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{side}</Type>\n    \
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

    #[test]
    fn lists_and_structures_are_nested() {
        let form = parse("Names.member.1=a&Names.member.2=b&T.member.1.Id=x&T.member.1.Port=80&R.From=1");
        let nested = serde_json::json!({
            "Names": ["a", "b"], "T": [{"Id": "x", "Port": "80"}], "R": {"From": "1"}
        });
        assert_eq!(Value::Object(nest(&form)), nested);
    }
}
