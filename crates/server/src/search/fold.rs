//! Folding: what makes `sian`, `Siân` and `SIÂN` one word. Also shows which part of a text was meant.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of a question that are looked at; the rest is left out.
const WORDS_MAX: usize = 8;
/// Characters of a question that are looked at.
const ASKED_CHARS_MAX: usize = 100;

/// Small letters without accents; whatever is no letter or digit parts words, except a dot or a
/// slash within a number such as `A.5.1`. An apostrophe parts nothing: `childrens` is `children's`.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    each(text, |part, _| put(&mut folded, part));
    while folded.ends_with([' ', '.', '/']) {
        folded.pop();
    }
    folded
}

/// The words of a question, folded.
pub(super) fn words(asked: &str) -> Vec<String> {
    let asked: String = asked.chars().take(ASKED_CHARS_MAX).collect();
    fold(&asked).split(' ').filter(|it| !it.is_empty()).take(WORDS_MAX).map(Into::into).collect()
}

fn put(folded: &mut String, part: Part) {
    match part {
        Part::Letter(it) => folded.push(it),
        Part::Joint(it) if folded.ends_with(|it: char| it.is_alphanumeric()) => folded.push(it),
        Part::Joint(_) => (),
        Part::Gap => {
            while folded.ends_with(['.', '/']) {
                folded.pop();
            }
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
    }
}

enum Part {
    Letter(char),
    /// Kept between letters and digits only.
    Joint(char),
    Gap,
}

/// Shows each part of a text with the place in it from which it comes.
fn each(text: &str, mut see: impl FnMut(Part, usize)) {
    for (at, it) in text.char_indices() {
        match it {
            'a'..='z' | '0'..='9' => see(Part::Letter(it), at),
            'A'..='Z' => see(Part::Letter(it.to_ascii_lowercase()), at),
            '.' | '/' => see(Part::Joint(it), at),
            '\'' | '\u{2019}' | '\u{2018}' => (),
            _ if it.is_ascii() => see(Part::Gap, at),
            // Letters that no decomposition takes apart.
            'ß' => ['s', 's'].into_iter().for_each(|it| see(Part::Letter(it), at)),
            'æ' | 'Æ' => ['a', 'e'].into_iter().for_each(|it| see(Part::Letter(it), at)),
            'œ' | 'Œ' => ['o', 'e'].into_iter().for_each(|it| see(Part::Letter(it), at)),
            'ø' | 'Ø' => see(Part::Letter('o'), at),
            'ł' | 'Ł' => see(Part::Letter('l'), at),
            'đ' | 'Đ' | 'ð' | 'Ð' => see(Part::Letter('d'), at),
            'þ' | 'Þ' => ['t', 'h'].into_iter().for_each(|it| see(Part::Letter(it), at)),
            _ => {
                for it in it.to_lowercase().nfkd().filter(|it| !is_combining_mark(*it)) {
                    see(if it.is_alphanumeric() { Part::Letter(it) } else { Part::Gap }, at);
                }
            }
        }
    }
}

/// `text` cut into pieces, by turns unmarked and marked (the first is unmarked, perhaps empty): marked is
/// what one of the folded `words` says, at a word's start where there is one, else wherever it is.
pub(super) fn marked(text: &str, words: &[String]) -> Vec<String> {
    let (mut folded, mut places) = (String::new(), Vec::new());
    each(text, |part, at| {
        put(&mut folded, part);
        // A gap may take back what came before it.
        places.truncate(folded.len());
        places.resize(folded.len(), at);
    });
    let mut marks = vec![false; text.len()];
    for word in words {
        let starts = folded.match_indices(&**word).map(|it| it.0);
        let begins = |at: &usize| *at == 0 || folded.as_bytes()[at - 1] == b' ';
        let Some(at) = starts.clone().find(begins).or(starts.clone().next()) else { continue };
        let last = places[at + word.len() - 1];
        let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
        marks[places[at]..end].fill(true);
    }
    let (mut pieces, mut on) = (vec![String::new()], false);
    for (at, it) in text.char_indices() {
        if marks[at] != on {
            on = marks[at];
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(it);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{fold, marked, words};

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        for (text, folded) in [
            ("Siân Ŵyn-Jones", "sian wyn jones"),
            ("SIA\u{302}N", "sian"),
            ("Children’s  Services (North)", "childrens services north"),
            ("A.5.1 Policies.", "a.5.1 policies"),
            ("Straße & Ærø", "strasse aero"),
            ("... / ...", ""),
            ("PI-12/3", "pi 12/3"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn marks_fall_on_the_letters_as_they_were_written() {
        let mark = |text: &str, asked: &str| marked(text, &words(asked)).join("|");
        assert_eq!(mark("Head of Waste", "waste"), "Head of |Waste");
        assert_eq!(mark("Siân Bell", "sia"), "|Siâ|n Bell");
        assert_eq!(mark("Si\u{61}\u{302}n", "sian"), "|Si\u{61}\u{302}n");
        assert_eq!(mark("Unwanted wants", "want"), "Unwanted |want|s");
        assert_eq!(mark("Children’s homes", "childrens"), "|Children’s| homes");
        assert_eq!(mark("Head of Waste", "zzz"), "Head of Waste");
    }

    #[test]
    fn any_text_at_all_is_folded_and_marked() {
        for text in ["", "🦀🦀", "ﬃ", "ŉ", "İ", "a\u{0}b", "…", "\u{301}\u{301}", "x.", "./."]
        {
            let all = marked(text, &words(text)).concat();
            assert_eq!(all, text);
        }
    }
}
