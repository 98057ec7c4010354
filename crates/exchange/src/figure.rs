//! Figures as people write them, to exact millionths.
//!
//! Not here: what a figure measures, or floating point of any kind.
//!
//! Always true: a blank is no figure, never zero; what needs more than six decimals is rounded
//! half away from zero and says so; what does not fit is refused, not wrapped.

/// A figure in millionths: 12.5 is 12,500,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(pub i64);

impl Figure {
    pub const ONE: Figure = Figure(1_000_000);

    /// The figure as decimal text, without trailing noughts.
    pub fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        if part == 0 {
            return format!("{sign}{whole}");
        }
        let part = format!("{part:06}");
        format!("{sign}{whole}.{}", part.trim_end_matches('0'))
    }
}

/// What a cell that should hold a figure turned out to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Blank, or one of the marks that stand for "no data".
    NoData,
    Exact(Figure),
    Rounded(Figure),
    /// A figure too large to keep.
    OutOfRange,
    Unreadable,
}

impl Cell {
    pub fn figure(self) -> Option<Figure> {
        match self {
            Cell::Exact(figure) | Cell::Rounded(figure) => Some(figure),
            Cell::NoData | Cell::OutOfRange | Cell::Unreadable => None,
        }
    }
}

const NO_DATA: [&str; 16] = [
    "", "-", "–", "—", ":", ".", "..", "...", "x", "[x]", "n/a", "na", "n/d", "nd", "#n/a", "null",
];

const DIGITS_MAX: usize = 60;

/// Reads a figure: `1,234.5`, `-0.2`, `£12`, `97%`, `9.4e-05`.
pub fn read(written: &str) -> Cell {
    let written = written.trim();
    if NO_DATA.contains(&written.to_lowercase().as_str()) {
        return Cell::NoData;
    }
    let (negative, rest) = match written.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, written.strip_prefix('+').unwrap_or(written)),
    };
    let rest = rest.trim_start_matches(['£', '$', '€']).trim_end_matches('%').trim();
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => match exponent.parse::<i16>() {
            Ok(exponent) if exponent.abs() <= 60 => (mantissa, i32::from(exponent)),
            Ok(_) => return Cell::OutOfRange,
            Err(_) => return Cell::Unreadable,
        },
        None => (rest, 0),
    };
    let Some((digits, decimals)) = digits_of(mantissa) else { return Cell::Unreadable };
    scaled(&digits, exponent - decimals + 6, negative)
}

/// Which mark parts the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    Point,
    Comma,
}

/// What the cells of a column say about their decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    Is(Decimal),
    /// Reads as thousands or as thousandths: this one does.
    Doubtful(String),
}

/// How a column writes its decimals, from all of its cells: `12,5` settles it, `1,234` does not.
pub fn decimal<'a>(cells: impl Iterator<Item = &'a str>) -> Marked {
    let (mut point, mut comma, mut both) = (false, false, None);
    for cell in cells {
        let bare = bare(cell);
        let count = |mark: char| bare.matches(mark).count();
        match (count('.'), count(',')) {
            (0, 0) => (),
            (0, 1) if in_doubt(&bare, ',') => _ = both.get_or_insert(cell),
            (1, 0) if in_doubt(&bare, '.') => _ = both.get_or_insert(cell),
            (1, 0) | (0, 2..) => point = true,
            (0, 1) | (2.., 0) => comma = true,
            _ if bare.rfind('.') > bare.rfind(',') => point = true,
            _ => comma = true,
        }
    }
    match (point, comma, both) {
        (_, false, None) | (true, false, _) => Marked::Is(Decimal::Point),
        (false, true, _) => Marked::Is(Decimal::Comma),
        (true, true, both) => Marked::Doubtful(both.unwrap_or_default().trim().to_owned()),
        (false, false, Some(cell)) => Marked::Doubtful(cell.trim().to_owned()),
    }
}

/// A figure as it is written here, with a point before its decimals.
pub fn with_point(written: &str, decimal: Decimal) -> String {
    match decimal {
        Decimal::Point => written.to_owned(),
        Decimal::Comma => written.replace(['.', ' ', '\u{a0}'], "").replace(',', "."),
    }
}

/// Whether a cell is a figure in one way or another.
pub fn looks_like_one(written: &str) -> bool {
    [Decimal::Point, Decimal::Comma]
        .into_iter()
        .any(|it| read(&with_point(written, it)).figure().is_some())
}

fn bare(written: &str) -> String {
    let figures = |it: &char| it.is_ascii_digit() || matches!(it, '.' | ',');
    let written = written.trim().trim_start_matches(['-', '+', '\u{2212}', '£', '$', '€']);
    match written.trim_end_matches('%').chars().all(|it| figures(&it)) {
        true => written.chars().filter(figures).collect(),
        // `Ref 1,234` is no figure and says nothing.
        false => String::new(),
    }
}

/// From one to three digits, the mark, three digits: thousands or thousandths.
fn in_doubt(bare: &str, mark: char) -> bool {
    let Some((whole, part)) = bare.split_once(mark) else { return false };
    part.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}

/// The digits of `1,234.50` as text, and how many of them are decimals.
fn digits_of(mantissa: &str) -> Option<(String, i32)> {
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let groups_fit = !whole.contains(',')
        || whole.split(',').enumerate().all(|(n, group)| match n {
            0 => (1..=3).contains(&group.len()),
            _ => group.len() == 3,
        });
    let whole = whole.replace(',', "");
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !groups_fit || whole.len() + part.len() == 0 || !all_digits(&whole) || !all_digits(part) {
        return None;
    }
    Some((whole + part, i32::try_from(part.len()).ok()?))
}

/// The digits times ten to the power, in whole millionths.
fn scaled(digits: &str, power: i32, negative: bool) -> Cell {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Cell::Exact(Figure(0));
    }
    let (kept, cut) = if power >= 0 {
        (digits.len(), "")
    } else {
        let cut_len = usize::try_from(-power).unwrap_or(usize::MAX).min(digits.len());
        let far_below = usize::try_from(-power).unwrap_or(usize::MAX) > digits.len();
        let at = digits.len() - cut_len;
        (at, if far_below { "0" } else { &digits[at..] })
    };
    if kept > DIGITS_MAX || kept + usize::try_from(power.max(0)).unwrap_or(DIGITS_MAX) > 19 {
        return Cell::OutOfRange;
    }
    let mut whole: i128 = digits[..kept].parse().unwrap_or(0);
    whole *= 10_i128.pow(power.max(0).unsigned_abs());
    let rounded = power < 0 && (cut.bytes().any(|byte| byte != b'0') || kept == 0);
    if cut.as_bytes().first().is_some_and(|byte| *byte >= b'5') {
        whole += 1;
    }
    let Ok(whole) = i64::try_from(if negative { -whole } else { whole }) else {
        return Cell::OutOfRange;
    };
    if rounded { Cell::Rounded(Figure(whole)) } else { Cell::Exact(Figure(whole)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cell_with_clear_decimals_settles_its_column() {
        let decimal = |cells: &[&str]| super::decimal(cells.iter().copied());
        assert_eq!(decimal(&["1,234", "12.5"]), Marked::Is(Decimal::Point));
        assert_eq!(decimal(&["1.234", "12,5"]), Marked::Is(Decimal::Comma));
        assert_eq!(decimal(&["1,234,567", "1,234"]), Marked::Is(Decimal::Point));
        assert_eq!(decimal(&["1.234,50"]), Marked::Is(Decimal::Comma));
        assert_eq!(decimal(&["0.125", "7", "n/a", "v1,234"]), Marked::Is(Decimal::Point));
        assert_eq!(decimal(&["12", "£1,234"]), Marked::Doubtful("£1,234".into()));
        assert_eq!(decimal(&["1.234"]), Marked::Doubtful("1.234".into()));
        assert_eq!(with_point("1.234,5", Decimal::Comma), "1234.5");
        assert_eq!(with_point("1,234.5", Decimal::Point), "1,234.5");
    }

    #[test]
    fn figures_are_read_as_people_write_them() {
        let table = "
            12          | Exact 12
            1,234.50    | Exact 1234.5
            -0.2        | Exact -0.2
            −3          | Exact -3
            £1,000      | Exact 1000
            97%         | Exact 97
            0.169802632 | Rounded 0.169803
            -9.4e-05    | Exact -0.000094
            2.47e-07    | Rounded 0
            1e3         | Exact 1000
            .5          | Exact 0.5
            0.0000005   | Rounded 0.000001
            9223372036854.775807 | Exact 9223372036854.775807
            9223372036854.775808 | OutOfRange
            1e40        | OutOfRange
            12,34       | Unreadable
            one         | Unreadable
            1.2.3       | Unreadable
            n/a         | NoData
                        | NoData";
        for line in table.lines().filter(|line| line.contains('|')) {
            let (written, expected) = line.split_once('|').unwrap();
            let said = match read(written) {
                Cell::Exact(figure) => format!("Exact {}", figure.text()),
                Cell::Rounded(figure) => format!("Rounded {}", figure.text()),
                other => format!("{other:?}"),
            };
            assert_eq!(said, expected.trim(), "{written}");
        }
    }
}
