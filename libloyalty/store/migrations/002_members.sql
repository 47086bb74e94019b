-- Forms of the shop, cards with a life, purchasers, contacts, merges that can be undone, consents with
-- their texts, operators with PINs. Rows with envelopes that can move from one member to another (a merge)
-- name in sealed_for the member whose key and id sealed them, which never changes.
-- No semicolon stands inside a comment or a literal here.

-- status: 1 active, 2 merged into another, 3 erased (a random id, nothing personal). referred_by and
-- parent (the head office of a branch) are members.
ALTER TABLE member ADD COLUMN referred_by INTEGER;
ALTER TABLE member ADD COLUMN parent INTEGER;

-- Traits keep their provenance and history like fields. The current one has the highest version.
CREATE TABLE member_trait_new (
    member INTEGER NOT NULL REFERENCES member, name TEXT NOT NULL, version INTEGER NOT NULL,
    value BLOB NOT NULL, channel TEXT NOT NULL, initiated_by INTEGER NOT NULL,
    collected_at_us INTEGER NOT NULL, entered_at_us INTEGER NOT NULL, legal_basis TEXT,
    operator INTEGER NOT NULL, PRIMARY KEY (member, name, version)) STRICT, WITHOUT ROWID;
INSERT INTO member_trait_new SELECT t.member, t.name, 1, t.value, 'import', 3, m.created_at_us,
    m.created_at_us, NULL, 1 FROM member_trait t JOIN member m ON m.id = t.member;
DROP TABLE member_trait;
ALTER TABLE member_trait_new RENAME TO member_trait;

-- What speaks for or against a value: the customer said it again, a document was seen, a message
-- arrived or came back. how: enum loy_evidence.
CREATE TABLE confirmation (
    member INTEGER NOT NULL REFERENCES member, field INTEGER NOT NULL, version INTEGER NOT NULL,
    number INTEGER NOT NULL, how INTEGER NOT NULL, channel TEXT NOT NULL, initiated_by INTEGER NOT NULL,
    at_us INTEGER NOT NULL, operator INTEGER NOT NULL,
    PRIMARY KEY (member, field, version, number)) STRICT, WITHOUT ROWID;

-- What the shop changed in a form: label, purpose, whether a field must be given. Absent: as built in.
CREATE TABLE form_field (
    form INTEGER NOT NULL, field INTEGER NOT NULL, need INTEGER, label TEXT, purpose TEXT,
    PRIMARY KEY (form, field)) STRICT, WITHOUT ROWID;

-- Channels by which contacts and values come. needs_basis: bought or exchanged lists.
CREATE TABLE channel (
    code TEXT PRIMARY KEY, name TEXT NOT NULL, needs_basis INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

-- name, function and telephone are envelopes. authority: 1 permanent, 2 until until_us, 3 once.
-- used_basket: the closed basket that used up a single authorisation.
ALTER TABLE purchaser ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE purchaser ADD COLUMN sealed_for INTEGER;
ALTER TABLE purchaser ADD COLUMN function BLOB;
ALTER TABLE purchaser ADD COLUMN telephone BLOB;
ALTER TABLE purchaser ADD COLUMN document TEXT;
ALTER TABLE purchaser ADD COLUMN limit_minor INTEGER;
ALTER TABLE purchaser ADD COLUMN used_basket INTEGER;
ALTER TABLE purchaser ADD COLUMN added_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE purchaser ADD COLUMN operator INTEGER NOT NULL DEFAULT 0;
CREATE INDEX purchaser_member ON purchaser (member);
ALTER TABLE basket ADD COLUMN purchaser INTEGER;

ALTER TABLE card ADD COLUMN expires_at_us INTEGER;
-- A code that binds a web registration to a card at the lane, once.
CREATE TABLE claim (
    digest BLOB PRIMARY KEY, member INTEGER NOT NULL REFERENCES member, made_at_us INTEGER NOT NULL,
    expires_at_us INTEGER NOT NULL, used_at_us INTEGER, operator INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX claim_member ON claim (member);

-- origin is the digest of an imported row, so that a second import adds nothing. body is sealed under
-- field 0 and the contact's serial, which belongs to sealed_for.
ALTER TABLE contact ADD COLUMN serial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN sealed_for INTEGER;
ALTER TABLE contact ADD COLUMN reason TEXT;
ALTER TABLE contact ADD COLUMN incentive TEXT;
ALTER TABLE contact ADD COLUMN article_version INTEGER;
ALTER TABLE contact ADD COLUMN legal_basis TEXT;
ALTER TABLE contact ADD COLUMN origin BLOB;
CREATE INDEX contact_member ON contact (member, at_us);
CREATE INDEX contact_kind ON contact (kind, at_us);
CREATE UNIQUE INDEX contact_origin ON contact (origin) WHERE origin IS NOT NULL;
-- For managers only: enum loy_note. body is an envelope.
CREATE TABLE note (
    member INTEGER NOT NULL REFERENCES member, kind INTEGER NOT NULL, version INTEGER NOT NULL,
    body BLOB NOT NULL, sealed_for INTEGER NOT NULL, at_us INTEGER NOT NULL, operator INTEGER NOT NULL,
    PRIMARY KEY (member, kind, version)) STRICT, WITHOUT ROWID;

-- The loser's status is 2 and its merged_into the survivor while a merge stands. moved holds what an
-- undo puts back. final_at_us: the 90 days are over and what only an undo needed is gone.
CREATE TABLE merge (
    id INTEGER PRIMARY KEY, survivor INTEGER NOT NULL, loser INTEGER NOT NULL, at_us INTEGER NOT NULL,
    operator INTEGER NOT NULL, undone_at_us INTEGER, final_at_us INTEGER) STRICT;
CREATE INDEX merge_survivor ON merge (survivor);
CREATE INDEX merge_loser ON merge (loser);
CREATE TABLE merge_moved (
    merge INTEGER NOT NULL REFERENCES merge, kind INTEGER NOT NULL, row INTEGER NOT NULL, part INTEGER NOT NULL,
    before ANY, PRIMARY KEY (merge, kind, row, part)) STRICT, WITHOUT ROWID;
-- Pairs that somebody has judged: not the same, so nobody is asked again.
CREATE TABLE distinct_pair (
    lower INTEGER NOT NULL, higher INTEGER NOT NULL, at_us INTEGER NOT NULL, operator INTEGER NOT NULL,
    PRIMARY KEY (lower, higher)) STRICT, WITHOUT ROWID;

-- The words that a consent was given to, in each language. A version is never changed once used.
CREATE TABLE consent_text (
    purpose INTEGER NOT NULL, version TEXT NOT NULL, language TEXT NOT NULL, body TEXT NOT NULL,
    at_us INTEGER NOT NULL, PRIMARY KEY (purpose, version, language)) STRICT, WITHOUT ROWID;
ALTER TABLE consent ADD COLUMN text_version TEXT;
ALTER TABLE consent ADD COLUMN initiated_by INTEGER;
ALTER TABLE consent ADD COLUMN receipt TEXT;
-- Ids that were erased, so that a restored backup forgets them again. Nothing leads from them to
-- the random ids under which purchases stay.
CREATE TABLE erased (uid BLOB PRIMARY KEY, at_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;

ALTER TABLE operator ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operator ADD COLUMN locked_until_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operator ADD COLUMN pin_set_at_us INTEGER;
-- A signed point of the audit chain, every 1,000 entries and wherever one is asked for.
CREATE TABLE audit_anchor (
    sequence INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
-- The audit log only grows. Whoever can drop these can do it by hand too: they are against mistakes of ours,
-- the chain and the signatures are against others.
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER anchor_update BEFORE UPDATE ON audit_anchor BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER anchor_delete BEFORE DELETE ON audit_anchor BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
