-- The first schema. Text of people is in envelopes (store/envelope.c), never in clear. Numbers that name
-- rows are internal: the identity of a member and a basket is its uid (UUIDv7).
-- No semicolon stands inside a comment or a literal here.

CREATE TABLE setting (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

-- A site is a shop. A lane numbers its baskets without gaps inside an epoch. A restored or copied file
-- opens a new epoch.
CREATE TABLE site (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE lane (
    id INTEGER PRIMARY KEY, site INTEGER NOT NULL REFERENCES site, code TEXT NOT NULL,
    epoch INTEGER NOT NULL, last_sequence INTEGER NOT NULL, UNIQUE (site, code)) STRICT;
CREATE TABLE epoch (
    number INTEGER PRIMARY KEY, opened_at_us INTEGER NOT NULL, cause TEXT NOT NULL) STRICT;

CREATE TABLE operator (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, user TEXT UNIQUE, role INTEGER NOT NULL,
    pin_hash TEXT, active INTEGER NOT NULL DEFAULT 1) STRICT;
-- hash = keyed BLAKE2b over the row and the previous hash. object holds codes and counts only.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, operator INTEGER NOT NULL, action TEXT NOT NULL,
    object TEXT NOT NULL, hash BLOB NOT NULL) STRICT;

CREATE TABLE card_range (
    prefix TEXT NOT NULL, length INTEGER NOT NULL, check_digit INTEGER NOT NULL, use INTEGER NOT NULL,
    financial_layout INTEGER NOT NULL, PRIMARY KEY (prefix, length)) STRICT, WITHOUT ROWID;

-- ---- Members ------------------------------------------------------------------------------------

CREATE TABLE member (
    id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, pseudonymous INTEGER NOT NULL,
    status INTEGER NOT NULL DEFAULT 1, created_at_us INTEGER NOT NULL, merged_into INTEGER,
    form_token BLOB UNIQUE) STRICT;
-- One row per value ever given. The current one has the highest version. value is as typed, normal is
-- its normalised copy (NFKC, digits, trimmed), both envelopes.
CREATE TABLE member_field (
    member INTEGER NOT NULL REFERENCES member, field INTEGER NOT NULL, version INTEGER NOT NULL,
    value BLOB NOT NULL, normal BLOB NOT NULL, channel TEXT NOT NULL, initiated_by INTEGER NOT NULL,
    collected_at_us INTEGER NOT NULL, entered_at_us INTEGER NOT NULL, verified_by TEXT,
    legal_basis TEXT, operator INTEGER NOT NULL, PRIMARY KEY (member, field, version)) STRICT, WITHOUT ROWID;
CREATE TABLE member_trait (
    member INTEGER NOT NULL REFERENCES member, name TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (member, name)) STRICT, WITHOUT ROWID;
-- Keyed digests by which members are found: field number, or 0 for an outside reference.
CREATE TABLE blind_index (
    field INTEGER NOT NULL, digest BLOB NOT NULL, member INTEGER NOT NULL,
    PRIMARY KEY (field, digest, member)) STRICT, WITHOUT ROWID;
CREATE INDEX blind_index_member ON blind_index (member);
CREATE TABLE consent (
    member INTEGER NOT NULL REFERENCES member, purpose INTEGER NOT NULL, version INTEGER NOT NULL,
    given INTEGER NOT NULL, at_us INTEGER NOT NULL, channel TEXT NOT NULL, operator INTEGER NOT NULL,
    PRIMARY KEY (member, purpose, version)) STRICT, WITHOUT ROWID;
-- An authorised purchaser of an organisation. name is an envelope.
CREATE TABLE purchaser (
    id INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES member, name BLOB NOT NULL,
    authority INTEGER NOT NULL, until_us INTEGER, active INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE card (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, tail TEXT NOT NULL,
    member INTEGER REFERENCES member, purchaser INTEGER REFERENCES purchaser, status INTEGER NOT NULL,
    replaced_by INTEGER, issued_at_us INTEGER) STRICT;
CREATE INDEX card_member ON card (member);
CREATE TABLE card_history (
    card INTEGER NOT NULL REFERENCES card, version INTEGER NOT NULL, status INTEGER NOT NULL, reason TEXT,
    at_us INTEGER NOT NULL, operator INTEGER NOT NULL, PRIMARY KEY (card, version)) STRICT, WITHOUT ROWID;
-- Every contact: registration, purchase, return, complaint ... body is an envelope or NULL.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY, member INTEGER, at_us INTEGER NOT NULL, kind TEXT NOT NULL,
    channel TEXT NOT NULL, initiated_by INTEGER NOT NULL, campaign TEXT, basket INTEGER, line INTEGER,
    body BLOB, operator INTEGER NOT NULL) STRICT;

-- ---- Articles -----------------------------------------------------------------------------------

CREATE TABLE article (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, version INTEGER) STRICT;
CREATE TABLE gtin (gtin TEXT PRIMARY KEY, article INTEGER NOT NULL REFERENCES article) STRICT, WITHOUT ROWID;
-- Immutable. A line names its version, so an edit never changes an old line.
CREATE TABLE article_version (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES article, gtin TEXT, brand TEXT,
    manufacturer TEXT, category TEXT, style TEXT, season TEXT, grade TEXT, colour TEXT,
    colour_family INTEGER NOT NULL, size TEXT, kind INTEGER NOT NULL, own_brand INTEGER NOT NULL,
    derived_grade INTEGER NOT NULL, tax_permille INTEGER, price_is_net INTEGER NOT NULL, counter TEXT,
    cost_minor INTEGER, digest BLOB NOT NULL UNIQUE, at_us INTEGER NOT NULL) STRICT;
-- Grades are an ordered list per category.
CREATE TABLE grade (
    category TEXT NOT NULL, name TEXT NOT NULL, rank INTEGER NOT NULL,
    PRIMARY KEY (category, name)) STRICT, WITHOUT ROWID;
CREATE TABLE promotion (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL, form INTEGER NOT NULL, campaign TEXT,
    UNIQUE (code, form)) STRICT;
-- [from_us, to_us), to_us NULL is open. site 0 is everywhere. Articles not sold are here too.
CREATE TABLE price (
    article INTEGER NOT NULL REFERENCES article, site INTEGER NOT NULL, from_us INTEGER NOT NULL,
    to_us INTEGER, list_minor INTEGER NOT NULL, selling_minor INTEGER NOT NULL, promotion INTEGER,
    display TEXT, PRIMARY KEY (article, site, from_us)) STRICT, WITHOUT ROWID;
CREATE TABLE assortment (
    article INTEGER NOT NULL REFERENCES article, site INTEGER NOT NULL, from_us INTEGER NOT NULL,
    to_us INTEGER, PRIMARY KEY (article, site, from_us)) STRICT, WITHOUT ROWID;
CREATE TABLE shelf_snapshot (
    site INTEGER NOT NULL, day_us INTEGER NOT NULL, articles INTEGER NOT NULL,
    PRIMARY KEY (site, day_us)) STRICT, WITHOUT ROWID;

-- ---- Baskets ------------------------------------------------------------------------------------

-- sequence is NULL until the basket is closed or void. digest is keyed over head and lines.
CREATE TABLE basket (
    id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, lane INTEGER NOT NULL, epoch INTEGER NOT NULL,
    sequence INTEGER, state INTEGER NOT NULL, source INTEGER NOT NULL, opened_at_us INTEGER NOT NULL,
    closed_at_us INTEGER, offset_min INTEGER NOT NULL, member INTEGER, card INTEGER, operator INTEGER NOT NULL,
    line_count INTEGER NOT NULL, total_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL,
    digest BLOB, reason TEXT) STRICT;
CREATE UNIQUE INDEX basket_sequence ON basket (lane, epoch, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX basket_member ON basket (member, opened_at_us) WHERE member IS NOT NULL;
CREATE INDEX basket_open ON basket (lane) WHERE state = 1;
CREATE TABLE line (
    basket INTEGER NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL, list_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL, promotion INTEGER, PRIMARY KEY (basket, number)) STRICT, WITHOUT ROWID;
-- Returns and voids of lines are rows of their own that say what they undo.
CREATE TABLE line_return (
    basket INTEGER NOT NULL, number INTEGER NOT NULL, of_basket INTEGER, of_number INTEGER, reason TEXT,
    PRIMARY KEY (basket, number)) STRICT, WITHOUT ROWID;
CREATE INDEX line_return_of ON line_return (of_basket, of_number) WHERE of_basket IS NOT NULL;
-- A credential that was presented and is not known yet. Resolved when the card is issued.
CREATE TABLE pending_card (
    digest BLOB NOT NULL, basket INTEGER NOT NULL, kind INTEGER NOT NULL, tail TEXT NOT NULL,
    PRIMARY KEY (digest, basket)) STRICT, WITHOUT ROWID;
-- A newcomer with the identity of a stored basket and another content.
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, uid BLOB NOT NULL, lane INTEGER NOT NULL, epoch INTEGER NOT NULL,
    sequence INTEGER, digest BLOB NOT NULL, reason TEXT NOT NULL, at_us INTEGER NOT NULL,
    body BLOB NOT NULL) STRICT;
-- Filled in the basket's own transaction, sent upward in order, kept until acknowledged.
CREATE TABLE outbox (position INTEGER PRIMARY KEY, basket INTEGER NOT NULL) STRICT;

CREATE TABLE import_log (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, file_digest BLOB NOT NULL, rows INTEGER NOT NULL,
    total_minor INTEGER NOT NULL, at_us INTEGER NOT NULL, operator INTEGER NOT NULL) STRICT;
-- What left the shop: never a second version of a released period.
CREATE TABLE release (
    id INTEGER PRIMARY KEY, manufacturer TEXT NOT NULL, brand TEXT NOT NULL, from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL, policy TEXT NOT NULL, digest BLOB NOT NULL, at_us INTEGER NOT NULL,
    operator INTEGER NOT NULL, UNIQUE (manufacturer, brand, from_us, to_us)) STRICT;
