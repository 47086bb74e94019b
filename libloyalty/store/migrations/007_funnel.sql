-- Lines that were taken back when the customer had heard the total, as a sign of what somebody would have liked:
-- kept only while the shop counts its customer funnel and looks at this sign (loyalty/intent.h). number is that of
-- the line that was sold, 0 is the whole basket. Why it was taken back is not here, nor anything of a payment.
-- No semicolon stands inside a comment or a literal here.
CREATE TABLE taken_back (
    basket INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (basket, number)) STRICT, WITHOUT ROWID;
