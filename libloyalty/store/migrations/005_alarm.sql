-- Alarms that somebody has looked at. kind: enum loy_alarm_kind. One about a card names the first basket
-- that it was about and how many there were, so no member and no card stands here. One about a rate names
-- the operator whose rate it is (subject) and the span. reason: a few words, "" once the member is erased.
-- No semicolon stands inside a comment or a literal here.
CREATE TABLE alarm_seen (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, basket INTEGER, count INTEGER NOT NULL, subject INTEGER,
    from_us INTEGER, to_us INTEGER, reason TEXT NOT NULL, at_us INTEGER NOT NULL, operator INTEGER NOT NULL) STRICT;
CREATE INDEX alarm_seen_basket ON alarm_seen (basket) WHERE basket IS NOT NULL;
CREATE INDEX alarm_seen_subject ON alarm_seen (subject, kind) WHERE subject IS NOT NULL;
