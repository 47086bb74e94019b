-- The lane: what a basket has beyond its lines, the rules of promotions, and what is counted of a
-- counter's work. Nothing here holds a number of a card or a text of a person.
-- No semicolon stands inside a comment or a literal here.

-- How a promotion works. form: enum loy_form. scope: enum loy_scope, target its code. site 0 is everywhere.
-- permille, amount_minor, take and pay as the form needs them. coupon: the code that must have been
-- scanned, by which only it holds. The effect of a rule stands on the line, so an edit changes no old line.
CREATE TABLE promotion_rule (
    code TEXT PRIMARY KEY, form INTEGER NOT NULL, scope INTEGER NOT NULL, target TEXT, site INTEGER NOT NULL,
    from_us INTEGER NOT NULL, to_us INTEGER, members_only INTEGER NOT NULL, permille INTEGER,
    amount_minor INTEGER, take INTEGER, pay INTEGER, campaign TEXT, coupon TEXT UNIQUE, single_use INTEGER NOT NULL,
    at_us INTEGER NOT NULL, operator INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Coupons that were shown for a basket. serial is "" where all coupons of a rule are alike. One with a
-- serial may have been posted to a member: when that member is erased, or a closed basket is taken off
-- a member, the serial goes to basket 0, so that it stays used and leads to no purchase.
CREATE TABLE basket_coupon (
    basket INTEGER NOT NULL, rule TEXT NOT NULL, serial TEXT NOT NULL, at_us INTEGER NOT NULL,
    PRIMARY KEY (basket, rule, serial)) STRICT, WITHOUT ROWID;
CREATE INDEX basket_coupon_rule ON basket_coupon (rule, serial);
-- How the shop's scales write an article's number with its price or weight into a restricted GTIN:
-- prefix, digits of the item, perhaps a check digit of the value, digits of the value, check digit.
-- value: enum loy_scale_value. decimals of the value: of the currency's major unit, or of a kilogram.
CREATE TABLE scale_code (
    prefix TEXT PRIMARY KEY, item_digits INTEGER NOT NULL, value INTEGER NOT NULL, value_digits INTEGER NOT NULL,
    decimals INTEGER NOT NULL, value_check INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Where a lane stands with a basket. stage: enum loy_lane_state. ticket: under which it waits, for
-- whom it is suspended. printed_at_us: set before the first byte goes to a printer. A closed basket
-- keeps its row until its receipt was printed.
CREATE TABLE lane_basket (
    basket INTEGER PRIMARY KEY, lane INTEGER NOT NULL, stage INTEGER NOT NULL, ticket INTEGER,
    printed_at_us INTEGER) STRICT;
CREATE UNIQUE INDEX lane_basket_ticket ON lane_basket (ticket) WHERE ticket IS NOT NULL;
-- A lane asks at each step whether a card waits for a basket.
CREATE INDEX pending_card_basket ON pending_card (basket);
-- What was paid with: the kind, never a number. Money given back is negative. Of a basket that came
-- to a sale the sum is what was due.
CREATE TABLE tender (
    basket INTEGER NOT NULL, number INTEGER NOT NULL, kind INTEGER NOT NULL, amount_minor INTEGER NOT NULL,
    PRIMARY KEY (basket, number)) STRICT, WITHOUT ROWID;
-- Each time that a basket got, changed or lost its member: when, at which stage, and what was due before
-- and after. how: enum loy_link. card goes with the member.
CREATE TABLE basket_link (
    basket INTEGER NOT NULL, number INTEGER NOT NULL, at_us INTEGER NOT NULL, stage INTEGER NOT NULL,
    how INTEGER NOT NULL, before_minor INTEGER NOT NULL, after_minor INTEGER NOT NULL, card INTEGER,
    operator INTEGER NOT NULL, PRIMARY KEY (basket, number)) STRICT, WITHOUT ROWID;
CREATE INDEX basket_link_card ON basket_link (card) WHERE card IS NOT NULL;
-- Things that happen at a lane and leave nothing but their number. kind: enum loy_lane_count.
CREATE TABLE lane_count (
    lane INTEGER NOT NULL, day INTEGER NOT NULL, operator INTEGER NOT NULL, kind INTEGER NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (lane, day, operator, kind)) STRICT, WITHOUT ROWID;

-- Moments at which a lane's clock could not be right. off_us: how far it was ahead, or below 0 behind, of
-- what it was compared with. what: enum loy_clock_doubt. accepted_by: the operator who went on with it.
-- first_basket: the newest basket before it. ended: 1 the clock was set right, 2 somebody said that it is.
CREATE TABLE clock_doubt (
    id INTEGER PRIMARY KEY, lane INTEGER NOT NULL, what INTEGER NOT NULL, at_us INTEGER NOT NULL,
    off_us INTEGER NOT NULL, accepted_by INTEGER, first_basket INTEGER NOT NULL, ended INTEGER,
    ended_at_us INTEGER) STRICT;
CREATE INDEX clock_doubt_lane ON clock_doubt (lane, ended);
-- When a basket was, as far as that can be told, of lanes whose clock was in doubt.
CREATE TABLE basket_time (basket INTEGER PRIMARY KEY, corrected_us INTEGER NOT NULL) STRICT;

-- Cards of those who work here, so that their own purchases do not count for the counter.
CREATE TABLE operator_card (digest BLOB PRIMARY KEY, operator INTEGER NOT NULL, at_us INTEGER NOT NULL) STRICT,
    WITHOUT ROWID;
-- Fields that a member was asked for at a lane. answer: enum loy_question_answer. day: since 1970, in
-- the zone of that lane at that moment.
CREATE TABLE question (
    member INTEGER NOT NULL, field INTEGER NOT NULL, at_us INTEGER NOT NULL, answer INTEGER NOT NULL,
    operator INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (member, field, at_us)) STRICT, WITHOUT ROWID;
