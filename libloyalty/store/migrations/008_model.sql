-- Fitted populations of models (loyalty/model.h): bytes under a kind and a name, nothing of a single member.
-- No semicolon stands inside a comment or a literal here.
CREATE TABLE model (
    kind TEXT NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL, at_us INTEGER NOT NULL,
    operator INTEGER NOT NULL, PRIMARY KEY (kind, name)) STRICT;
