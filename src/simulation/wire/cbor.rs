//! Smithy RPC v2 with CBOR, which the SDK speaks to CloudWatch: bodies are read into JSON and written from it.

use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::decode::DeserializeError;
use aws_smithy_cbor::{Decoder, Encoder};
use aws_smithy_types::DateTime;
use serde_json::{Map, Number, Value};

use super::Refusal;

/// The value of the header `smithy-protocol`.
pub const PROTOCOL: &str = "rpc-v2-cbor";

/// Nothing that a client sends is nested deeper.
const DEEPEST: u8 = 32;

/// JSON has no moments, so the members that are moments are known by name.
const MOMENTS: [&str; 5] = [
    "Timestamps",
    "StateUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "AlarmConfigurationUpdatedTimestamp",
    "Timestamp",
];

/// The service shape and the operation of `/service/<shape>/operation/<operation>`.
pub fn route(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/service/")?.split_once("/operation/")
}

/// Reads a body, which is a map; one without bytes is an empty one.
pub fn read(body: &[u8]) -> Result<Map<String, Value>, String> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let mut decoder = Decoder::new(body);
    match value(&mut decoder, 0) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("the body is not a CBOR map".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn value(decoder: &mut Decoder<'_>, depth: u8) -> Result<Value, DeserializeError> {
    let at = decoder.position();
    if depth > DEEPEST {
        return Err(DeserializeError::custom("nested too deeply", at));
    }
    Ok(match decoder.datatype()? {
        Type::Bool => decoder.boolean()?.into(),
        Type::Null | Type::Undefined => {
            decoder.skip()?;
            Value::Null
        }
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            decoder.long()?.into()
        }
        Type::F16 | Type::F32 | Type::F64 => number(decoder.double()?),
        Type::String | Type::StringIndef => decoder.str()?.into_owned().into(),
        Type::Tag => number(decoder.timestamp()?.as_secs_f64()),
        Type::Array | Type::ArrayIndef => {
            let length = decoder.list()?;
            let mut items = Vec::new();
            while goes_on(decoder, length, items.len())? {
                items.push(value(decoder, depth + 1)?);
            }
            Value::Array(items)
        }
        Type::Map | Type::MapIndef => {
            let length = decoder.map()?;
            let (mut members, mut read) = (Map::new(), 0);
            while goes_on(decoder, length, read)? {
                let key = decoder.string()?;
                members.insert(key, value(decoder, depth + 1)?);
                read += 1;
            }
            Value::Object(members)
        }
        _ => return Err(DeserializeError::custom("a kind of value that no request has", at)),
    })
}

/// Whether a list or map has more: it says how many there are, or ends with a break.
fn goes_on(decoder: &mut Decoder<'_>, length: Option<u64>, read: usize) -> Result<bool, DeserializeError> {
    if let Some(length) = length {
        return Ok(u64::try_from(read).is_ok_and(|read| read < length));
    }
    let over = decoder.datatype()? == Type::Break;
    if over {
        decoder.skip()?;
    }
    Ok(!over)
}

/// A number that JSON has no word for becomes null.
fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Writes an answer that was made as JSON. Numbers with a fraction, if only `.0`, become doubles.
pub fn write(json: &str) -> Vec<u8> {
    let value = serde_json::from_str(json).unwrap_or(Value::Null);
    let mut encoder = Encoder::new(Vec::with_capacity(json.len()));
    put(&mut encoder, &value, false);
    encoder.into_writer()
}

fn put(encoder: &mut Encoder, value: &Value, moment: bool) {
    match value {
        Value::Null => {
            encoder.null();
        }
        Value::Bool(flag) => {
            encoder.boolean(*flag);
        }
        Value::Number(number) => {
            let float = number.as_f64().unwrap_or_default();
            match number.as_i64() {
                _ if moment => encoder.timestamp(&DateTime::from_secs_f64(float)),
                Some(whole) => encoder.long(whole),
                None => encoder.double(float),
            };
        }
        Value::String(text) => {
            encoder.str(text);
        }
        Value::Array(items) => {
            encoder.array(items.len());
            for item in items {
                put(encoder, item, moment);
            }
        }
        Value::Object(members) => {
            encoder.map(members.len());
            for (key, member) in members {
                encoder.str(key);
                put(encoder, member, MOMENTS.contains(&key.as_str()));
            }
        }
    }
}

/// The body of an error.
pub fn error(refusal: &Refusal) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(2).str("__type").str(refusal.code).str("message").str(&refusal.message);
    encoder.into_writer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let json = r#"{"Id":"m","Values":[1.0,2.5],"Period":60,"Timestamps":[1790000000.0],"Deep":{"a":[true,null]}}"#;
        let read = read(&write(json)).unwrap();
        assert_eq!(Value::Object(read).to_string(), json);
    }

    #[test]
    fn lists_of_unknown_length_end_with_a_break_and_noise_is_refused() {
        let mut encoder = Encoder::new(Vec::new());
        encoder.begin_map().str("a").begin_array().long(1).end().end();
        assert_eq!(read(&encoder.into_writer()).unwrap().get("a"), Some(&Value::from(vec![1])));
        assert!(read(&[0xA1]).is_err());
        assert!(read(&[0x81; 200]).is_err());
        assert_eq!(read(&[]).unwrap(), Map::new());
    }
}
