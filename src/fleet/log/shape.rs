//! What two lines have in common once numbers, ids, addresses and times are taken out.

/// The line with one `#` for every number, id, address and time.
pub fn shape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphanumeric() || first == '_';
        let end = rest.find(|letter: char| (letter.is_alphanumeric() || letter == '_') != is_word);
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        if is_word {
            word(part, &mut out);
        } else if !(is_joint(part) && out.ends_with('#') && starts_with_number(rest)) {
            out.push_str(part);
        }
    }
    out
}

/// The parts of a time, an address or a UUID are one number.
fn is_joint(text: &str) -> bool {
    matches!(text, "." | ":" | "-" | "," | "/")
}

fn starts_with_number(text: &str) -> bool {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    text.starts_with(|letter: char| letter.is_ascii_digit()) || text.get(..end).is_some_and(is_number)
}

/// A number, or an id: hexadecimal with a digit, or long and mixed.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let hexadecimal = word.bytes().all(|letter| letter.is_ascii_hexdigit());
    digits > 0
        && (digits == word.len()
            || word.starts_with("0x")
            || (hexadecimal && word.len() >= 4)
            || word.len() >= 20)
}

fn word(word: &str, out: &mut String) {
    if is_number(word) {
        if !out.ends_with('#') {
            out.push('#');
        }
        return;
    }
    for letter in word.chars() {
        if !letter.is_ascii_digit() {
            out.push(letter);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn what_differs_is_taken_out() {
        for (text, expected) in [
            ("starting checkout 91aa", "starting checkout #"),
            ("health check timeout after 2000 ms", "health check timeout after # ms"),
            ("health check timeout after 9 ms", "health check timeout after # ms"),
            ("from 10.0.3.17:8080 in 12.5ms", "from # in #ms"),
            ("2026-01-01T10:00:00.123Z worker7 done", "#T#Z worker# done"),
            ("id=7f9c24e8-3b12-4fde-9a1b-0242ac120002 ok", "id=# ok"),
            ("at 0xdeadbeef, facade", "at #, facade"),
            ("naïve ünïcode – ok", "naïve ünïcode – ok"),
        ] {
            assert_eq!(shape(text), expected);
        }
    }
}
