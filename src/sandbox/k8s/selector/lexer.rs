//! The words of a label selector, read as the real lexer does (apimachinery's `labels/selector.go`).

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `in`, which is a name where an operator is not expected.
    In,
    /// `notin`, likewise.
    NotIn,
    /// `=`
    Equals,
    /// `==`
    DoubleEquals,
    /// `!=`
    NotEquals,
    /// `!`
    Not,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// A key or value.
    Name,
    /// The end.
    End,
}

/// Longer ones first.
const SYMBOLS: [(&str, Token); 9] = [
    ("==", Token::DoubleEquals),
    ("!=", Token::NotEquals),
    ("=", Token::Equals),
    ("!", Token::Not),
    (">", Token::Above),
    ("<", Token::Below),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
];

/// What is left of a selector.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    /// All of a selector.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// The next word where an operator may come, with its text.
    pub(super) fn operator(&mut self) -> (Token, &'a str) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let is_symbol = |c: char| "=!(),><".contains(c);
        if self.rest.is_empty() {
            return (Token::End, "");
        }
        let symbol = SYMBOLS.iter().find(|(symbol, _)| self.rest.starts_with(symbol));
        if let Some((symbol, token)) = symbol {
            return (*token, self.take(symbol.len()));
        }
        let ends = |c: char| is_symbol(c) || matches!(c, ' ' | '\t' | '\r' | '\n');
        let word = self.take(self.rest.find(ends).unwrap_or(self.rest.len()));
        let token = match word {
            "in" => Token::In,
            "notin" => Token::NotIn,
            _ => Token::Name,
        };
        (token, word)
    }

    /// The next word where a key or value may come: `in` and `notin` are names there.
    pub(super) fn value(&mut self) -> (Token, &'a str) {
        match self.operator() {
            (Token::In | Token::NotIn, word) => (Token::Name, word),
            other => other,
        }
    }

    /// What [`Lexer::value`] will give next.
    pub(super) fn peek(&self) -> (Token, &'a str) {
        Self::value(&mut self.clone())
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        word
    }
}
