//! Pages of lists: a page size within its limits, and a token that means nothing to the caller.

use std::fmt::{Display, Write};

use super::Refusal;
use super::input::Input;
use super::json::Object;
use crate::simulation::name;

/// Where a page begins and how much it holds.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Items whose place is not above this one were on earlier pages.
    after: Option<u64>,
    size: usize,
    question: u64,
    style: Style,
}

/// The items of one page, and the place of the last one if more follow.
#[derive(Debug)]
pub struct Cut<T> {
    pub items: Vec<T>,
    question: u64,
    style: Style,
    last: Option<u64>,
}

/// How a service spells pages, and how many items it gives.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    Ecs {
        default: usize,
    },
    /// The most is what it gives by default, too.
    AutoScaling {
        most: usize,
    },
    /// `PageSize` and `Marker`.
    LoadBalancing,
    /// The server alone decides on the size; lower case.
    CodeDeploy,
    CloudWatch {
        default: usize,
        most: usize,
    },
    Logs,
}

impl Style {
    fn size(self) -> (&'static str, usize, usize) {
        match self {
            Self::Ecs { default } => ("maxResults", default, 100),
            Self::AutoScaling { most } => ("MaxResults", most, most),
            Self::LoadBalancing => ("PageSize", 400, 400),
            Self::CodeDeploy => ("", 100, 100),
            Self::CloudWatch { default, most } => ("MaxRecords", default, most),
            Self::Logs => ("limit", 50, 50),
        }
    }

    /// Guess: the words; the codes are the services'.
    fn wrong_size(self) -> Refusal {
        let (member, _, most) = self.size();
        let text = format!("{member} must be between 1 and {most}.");
        match self {
            Self::Ecs { .. } | Self::Logs => Refusal::parameter(text),
            Self::AutoScaling { .. } | Self::CodeDeploy => Refusal::new("ValidationException", text),
            Self::LoadBalancing => Refusal::new("ValidationError", text),
            Self::CloudWatch { .. } => Refusal::new("InvalidParameterValueException", text),
        }
    }

    /// Guess: the words.
    fn wrong_token(self) -> Refusal {
        match self {
            Self::Ecs { .. } | Self::Logs => Refusal::parameter("Invalid token."),
            Self::AutoScaling { .. } | Self::CodeDeploy => {
                Refusal::new("InvalidNextTokenException", "Invalid token.")
            }
            Self::LoadBalancing => Refusal::new("ValidationError", "Invalid marker."),
            Self::CloudWatch { .. } => Refusal::new("InvalidNextToken", "Invalid token."),
        }
    }

    fn token(self) -> &'static str {
        match self {
            Self::Ecs { .. } | Self::CodeDeploy | Self::Logs => "nextToken",
            Self::AutoScaling { .. } | Self::CloudWatch { .. } => "NextToken",
            Self::LoadBalancing => "Marker",
        }
    }
}

impl Page {
    /// Reads `maxResults` and `nextToken` as ECS has them.
    pub fn read(input: Input<'_>, default: usize, question: &[&str]) -> Result<Self, Refusal> {
        Self::styled(input, Style::Ecs { default }, question)
    }

    /// Reads the size of the page and the token. A token is only good for the question it was given for.
    pub fn styled(input: Input<'_>, style: Style, question: &[&str]) -> Result<Self, Refusal> {
        let (member, default, most) = style.size();
        // Forms have numbers as text.
        let number = |text: &str| text.parse::<i64>().map_err(|_| style.wrong_size());
        let wanted = match style {
            Style::LoadBalancing => input.text(member)?.map(number).transpose()?,
            _ => input.whole(member)?,
        };
        let size = match wanted {
            None => default,
            Some(wanted) => match usize::try_from(wanted) {
                Ok(size) if (1..=most).contains(&size) => size,
                _ => return Err(style.wrong_size()),
            },
        };
        let question = question.iter().fold(0_u64, |sum, part| name::number_of(part) ^ sum.rotate_left(5));
        let after = match input.text(style.token())? {
            None => None,
            Some(token) => Some(open(token, question).ok_or_else(|| style.wrong_token())?),
        };
        Ok(Self { after, size, question, style })
    }

    /// The place after which this page begins; `None` for the first page.
    pub fn after(self) -> Option<u64> {
        self.after
    }

    /// Cuts the page from items that come with their places, in rising order, beginning anywhere.
    pub fn cut<T>(self, items: impl Iterator<Item = (u64, T)>) -> Cut<T> {
        let mut rest = items.filter(|(place, _)| self.after.is_none_or(|after| *place > after)).peekable();
        let mut page = Vec::with_capacity(self.size.min(100));
        let mut last = None;
        while page.len() < self.size {
            let Some((place, item)) = rest.next() else { break };
            last = Some(place);
            page.push(item);
        }
        let more = rest.peek().is_some();
        Cut { items: page, question: self.question, style: self.style, last: last.filter(|_| more) }
    }
}

impl<T> Cut<T> {
    /// Writes the token if there is another page.
    pub fn token(&self, object: &mut Object<'_>) {
        object.text_if(self.style.token(), self.next());
    }

    /// The token of the next page.
    pub fn next(&self) -> Option<impl Display> {
        self.last.map(|last| seal(last, self.question))
    }
}

/// Three words, of which two depend on the third, so that a token made up by hand is refused.
fn seal(place: u64, question: u64) -> impl Display {
    let key = name::derive(question, name::Purpose::Request, 0);
    let mut token = String::with_capacity(48);
    for word in [place ^ key, name::derive(place, name::Purpose::Request, question), key.rotate_left(13)] {
        let _ = write!(token, "{word:016x}");
    }
    token
}

fn open(token: &str, question: u64) -> Option<u64> {
    let key = name::derive(question, name::Purpose::Request, 0);
    let place = u64::from_str_radix(token.get(..16)?, 16).ok()? ^ key;
    (seal(place, question).to_string() == token).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &serde_json::Value) -> Result<Page, Refusal> {
        Page::read(Input::new(body.as_object().unwrap()), 10, &["ListThings"])
    }

    #[test]
    fn a_page_that_ends_at_the_end_has_no_token() {
        let first = page(&serde_json::json!({"maxResults": 2})).unwrap();
        let cut = first.cut((0..4).map(|n| (n, n)));
        assert_eq!(cut.items, [0, 1]);
        let token = seal(1, first.question).to_string();
        let second = page(&serde_json::json!({"maxResults": 2, "nextToken": token})).unwrap();
        let cut = second.cut((0..4).map(|n| (n, n)));
        assert_eq!((cut.items.as_slice(), cut.last), ([2, 3].as_slice(), None));
    }

    #[test]
    fn sizes_and_tokens_out_of_bounds_are_refused() {
        for body in [
            serde_json::json!({"maxResults": 0}),
            serde_json::json!({"maxResults": 101}),
            serde_json::json!({"nextToken": "made up"}),
        ] {
            assert_eq!(page(&body).unwrap_err().code, "InvalidParameterException");
        }
    }
}
