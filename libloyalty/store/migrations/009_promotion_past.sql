-- What the rule of a promotion said before it was replaced, for what was on offer then: which lines
-- were sold at says only what was bought. It held in [from, to), and was replaced at replaced_us.
-- Coupons are not on a shelf and leave nothing here.
-- No semicolon stands inside a comment or a literal here.
CREATE TABLE promotion_rule_past (
    code TEXT NOT NULL, form INTEGER NOT NULL, scope INTEGER NOT NULL, target TEXT, site INTEGER NOT NULL,
    from_us INTEGER NOT NULL, to_us INTEGER NOT NULL, permille INTEGER, amount_minor INTEGER, take INTEGER, pay INTEGER,
    replaced_us INTEGER NOT NULL) STRICT;
CREATE INDEX promotion_rule_past_code ON promotion_rule_past (code, replaced_us);
