-- The ledger in SQLite. Facts, parts, keys, claims and epochs are only ever added to, whoever asks, but
-- for words that a redaction takes away: each trigger below holds for every connection, and refuses
-- REPLACE too, because it looks for the row that would be replaced before SQLite deletes it.

CREATE TABLE IF NOT EXISTS stored_events (
    rowid INTEGER PRIMARY KEY,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    at INTEGER NOT NULL,
    leaf_hash BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
) STRICT;

CREATE TABLE IF NOT EXISTS parts (
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    salt BLOB,
    content BLOB,
    PRIMARY KEY (position, name),
    CHECK ((salt IS NULL) = (content IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS idempotency (
    last_position INTEGER PRIMARY KEY,
    first_position INTEGER NOT NULL CHECK (first_position <= last_position),
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    UNIQUE (account, key)
) STRICT;

CREATE TABLE IF NOT EXISTS claims (
    name TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row for each time that this ledger began: when it was made, and when it was restored from a
-- backup that went up to `position`. It stands beside the facts and is no part of them.
CREATE TABLE IF NOT EXISTS epochs (
    number INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE VIEW IF NOT EXISTS entries AS
SELECT
    e.rowid AS position, e.at, e.originator_id AS stream, e.originator_version AS version,
    e.topic, e.state AS leaf, e.leaf_hash, p.name, p.salt, p.content
FROM stored_events AS e
LEFT JOIN parts AS p ON p.position = e.rowid;

-- The newest fact, if it is a redaction: which part it orders away, and of which stream that is.
CREATE VIEW IF NOT EXISTS ordered AS
SELECT
    json_extract(CAST(p.content AS TEXT), '$.body.index') + 1 AS position,
    json_extract(CAST(p.content AS TEXT), '$.body.part') AS part,
    target.originator_id AS stream
FROM stored_events AS e
JOIN parts AS p ON p.position = e.rowid AND p.name = 'facts'
JOIN stored_events AS target ON target.rowid = json_extract(CAST(p.content AS TEXT), '$.body.index') + 1
WHERE e.rowid = (SELECT max(rowid) FROM stored_events) AND e.topic = 'redaction.applied/1';

CREATE TRIGGER IF NOT EXISTS facts_are_appended BEFORE INSERT ON stored_events
BEGIN
    SELECT CASE
        WHEN NEW.rowid IS NOT (SELECT max(rowid) FROM stored_events) + 1
            AND (NEW.rowid IS NOT 1 OR EXISTS (SELECT 1 FROM stored_events))
            THEN RAISE(ABORT, 'a fact takes the next position')
        WHEN NEW.at < (SELECT at FROM stored_events WHERE rowid = NEW.rowid - 1)
            THEN RAISE(ABORT, 'a fact is not older than the one before it')
        WHEN EXISTS (
            SELECT 1 FROM stored_events
            WHERE originator_id = NEW.originator_id
                AND originator_version = NEW.originator_version
        )
            THEN RAISE(ABORT, 'a stream has one fact of each version')
    END;
END;

CREATE TRIGGER IF NOT EXISTS facts_are_never_changed BEFORE UPDATE ON stored_events
BEGIN
    SELECT RAISE(ABORT, 'a fact is never changed');
END;

CREATE TRIGGER IF NOT EXISTS facts_are_never_deleted BEFORE DELETE ON stored_events
BEGIN
    SELECT RAISE(ABORT, 'a fact is never deleted');
END;

CREATE TRIGGER IF NOT EXISTS parts_belong_to_a_leaf BEFORE INSERT ON parts
BEGIN
    SELECT CASE
        WHEN NEW.content IS NULL
            THEN RAISE(ABORT, 'a part is stored with its content')
        WHEN EXISTS (SELECT 1 FROM parts WHERE position = NEW.position AND name = NEW.name)
            THEN RAISE(ABORT, 'a part is stored once')
        WHEN (
            SELECT json_type(CAST(state AS TEXT), '$.parts."' || NEW.name || '"')
            FROM stored_events WHERE rowid = NEW.position
        ) IS NOT 'object'
            THEN RAISE(ABORT, 'a part is named by its leaf')
    END;
END;

-- The one lawful change: salt and content of a part become NULL while the newest fact is the
-- redaction that names this part and its commitment. The structure, `facts`, always stays.
CREATE TRIGGER IF NOT EXISTS parts_are_blanked_only_by_a_redaction BEFORE UPDATE ON parts
WHEN NOT (
    NEW.position IS OLD.position
    AND NEW.name IS OLD.name
    AND NEW.salt IS NULL
    AND NEW.content IS NULL
    AND OLD.content IS NOT NULL
    AND OLD.name IS NOT 'facts'
    AND EXISTS (
        SELECT 1
        FROM stored_events AS redaction
        JOIN parts AS ordered ON ordered.position = redaction.rowid AND ordered.name = 'facts'
        JOIN stored_events AS redacted ON redacted.rowid = OLD.position
        WHERE redaction.rowid = (SELECT max(rowid) FROM stored_events)
            AND redaction.topic = 'redaction.applied/1'
            AND json_extract(CAST(ordered.content AS TEXT), '$.body.index') = OLD.position - 1
            AND json_extract(CAST(ordered.content AS TEXT), '$.body.part') = OLD.name
            AND json_extract(CAST(ordered.content AS TEXT), '$.body.c')
                = json_extract(CAST(redacted.state AS TEXT), '$.parts."' || OLD.name || '".c')
    )
)
BEGIN
    SELECT RAISE(ABORT, 'a part is blanked only by the redaction that names it');
END;

CREATE TRIGGER IF NOT EXISTS parts_are_never_deleted BEFORE DELETE ON parts
BEGIN
    SELECT RAISE(ABORT, 'a part is never deleted');
END;

CREATE TRIGGER IF NOT EXISTS keys_follow_their_facts BEFORE INSERT ON idempotency
BEGIN
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM idempotency WHERE account = NEW.account AND key = NEW.key)
            THEN RAISE(ABORT, 'a key is used once')
        WHEN NEW.first_position <= (SELECT max(last_position) FROM idempotency)
            OR NEW.last_position > (SELECT max(rowid) FROM stored_events)
            OR NOT EXISTS (SELECT 1 FROM stored_events)
            THEN RAISE(ABORT, 'a key is stored with its own facts')
    END;
END;

-- The digest of a request goes with the words of its facts, for it could be guessed from.
DROP TRIGGER IF EXISTS keys_are_never_changed;
CREATE TRIGGER IF NOT EXISTS keys_lose_their_digest_only_by_a_redaction BEFORE UPDATE ON idempotency
WHEN NOT (
    NEW.last_position IS OLD.last_position
    AND NEW.first_position IS OLD.first_position
    AND NEW.account IS OLD.account
    AND NEW.key IS OLD.key
    AND NEW.fingerprint IS x''
    AND EXISTS (
        SELECT 1 FROM ordered
        WHERE position BETWEEN OLD.first_position AND OLD.last_position
    )
)
BEGIN
    SELECT RAISE(ABORT, 'a key is never changed');
END;

CREATE TRIGGER IF NOT EXISTS keys_are_never_deleted BEFORE DELETE ON idempotency
BEGIN
    SELECT RAISE(ABORT, 'a key is never deleted');
END;

CREATE TRIGGER IF NOT EXISTS names_are_claimed_once BEFORE INSERT ON claims
WHEN EXISTS (SELECT 1 FROM claims WHERE name = NEW.name)
    OR NOT EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'a name is claimed once, by a fact');
END;

CREATE TRIGGER IF NOT EXISTS claims_are_never_changed BEFORE UPDATE ON claims
BEGIN
    SELECT RAISE(ABORT, 'a claim is never changed');
END;

-- A name goes with the words that gave it.
DROP TRIGGER IF EXISTS claims_are_never_deleted;
CREATE TRIGGER IF NOT EXISTS claims_are_deleted_only_by_a_redaction BEFORE DELETE ON claims
WHEN NOT EXISTS (SELECT 1 FROM ordered WHERE stream = OLD.stream AND part = 'words')
BEGIN
    SELECT RAISE(ABORT, 'a claim is deleted only by the redaction of its name');
END;

CREATE TRIGGER IF NOT EXISTS epochs_follow_each_other BEFORE INSERT ON epochs
BEGIN
    SELECT CASE
        WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) FROM epochs) + 1
            OR NEW.position < (SELECT coalesce(max(position), 0) FROM epochs)
            OR NEW.position > (SELECT coalesce(max(rowid), 0) FROM stored_events)
            OR EXISTS (SELECT 1 FROM epochs WHERE epoch = NEW.epoch)
            THEN RAISE(ABORT, 'an epoch follows the one before it')
    END;
END;

CREATE TRIGGER IF NOT EXISTS epochs_are_never_changed BEFORE UPDATE ON epochs
BEGIN
    SELECT RAISE(ABORT, 'an epoch is never changed');
END;

CREATE TRIGGER IF NOT EXISTS epochs_are_never_deleted BEFORE DELETE ON epochs
BEGIN
    SELECT RAISE(ABORT, 'an epoch is never deleted');
END;
