//! Filter patterns: what each finds among some messages.

use rstest::rstest;
use serde_json::{Value, json};

use super::super::support::{Caller, START, one_service};
use super::all;

const MESSAGES: [&str; 8] = [
    r#"{"level":"error","status":503,"user":{"name":"ann","tags":["a","b"]},"path":"/v1/cart"}"#,
    r#"{"level":"info","status":200,"user":null,"cached":true,"path":"/v2/cart"}"#,
    r#"{"level":"warn","status":"429"}"#,
    "ERROR connection refused by 10.0.0.1",
    "WARN slow query took 812ms",
    "[ERROR 401] unauthorized request",
    "error in lower case",
    "{not json at all",
];

fn caller() -> Caller {
    let caller = one_service("tasks = 0, sidecars = []");
    caller.logs("CreateLogGroup", &json!({"logGroupName": "g"}));
    caller.logs("CreateLogStream", &json!({"logGroupName": "g", "logStreamName": "one"}));
    let events: Vec<_> =
        MESSAGES.iter().map(|message| json!({"timestamp": START - 1_000, "message": message})).collect();
    caller.logs("PutLogEvents", &json!({"logGroupName": "g", "logStreamName": "one", "logEvents": events}));
    caller
}

#[rstest]
#[case("", &[0, 1, 2, 3, 4, 5, 6, 7])]
#[case("ERROR", &[3, 5])]
#[case("error", &[0, 6])]
#[case("ERROR refused", &[3])]
#[case("\"connection refused\"", &[3])]
#[case("\"refused connection\"", &[])]
#[case("?WARN ?ERROR", &[3, 4, 5])]
#[case("ERROR -unauthorized", &[3])]
#[case("-ERROR -error -level", &[4, 7])]
#[case("ERROR ?WARN", &[3, 5])]
#[case("{ $.level = \"error\" }", &[0])]
#[case("{ $.level = error }", &[0])]
#[case("{ $.level != \"error\" }", &[1, 2])]
#[case("{ $.level = \"*r*\" }", &[0, 2])]
#[case("{ $.status >= 500 }", &[0])]
#[case("{ $.status < 500 }", &[1])]
#[case("{ $.status = 200 }", &[1])]
#[case("{ $.status = \"429\" }", &[2])]
#[case("{ $.status > 100 && $.level = \"info\" }", &[1])]
#[case("{ ($.level = \"warn\") || ($.status >= 500 && $.path = \"/v1/*\") }", &[0, 2])]
#[case("{ $.user.name = \"ann\" }", &[0])]
#[case("{ $.user.tags[1] = \"b\" }", &[0])]
#[case("{ $.user IS NULL }", &[1])]
#[case("{ $.cached IS TRUE }", &[1])]
#[case("{ $.path NOT EXISTS }", &[2])]
fn a_pattern_finds(#[case] pattern: &str, #[case] found: &[usize]) {
    let (events, _) = caller().filtered(&json!({"logGroupName": "g", "filterPattern": pattern}));
    let expected: Vec<_> = found.iter().map(|place| MESSAGES[*place]).collect();
    assert_eq!(all(&events, "message"), expected, "{pattern}");
}

#[rstest]
#[case("\"no end")]
#[case("with-hyphen")]
#[case("?")]
#[case("{ $.level }")]
#[case("{ level = 1 }")]
#[case("{ $.a = 1 && }")]
#[case("{ ($.a = 1 }")]
#[case("{ $.a > \"text\" }")]
#[case("[a, b]")]
fn a_wrong_pattern_is_refused(#[case] pattern: &str) {
    let body: Value = json!({"logGroupName": "g", "filterPattern": pattern});
    assert_eq!(caller().logs_refused("FilterLogEvents", &body).0, "InvalidParameterException", "{pattern}");
}
