//! What was asked in protocols that are no JSON, as JSON; and answers in CBOR.

use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::{Decoder, Encoder};
use aws_smithy_types::DateTime;
use serde_json::{Map, Value, json};

/// A form with its values as they were sent: `{"Action": "…", "Names.member.1": "…"}`.
pub fn json_of_form(form: &str) -> Value {
    let plain = |text: &str| text.replace("%3A", ":").replace("%2F", "/").replace('+', " ");
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), Value::from(plain(value)))).collect::<Map<_, _>>().into()
}

pub fn json_of_cbor(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    value(&mut Decoder::new(bytes))
}

fn value(from: &mut Decoder<'_>) -> Value {
    match from.datatype().unwrap() {
        Type::Map | Type::MapIndef => {
            let mut map = Map::new();
            match from.map().unwrap() {
                Some(len) => (0..len).for_each(|_| member(from, &mut map)),
                None => {
                    while !ended(from) {
                        member(from, &mut map);
                    }
                }
            }
            map.into()
        }
        Type::Array | Type::ArrayIndef => {
            let len = from.list().unwrap();
            let mut items = Vec::new();
            while len.map_or_else(|| !ended(from), |len| items.len() < usize::try_from(len).unwrap()) {
                items.push(value(from));
            }
            items.into()
        }
        Type::Bool => from.boolean().unwrap().into(),
        Type::String | Type::StringIndef => from.string().unwrap().into(),
        Type::F32 | Type::F64 => from.double().unwrap().into(),
        Type::Tag => json!({"seconds": from.timestamp().unwrap().secs()}),
        _ => from.long().unwrap().into(),
    }
}

fn member(from: &mut Decoder<'_>, map: &mut Map<String, Value>) {
    let name = from.string().unwrap();
    let value = value(from);
    map.insert(name, value);
}

/// The end of a list or map whose length was not told.
fn ended(from: &mut Decoder<'_>) -> bool {
    let end = from.datatype().unwrap() == Type::Break;
    if end {
        from.skip().unwrap();
    }
    end
}

/// JSON as CBOR; `{"seconds": 5}` is a time.
pub fn cbor(from: &Value) -> Vec<u8> {
    let mut to = Encoder::new(Vec::new());
    write(from, &mut to);
    to.into_writer()
}

fn write(from: &Value, to: &mut Encoder) {
    match from {
        Value::Null => drop(to.null()),
        Value::Bool(value) => drop(to.boolean(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => drop(to.long(whole)),
            None => drop(to.double(number.as_f64().unwrap())),
        },
        Value::String(text) => drop(to.str(text)),
        Value::Array(items) => {
            to.array(items.len());
            for item in items {
                write(item, to);
            }
        }
        Value::Object(members) => {
            if let Some(seconds) = members.get("seconds").and_then(Value::as_i64) {
                to.timestamp(&DateTime::from_secs(seconds));
                return;
            }
            to.map(members.len());
            for (name, value) in members {
                to.str(name);
                write(value, to);
            }
        }
    }
}
