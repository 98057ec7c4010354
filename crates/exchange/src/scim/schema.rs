//! The schemas of users and groups, and how they are told to whoever asks (RFC 7643 §7).
//!
//! Passwords are no attribute here: the directory keeps its own.

use serde_json::{Value as Json, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Text,
    Flag,
    Moment,
    Reference,
    Binary,
    Complex,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    ReadWrite,
    ReadOnly,
    Immutable,
}

/// One attribute, or a part of one.
#[derive(Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub sort: Sort,
    pub many: bool,
    pub required: bool,
    /// Capitals matter when it is compared.
    pub exact: bool,
    pub access: Access,
    pub unique: bool,
    /// Values that the standard suggests; others are taken too.
    pub words: &'static [&'static str],
    /// What a reference may lead to.
    pub leads: &'static [&'static str],
    pub parts: &'static [Attribute],
    pub about: &'static str,
}

impl Attribute {
    const fn new(name: &'static str, sort: Sort, about: &'static str) -> Attribute {
        Attribute {
            name,
            sort,
            many: false,
            required: false,
            exact: false,
            access: Access::ReadWrite,
            unique: false,
            words: &[],
            leads: &[],
            parts: &[],
            about,
        }
    }

    const fn text(name: &'static str, about: &'static str) -> Attribute {
        Attribute::new(name, Sort::Text, about)
    }

    const fn link(
        name: &'static str,
        leads: &'static [&'static str],
        about: &'static str,
    ) -> Attribute {
        Attribute { exact: true, leads, ..Attribute::new(name, Sort::Reference, about) }
    }

    const fn complex(
        name: &'static str,
        parts: &'static [Attribute],
        about: &'static str,
    ) -> Attribute {
        Attribute { parts, ..Attribute::new(name, Sort::Complex, about) }
    }

    const fn many(self) -> Attribute {
        Attribute { many: true, ..self }
    }

    const fn exact(self) -> Attribute {
        Attribute { exact: true, ..self }
    }

    const fn read_only(self) -> Attribute {
        Attribute { access: Access::ReadOnly, ..self }
    }

    const fn immutable(self) -> Attribute {
        Attribute { access: Access::Immutable, ..self }
    }

    const fn required(self) -> Attribute {
        Attribute { required: true, ..self }
    }

    const fn unique(self) -> Attribute {
        Attribute { unique: true, ..self }
    }

    const fn words(self, words: &'static [&'static str]) -> Attribute {
        Attribute { words, ..self }
    }

    /// Its part of this name, whatever its capitals.
    pub fn part(&self, name: &str) -> Option<&'static Attribute> {
        named(self.parts, name)
    }

    fn json(&self) -> Json {
        let mut it = json!({
            "name": self.name,
            "type": match self.sort {
                Sort::Text => "string",
                Sort::Flag => "boolean",
                Sort::Moment => "dateTime",
                Sort::Reference => "reference",
                Sort::Binary => "binary",
                Sort::Complex => "complex",
            },
            "multiValued": self.many,
            "description": self.about,
            "required": self.required,
            "caseExact": self.exact,
            "mutability": match self.access {
                Access::ReadWrite => "readWrite",
                Access::ReadOnly => "readOnly",
                Access::Immutable => "immutable",
            },
            "returned": "default",
            "uniqueness": if self.unique { "server" } else { "none" },
        });
        if !self.words.is_empty() {
            it["canonicalValues"] = json!(self.words);
        }
        if !self.leads.is_empty() {
            it["referenceTypes"] = json!(self.leads);
        }
        if !self.parts.is_empty() {
            it["subAttributes"] = self.parts.iter().map(Attribute::json).collect();
        }
        it
    }
}

pub(super) fn named(them: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    them.iter().find(|it| it.name.eq_ignore_ascii_case(name))
}

#[derive(Debug)]
pub struct Schema {
    pub id: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub attributes: &'static [Attribute],
}

impl Schema {
    pub fn json(&self) -> Json {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": self.id,
            "name": self.name,
            "description": self.about,
            "attributes": self.attributes.iter().map(Attribute::json).collect::<Vec<_>>(),
        })
    }
}

/// A sort of resource.
#[derive(Debug)]
pub struct Type {
    pub name: &'static str,
    pub endpoint: &'static str,
    pub core: &'static Schema,
    pub extension: Option<&'static Schema>,
}

impl Type {
    pub fn json(&self) -> Json {
        let mut it = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.core.about,
            "schema": self.core.id,
        });
        if let Some(more) = self.extension {
            it["schemaExtensions"] = json!([{ "schema": more.id, "required": false }]);
        }
        it
    }

    pub fn is_user(&self) -> bool {
        self.name == "User"
    }
}

const FLAG: Attribute =
    Attribute::new("primary", Sort::Flag, "Whether it is the one to use. At most one is.");
const DISPLAY: Attribute = Attribute::text("display", "How it is shown.");
const LABEL: Attribute = Attribute::text("type", "What it is for.");

/// What every resource has beside its schema (RFC 7643 §3.1).
pub static COMMON: &[Attribute] = &[
    Attribute::text("id", "The resource, for ever.").exact().read_only(),
    Attribute::text("externalId", "The resource as the directory numbers it.").exact(),
    Attribute::text("schemas", "The schemas that it follows.").exact().many().read_only(),
    Attribute::complex(
        "meta",
        &[
            Attribute::text("resourceType", "User or Group.").exact().read_only(),
            Attribute::new("created", Sort::Moment, "When it came.").read_only(),
            Attribute::new("lastModified", Sort::Moment, "When it last changed.").read_only(),
            Attribute::link("location", &["uri"], "Its address.").read_only(),
            Attribute::text("version", "Another one after each change.").exact().read_only(),
        ],
        "What the server says of it.",
    )
    .read_only(),
];

static USER_SCHEMA: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    about: "A person.",
    attributes: &[
        Attribute::text("userName", "What the directory knows the person by.").required().unique(),
        Attribute::complex(
            "name",
            &[
                Attribute::text("formatted", "The whole name, as it is written."),
                Attribute::text("familyName", "Family name."),
                Attribute::text("givenName", "Given name."),
                Attribute::text("middleName", "Middle names."),
                Attribute::text("honorificPrefix", "What stands before the name."),
                Attribute::text("honorificSuffix", "What stands behind the name."),
            ],
            "The person’s name.",
        ),
        Attribute::text("displayName", "The name as it is shown."),
        Attribute::text("nickName", "What the person is called every day."),
        Attribute::link("profileUrl", &["external"], "A page about the person."),
        Attribute::text("title", "Job title; compared with the titles of posts."),
        Attribute::text("userType", "Employee, contractor and the like."),
        Attribute::text("preferredLanguage", "The language to address the person in."),
        Attribute::text("locale", "How numbers and dates are written for the person."),
        Attribute::text("timezone", "Where the person’s clock is."),
        Attribute::new("active", Sort::Flag, "Whether the person is there; without it they are."),
        Attribute::complex(
            "emails",
            &[
                Attribute::text("value", "The address."),
                DISPLAY,
                LABEL.words(&["work", "home", "other"]),
                FLAG,
            ],
            "E-mail addresses.",
        )
        .many(),
        Attribute::complex(
            "phoneNumbers",
            &[
                Attribute::text("value", "The number."),
                DISPLAY,
                LABEL.words(&["work", "home", "mobile", "fax", "pager", "other"]),
                FLAG,
            ],
            "Telephone numbers.",
        )
        .many(),
        Attribute::complex(
            "ims",
            &[Attribute::text("value", "The address."), DISPLAY, LABEL, FLAG],
            "Addresses for instant messages.",
        )
        .many(),
        Attribute::complex(
            "photos",
            &[
                Attribute::link("value", &["external"], "Where the picture is."),
                DISPLAY,
                LABEL.words(&["photo", "thumbnail"]),
                FLAG,
            ],
            "Pictures.",
        )
        .many(),
        Attribute::complex(
            "addresses",
            &[
                Attribute::text("formatted", "The whole address, as it is written."),
                Attribute::text("streetAddress", "Street and number."),
                Attribute::text("locality", "Town."),
                Attribute::text("region", "Region."),
                Attribute::text("postalCode", "Post code."),
                Attribute::text("country", "Country."),
                LABEL.words(&["work", "home", "other"]),
                FLAG,
            ],
            "Postal addresses.",
        )
        .many(),
        Attribute::complex(
            "groups",
            &[
                Attribute::text("value", "The group.").exact().read_only(),
                Attribute::link("$ref", &["Group"], "Its address.").read_only(),
                Attribute::text("display", "What it is called.").read_only(),
                LABEL.words(&["direct", "indirect"]).read_only(),
            ],
            "The groups that the person is a member of; changed at the group.",
        )
        .many()
        .read_only(),
        Attribute::complex(
            "entitlements",
            &[Attribute::text("value", "What it is."), DISPLAY, LABEL, FLAG],
            "What the directory says the person may use. It gives no authority here.",
        )
        .many(),
        Attribute::complex(
            "roles",
            &[Attribute::text("value", "The role."), DISPLAY, LABEL, FLAG],
            "Roles in the directory. They give no authority here.",
        )
        .many(),
        Attribute::complex(
            "x509Certificates",
            &[
                Attribute::new("value", Sort::Binary, "The certificate.").exact(),
                DISPLAY,
                LABEL,
                FLAG,
            ],
            "Certificates.",
        )
        .many(),
    ],
};

/// Employees (RFC 7643 §4.3).
pub static ENTERPRISE: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name: "EnterpriseUser",
    about: "A person who works here.",
    attributes: &[
        Attribute::text("employeeNumber", "The number that HR gives."),
        Attribute::text("costCenter", "Cost centre."),
        Attribute::text("organization", "Organisation."),
        Attribute::text("division", "Division."),
        Attribute::text("department", "Department; compared with the names of units."),
        Attribute::complex(
            "manager",
            &[
                Attribute::text("value", "The user who is the manager.").exact(),
                Attribute::link("$ref", &["User"], "That user’s address."),
            ],
            "The manager; their posts are compared with the post above.",
        ),
    ],
};

static GROUP_SCHEMA: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    about: "A group of people.",
    attributes: &[
        Attribute::text("displayName", "What the group is called.").required(),
        Attribute::complex(
            "members",
            &[
                Attribute::text("value", "The user or group.").exact().immutable(),
                Attribute::link("$ref", &["User", "Group"], "Its address.").immutable(),
                Attribute::text("type", "User or Group.").words(&["User", "Group"]).immutable(),
            ],
            "Who is in it.",
        )
        .many(),
    ],
};

pub static USER: Type =
    Type { name: "User", endpoint: "/Users", core: &USER_SCHEMA, extension: Some(&ENTERPRISE) };

pub static GROUP: Type =
    Type { name: "Group", endpoint: "/Groups", core: &GROUP_SCHEMA, extension: None };

pub static TYPES: [&Type; 2] = [&USER, &GROUP];

/// Every schema that resources follow.
pub static SCHEMAS: [&Schema; 3] = [&USER_SCHEMA, &ENTERPRISE, &GROUP_SCHEMA];
