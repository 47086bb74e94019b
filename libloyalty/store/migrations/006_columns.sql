-- What the columns beside the store (loyalty/columns.h) must notice: token tells this store from others, changes
-- grows with whatever a line that was sold before is read differently by, in the same transaction, whoever changes
-- it. What is still open (state 1) is not in the columns yet, so a sale itself costs nothing here.
-- No semicolon stands inside a comment or a literal here.
CREATE TABLE IF NOT EXISTS column_state (
    one INTEGER PRIMARY KEY CHECK (one = 1), token BLOB NOT NULL, changes INTEGER NOT NULL) STRICT;
INSERT INTO column_state (one, token, changes) VALUES (1, randomblob(16), 0) ON CONFLICT DO NOTHING;

CREATE TRIGGER IF NOT EXISTS column_basket AFTER UPDATE OF id, member, state, opened_at_us, offset_min, lane ON basket
    WHEN old.state <> 1 BEGIN UPDATE column_state SET changes = changes + 1; END;
-- Of any state: its number may be given again.
CREATE TRIGGER IF NOT EXISTS column_basket_delete AFTER DELETE ON basket
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_time AFTER INSERT ON basket_time
    WHEN (SELECT state FROM basket WHERE id = new.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_time_update AFTER UPDATE ON basket_time
    WHEN (SELECT state FROM basket WHERE id = old.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_time_delete AFTER DELETE ON basket_time
    WHEN (SELECT state FROM basket WHERE id = old.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
-- Lines are only added to a basket that is open, or in the transaction that makes it.
CREATE TRIGGER IF NOT EXISTS column_line_update AFTER UPDATE ON line
    WHEN (SELECT state FROM basket WHERE id = old.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_line_delete AFTER DELETE ON line
    WHEN (SELECT state FROM basket WHERE id = old.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_return_update AFTER UPDATE ON line_return
    WHEN (SELECT state FROM basket WHERE id = old.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_return_delete AFTER DELETE ON line_return
    WHEN (SELECT state FROM basket WHERE id = old.basket) IS NOT 1
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_lane AFTER UPDATE OF id, site ON lane
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_promotion AFTER UPDATE OF id, form ON promotion
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_version AFTER UPDATE ON article_version
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_version_delete AFTER DELETE ON article_version
    BEGIN UPDATE column_state SET changes = changes + 1; END;
CREATE TRIGGER IF NOT EXISTS column_article AFTER UPDATE OF code ON article
    BEGIN UPDATE column_state SET changes = changes + 1; END;
