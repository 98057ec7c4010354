//! Links and queries, so that no piece glues an address together by hand.

use maud::{Markup, Render, html};

/// A link to a record (with its reference) or to a plain page (without).
#[derive(Debug, Clone, Default)]
pub struct Link {
    pub href: String,
    pub text: String,
    pub reference: Option<String>,
}

impl Link {
    pub fn to(href: impl Into<String>, text: impl Into<String>) -> Link {
        Link { href: href.into(), text: text.into(), reference: None }
    }

    /// The reference is shown after the name: `Safer streets OBJ-12`.
    pub fn record(
        href: impl Into<String>,
        reference: impl Into<String>,
        name: impl Into<String>,
    ) -> Link {
        Link { href: href.into(), text: name.into(), reference: Some(reference.into()) }
    }

    /// The name alone, for a place within a sentence.
    pub fn plain(&self) -> Markup {
        html! { a href=(self.href) { (self.text) } }
    }

    pub fn show(&self) -> Markup {
        self.render()
    }
}

/// Written by hand: a page has hundreds.
impl Render for Link {
    fn render_to(&self, out: &mut String) {
        out.push_str("<a href=\"");
        self.href.render_to(out);
        out.push_str("\">");
        self.text.render_to(out);
        if let Some(it) = &self.reference {
            out.push_str(" <span class=\"ref\">");
            it.render_to(out);
            out.push_str("</span>");
        }
        out.push_str("</a>");
    }
}

/// The address of the page on show: its path and its query, in order.
///
/// Filters, sorting, paging and the two times all live in it, so each control can change its own part
/// and leave the rest alone.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub path: String,
    pub pairs: Vec<(String, String)>,
}

impl Query {
    pub fn new(
        path: impl Into<String>,
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Query {
        Query { path: path.into(), pairs: pairs.into_iter().collect() }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(it, value)| it == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// The same page with one thing set.
    pub fn with(&self, name: &str, value: impl Into<String>) -> Query {
        let mut it = self.without(&[name]);
        it.pairs.push((name.into(), value.into()));
        it
    }

    /// The same page with some things unsaid.
    pub fn without(&self, names: &[&str]) -> Query {
        let mut it = self.clone();
        it.pairs.retain(|(name, value)| !names.contains(&name.as_str()) && !value.is_empty());
        it
    }

    pub fn href(&self) -> String {
        let mut href = self.path.clone();
        for (n, (name, value)) in self.pairs.iter().enumerate() {
            href.push(if n == 0 { '?' } else { '&' });
            escape(&mut href, name);
            href.push('=');
            escape(&mut href, value);
        }
        href
    }

    /// The rest of the query as hidden fields, for a GET form that sets `names` itself.
    pub fn hidden(&self, names: &[&str]) -> Markup {
        html! {
            @for (name, value) in &self.without(names).pairs {
                input type="hidden" name=(name) value=(value);
            }
        }
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters, and the comma, which parts the items of
/// a list.
fn escape(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}
