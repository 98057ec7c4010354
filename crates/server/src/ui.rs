//! The few pieces pages are made of. Each is a function from a plain struct to markup; none knows the
//! kernel, a request or a colour.
//!
//! What is always true: every text is escaped by maud; no piece needs script, an inline style or an
//! inline event; nothing is said by colour alone; every form control has a label.

mod because;
mod branch;
mod chart;
mod dialog;
mod differs;
mod empty;
mod form;
mod frame;
mod grid;
mod heat;
mod icon;
mod link;
mod list;
mod map;
mod marked;
mod notice;
mod palette;
mod path;
mod record;
#[cfg(debug_assertions)]
pub mod sample;
mod sparkline;
mod stages;
mod status;
mod table;
mod tile;
mod timeline;
mod times;
mod toast;
mod verdict;
mod when;

pub use self::{
    because::{Fact, because},
    branch::{Beneath, Branch, Branches, Lay, Look, Sign, branches},
    chart::{
        Ahead, CHART_POINTS_MAX, Chart, Class, Event, Limits, Point, Target, chart, figure,
        figure_to,
    },
    dialog::{Dialog, dialog, opens},
    differs::{Differs, Several, Turnover, differs, turnover},
    empty::{Empty, empty},
    form::{Choice, Field, Form, Kind, form},
    frame::{Frame, Menu, MenuEntry, PostChoice, Scheme, SignedIn, bare, frame},
    grid::{Grid, GridRow, grid},
    heat::{Heat, HeatBox, HeatRow, heat},
    link::{Link, Query},
    list::{Asks, Cell, Column, Filter, Ignored, List, PAGE_ROWS, Row, Ticks, View, Views, list},
    map::{Map, Moved, Pillar, Spot, map},
    marked::marked,
    notice::{Notice, Tone, notice},
    palette::{Offer, Offers, offers, palette},
    path::{Knot, path, picture},
    record::{Action, Answer, Due, Entry, Group, Holding, Now, Record, Rest, action, due, record},
    sparkline::{SPARK_VALUES, SPARK_VALUES_MAX, Sparkline, sparkline},
    stages::stages,
    status::{Status, Word, status, word_icon},
    table::{Table, TableRow, table},
    tile::{Line, Part, Tile, mix, tiles},
    timeline::{BARS_MAX, Bar, Sort, Timeline, timeline},
    times::{MARKS_MAX, Marks, Steps, THEN, Times},
    toast::{Toast, toast},
    verdict::{Assured, Variation, Verdicts, verdicts},
    when::{day, exact_moment, moment},
};
pub(crate) use self::{
    form::ADDED,
    list::{TICKED, thousands},
    when::{dated, day_text, exact_moment_text, moment_text},
};
