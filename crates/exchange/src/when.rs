//! Dates and periods as people write them, to civil dates.
//!
//! Not here: time zones, and today.
//!
//! Always true: a period has a first and a last day, the last not before the first. What can be
//! read in two ways is read as the `Style` of its column says: `2017/18` begins in the month that
//! years begin there; `2009-11` is a month, or three years where the column has a `2012-14`.

use jiff::civil::Date;

/// How a column writes what can be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The month a year such as `2017/18` begins; April for UK public bodies.
    pub year_starts: i8,
    pub dashed: Dashed,
}

impl Default for Style {
    fn default() -> Self {
        Self { year_starts: 4, dashed: Dashed::Month }
    }
}

/// What `2009-11` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dashed {
    /// November 2009, as ISO 8601 has it.
    Month,
    /// From 2009 to 2011.
    Years,
}

/// How a column writes its dashed periods, and one of them if that cannot be told.
pub fn dashed<'a>(cells: impl Iterator<Item = &'a str>) -> (Dashed, Option<&'a str>) {
    let mut doubtful = None;
    let mut months_only = false;
    for cell in cells {
        let bytes = cell.trim().as_bytes();
        let [_, _, tens, ones, b'-', last_tens, last_ones] = bytes else { continue };
        if !bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') {
            continue;
        }
        let two = |tens: &u8, ones: &u8| (tens - b'0') * 10 + (ones - b'0');
        let (year, last) = (two(tens, ones), two(last_tens, last_ones));
        if last == 0 || last > 12 {
            return (Dashed::Years, None);
        }
        months_only |= last <= year;
        doubtful.get_or_insert(cell);
    }
    (Dashed::Month, doubtful.filter(|_| !months_only))
}

/// From the first to the last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub first: Date,
    pub last: Date,
}

impl Period {
    pub fn day(date: Date) -> Self {
        Self { first: date, last: date }
    }

    fn new(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Whole months, the first of them given.
    pub fn months(year: i16, month: i8, count: u8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        let beyond = first.checked_add(jiff::Span::new().months(i64::from(count))).ok()?;
        Self::new(first, beyond.yesterday().ok()?)
    }
}

const WRITTEN_BYTES_MAX: usize = 64;
/// `2013/16` is a run of years; beyond this it is more likely something else.
const RUN_YEARS_MAX: i16 = 50;

/// A single day: `2013-09-30`, `2013-09-30T00:00:00Z`, `30/09/2013`, `30 Sept 2013`,
/// `September 30, 2013`.
pub fn date(written: &str) -> Option<Date> {
    let written = written.trim();
    if written.len() > WRITTEN_BYTES_MAX {
        return None;
    }
    iso(written).or_else(|| slashed(written)).or_else(|| worded(written))
}

/// Which of the numbers in `03/04/2026` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// What the cells of a column say about their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ordered {
    /// All of them read in one way only, or in this one.
    Is(Order),
    /// Each reads in both ways, or some in one and some in the other: this is one of them.
    Doubtful(String),
}

/// How a column writes its days, from all of its cells.
pub fn order<'a>(cells: impl Iterator<Item = &'a str>) -> Ordered {
    let (mut day_first, mut month_first, mut both) = (false, false, None);
    for cell in cells {
        let Some((a, b, year)) = three_numbers(cell) else { continue };
        let read = |day, month| Date::new(year, month, day).is_ok();
        match (read(a, b), read(b, a)) {
            (true, true) if a == b => (),
            (true, true) => _ = both.get_or_insert(cell),
            (true, false) => day_first = true,
            (false, true) => month_first = true,
            (false, false) => (),
        }
    }
    match (day_first, month_first, both) {
        (false, false, None) | (true, false, _) => Ordered::Is(Order::DayFirst),
        (false, true, _) => Ordered::Is(Order::MonthFirst),
        (true, true, None) => Ordered::Is(Order::DayFirst),
        (_, _, Some(cell)) => Ordered::Doubtful(cell.trim().to_owned()),
    }
}

/// A single day, where it is known which number is the day.
pub fn day(written: &str, order: Order) -> Option<Date> {
    let Some((a, b, year)) = three_numbers(written) else { return date(written) };
    let (day, month) = match order {
        Order::DayFirst => (a, b),
        Order::MonthFirst => (b, a),
    };
    // In a column of both orders, what reads in one way only is read so.
    Date::new(year, month, day).or_else(|_| Date::new(year, day, month)).ok()
}

/// A single day, whichever number is the day.
pub fn day_of_any(written: &str) -> Option<Date> {
    day(written, Order::DayFirst)
}

/// `03/04/2026`, `3.4.26`, `03-04-2026`.
fn three_numbers(written: &str) -> Option<(i8, i8, i16)> {
    let written = written.trim();
    if written.len() > WRITTEN_BYTES_MAX {
        return None;
    }
    let written = written.split([' ', 'T']).next().unwrap_or("");
    let mark = written.chars().find(|it| matches!(it, '/' | '.' | '-'))?;
    let mut parts = written.split(mark);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if parts.next().is_some() || a.len() > 2 || b.len() > 2 || ![a, b, year].into_iter().all(digits)
    {
        return None;
    }
    let year = match year.len() {
        4 => year.parse().ok()?,
        // `01-04-26` may be a year, month and day; with other marks it is never.
        2 if mark != '-' => 2000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    Some((a.parse().ok()?, b.parse().ok()?, year))
}

/// A day, month, quarter, year or run of them.
pub fn period(written: &str, style: Style) -> Option<Period> {
    let without_note = written.split('[').next().unwrap_or("").trim();
    if without_note.is_empty() || without_note.len() > WRITTEN_BYTES_MAX {
        return None;
    }
    if let Some(day) = date(without_note) {
        return Some(Period::day(day));
    }
    let lower = without_note.to_lowercase();
    if let Some((from, to)) = lower.split_once(" to ") {
        return run(from, to, style);
    }
    year(&lower)
        .and_then(|year| Period::months(year, 1, 12))
        .or_else(|| quarter(&lower))
        .or_else(|| month(&lower, style.dashed))
        .or_else(|| split_year(&lower, style.year_starts))
}

fn iso(written: &str) -> Option<Date> {
    let day = written.get(..10)?;
    let rest = written.get(10..)?;
    let shape = |(n, byte): (usize, u8)| match n {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if !day.bytes().enumerate().all(shape) || !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return None;
    }
    Date::new(day[..4].parse().ok()?, day[5..7].parse().ok()?, day[8..].parse().ok()?).ok()
}

fn slashed(written: &str) -> Option<Date> {
    let mut parts = written.split(['/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn worded(written: &str) -> Option<Date> {
    let words: Vec<&str> = written.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let [a, b, c] = words[..] else { return None };
    let (day, month) =
        if month_named(b).is_some() { (a, month_named(b)?) } else { (b, month_named(a)?) };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    Date::new(year(c)?, month, day.parse().ok()?).ok()
}

fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.').to_lowercase();
    let place = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(&word))?;
    i8::try_from(place + 1).ok()
}

fn year(written: &str) -> Option<i16> {
    let four = written.len() == 4 && written.bytes().all(|byte| byte.is_ascii_digit());
    four.then(|| written.parse().ok())?
}

/// `2021 Q3`, `Q3 2021`, `2021-q3`, `2021Q3`.
fn quarter(lower: &str) -> Option<Period> {
    let joined: String = lower.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if joined.len() != 6 {
        return None;
    }
    let (year_text, quarter) = match joined.strip_prefix('q') {
        Some(rest) => (rest.get(1..)?, rest.get(..1)?),
        None => (joined.get(..4)?, joined.get(4..)?.strip_prefix('q')?),
    };
    let quarter: i8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    Period::months(year(year_text)?, quarter * 3 - 2, 3)
}

/// `2017/18` and `2017-18` are one year; `2013/16`, `2013-2016` are four.
fn split_year(lower: &str, year_starts: i8) -> Option<Period> {
    let (from, to) = lower.split_once(['/', '-', '–'])?;
    let from = year(from.trim())?;
    let to = to.trim();
    let to = match to.len() {
        2 => from / 100 * 100 + i16::from(to.parse::<u8>().ok()?),
        4 => year(to)?,
        _ => return None,
    };
    let to = if to < from { to + 100 } else { to };
    if to > from + RUN_YEARS_MAX {
        return None;
    }
    if to == from + 1 {
        return Period::months(from, year_starts, 12);
    }
    Period::new(Date::new(from, 1, 1).ok()?, Date::new(to, 12, 31).ok()?)
}

/// `July 2024`, `2024-07`; `Mar-25` is not read, for 25 may be a day.
fn month(lower: &str, dashed: Dashed) -> Option<Period> {
    let words: Vec<&str> = lower.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let [a, b] = words[..] else { return None };
    if let (Some(month), Some(year)) = (month_named(a), year(b)) {
        return Period::months(year, month, 1);
    }
    let month: i8 = b.parse().ok().filter(|_| b.len() == 2 && dashed == Dashed::Month)?;
    Period::months(year(a)?, month, 1)
}

/// `2018 to 2020`, `17 May to 11 June 2023`, `2017/18 to 2019/20`.
fn run(from: &str, to: &str, style: Style) -> Option<Period> {
    let last = one(to, style)?;
    let first = one(from, style)
        .or_else(|| one(&format!("{} {}", from.trim(), last.last.year()), style))?;
    Period::new(first.first, last.last)
}

fn one(written: &str, style: Style) -> Option<Period> {
    if written.contains(" to ") { None } else { period(written, style) }
}

/// The day that a file's name speaks of: `2011-03-31`, `30-Sept-2013`, `Sep-13` (its last day),
/// `300913` or `130930` where only one reading is the end of a month.
pub fn in_name(file: &str) -> Option<Date> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let parts = parts(name);
    let texts: Vec<&str> = parts.iter().map(String::as_str).collect();
    for three in texts.windows(3) {
        if let Some(day) = date(&three.join("-")).or_else(|| date(&three.join(" "))) {
            return Some(day);
        }
    }
    for two in texts.windows(2) {
        let in_full = match two[1].len() {
            2 => format!("20{}", two[1]),
            _ => two[1].to_owned(),
        };
        if let (Some(month), Some(year)) = (month_named(two[0]), year(&in_full)) {
            return Period::months(year, month, 1).map(|it| it.last);
        }
    }
    texts.iter().find_map(|it| six_digits(it))
}

/// A name cut at marks and between letters and digits.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut digits = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_ascii_digit() != digits) {
            parts.push(String::new());
        }
        digits = c.is_ascii_digit();
        if let Some(last) = parts.last_mut().filter(|_| c.is_alphanumeric()) {
            last.push(c);
        }
    }
    parts.retain(|it| !it.is_empty());
    parts
}

fn six_digits(part: &str) -> Option<Date> {
    if part.len() != 6 || !part.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let two = |at: usize| part[at..at + 2].parse::<i8>().ok();
    let (a, b, c) = (two(0)?, two(2)?, two(4)?);
    let ends_month = |year: i8, day: i8| {
        let day = Date::new(2000 + i16::from(year), b, day).ok()?;
        (day == day.last_of_month()).then_some(day)
    };
    match (ends_month(a, c), ends_month(c, a)) {
        (Some(day), None) | (None, Some(day)) => Some(day),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_people_write_them() {
        let table = "
            2013-09-30              | 2013-09-30 2013-09-30
            30/09/2013              | 2013-09-30 2013-09-30
            30 Sept 2013            | 2013-09-30 2013-09-30
            September 30, 2013      | 2013-09-30 2013-09-30
            2nd May 2014            | 2014-05-02 2014-05-02
            2016                    | 2016-01-01 2016-12-31
            2021 Q3                 | 2021-07-01 2021-09-30
            Q1 2020                 | 2020-01-01 2020-03-31
            2017/18                 | 2017-04-01 2018-03-31
            1999/00                 | 1999-04-01 2000-03-31
            2020/21 [Note 5]        | 2020-04-01 2021-03-31
            2013/16                 | 2013-01-01 2016-12-31
            2018 to 2020            | 2018-01-01 2020-12-31
            17 May to 11 June 2023  | 2023-05-17 2023-06-11
            July 2024               | 2024-07-01 2024-07-31
            2024-07                 | 2024-07-01 2024-07-31
            2023-02-30              | -
            soon                    | -
            2020 to 2018            | -
            31/02/2020              | -";
        for line in table.lines().filter(|line| line.contains('|')) {
            let (written, expected) = line.split_once('|').unwrap();
            let said = period(written, Style::default())
                .map_or("-".to_owned(), |period| format!("{} {}", period.first, period.last));
            assert_eq!(said, expected.trim(), "{written}");
        }
    }

    #[test]
    fn a_column_with_a_run_that_is_no_month_holds_runs() {
        let column = ["2006-08", "2009-11", "2012-14"];
        assert_eq!(dashed(column.into_iter()), (Dashed::Years, None));
        let style = Style { dashed: Dashed::Years, ..Style::default() };
        let period = period("2009-11", style).unwrap();
        assert_eq!(
            (period.first.to_string(), period.last.to_string()),
            ("2009-01-01".into(), "2011-12-31".into())
        );
        assert_eq!(dashed(["2009-11", "2012-02"].into_iter()), (Dashed::Month, None));
        assert_eq!(dashed(["2009-11"].into_iter()), (Dashed::Month, Some("2009-11")));
    }

    #[test]
    fn one_cell_that_reads_in_one_way_settles_its_column() {
        let order = |cells: &[&str]| super::order(cells.iter().copied());
        assert_eq!(order(&["03/04/2026", "31/03/2026"]), Ordered::Is(Order::DayFirst));
        assert_eq!(order(&["03/04/2026", "03/31/2026"]), Ordered::Is(Order::MonthFirst));
        assert_eq!(order(&["03/03/2026", "2026-04-01", "soon"]), Ordered::Is(Order::DayFirst));
        assert_eq!(order(&["x", "3.4.26"]), Ordered::Doubtful("3.4.26".into()));
        let mixed = ["03/04/2026", "31/03/2026", "03/31/2026"];
        assert_eq!(order(&mixed), Ordered::Doubtful("03/04/2026".into()));
        for (written, order, expected) in [
            ("03/04/2026", Order::MonthFirst, "2026-03-04"),
            ("3.4.26", Order::DayFirst, "2026-04-03"),
            ("03-04-2026 00:00:00", Order::DayFirst, "2026-04-03"),
            ("31/03/2026", Order::MonthFirst, "2026-03-31"),
            ("1 May 2026", Order::MonthFirst, "2026-05-01"),
        ] {
            assert_eq!(day(written, order).unwrap().to_string(), expected, "{written}");
        }
        assert_eq!(day("01-04-26", Order::DayFirst), None);
    }

    #[test]
    fn a_files_name_may_say_its_date() {
        for (name, expected) in [
            ("home_office/2012-09-30-senior.csv", "2012-09-30"),
            ("130930-Home-Office-Organogram-Data-senior.csv", "2013-09-30"),
            ("300913-DWP.xls-junior.csv", "2013-09-30"),
            ("Acas-Sep-13-senior.csv", "2013-09-30"),
            ("Cabinet-Office-FINAL--30-Sept-2013-senior.csv", "2013-09-30"),
            ("20140214-Army_GTA_Organogram_Sep2013_Final-U-senior.csv", "2013-09-30"),
            ("clean-version-of-DWP-September-2013-senior.csv", "2013-09-30"),
            ("posts-110911.csv", ""),
            ("posts 2.csv", ""),
        ] {
            let found = in_name(name).map(|it| it.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{name}");
        }
    }
}
