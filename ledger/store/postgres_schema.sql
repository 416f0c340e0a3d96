-- The ledger in PostgreSQL. Runs on a connection of the ledger, whose search_path and way of planning
-- the functions keep, whoever's statement calls them. Facts, parts, keys, claims and epochs are only
-- ever added to, but for words that a redaction takes away: the triggers are ENABLE ALWAYS, so they hold for every role, and in replica mode too.

CREATE TABLE IF NOT EXISTS stored_events (
    notification_id bigint PRIMARY KEY,
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    at bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    UNIQUE (originator_id, originator_version)
);

CREATE TABLE IF NOT EXISTS parts (
    position bigint NOT NULL,
    name text NOT NULL,
    salt bytea,
    content bytea,
    PRIMARY KEY (position, name),
    CHECK ((salt IS NULL) = (content IS NULL))
);

CREATE TABLE IF NOT EXISTS idempotency (
    last_position bigint PRIMARY KEY,
    first_position bigint NOT NULL CHECK (first_position <= last_position),
    account text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    UNIQUE (account, key)
);

CREATE TABLE IF NOT EXISTS claims (
    name text PRIMARY KEY,
    stream text NOT NULL,
    position bigint NOT NULL
);

-- One row for each time that this ledger began: when it was made, and when it was restored from a
-- backup that went up to `position`. It stands beside the facts and is no part of them.
CREATE TABLE IF NOT EXISTS epochs (
    number bigint PRIMARY KEY,
    epoch text NOT NULL UNIQUE,
    position bigint NOT NULL,
    at bigint NOT NULL
);

-- Counter and lock in one row: whoever appends holds it from before its first read until its commit,
-- so positions are given in commit order, and a transaction that fails gives its positions back.
CREATE TABLE IF NOT EXISTS head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    at bigint NOT NULL
);
INSERT INTO head (position, at) VALUES (0, 0) ON CONFLICT DO NOTHING;

CREATE OR REPLACE VIEW entries AS
SELECT
    e.notification_id AS position, e.at, e.originator_id AS stream, e.originator_version AS version,
    e.topic, e.state AS leaf, e.leaf_hash, p.name, p.salt, p.content
FROM stored_events AS e
LEFT JOIN parts AS p ON p.position = e.notification_id;

-- A writer without the right to UPDATE takes the lock through this function.
CREATE OR REPLACE FUNCTION hold_head(OUT held_position bigint, OUT held_at bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$ SELECT position, at FROM head FOR UPDATE $$;

CREATE OR REPLACE FUNCTION facts_are_appended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
DECLARE
    held head;
    first bigint;
    last bigint;
    latest bigint;
    placed bigint;
BEGIN
    SELECT * INTO held FROM head FOR UPDATE;
    SELECT min(notification_id), max(notification_id), max(at), count(*)
        INTO first, last, latest, placed FROM added;
    IF placed = 0 THEN
        RETURN NULL;
    END IF;
    IF first <> held.position + 1 OR last <> held.position + placed THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a fact takes the next position';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (
            SELECT at, lag(at, 1, held.at) OVER (ORDER BY notification_id) AS before FROM added
        ) AS pairs
        WHERE at < before
    ) THEN
        RAISE integrity_constraint_violation
            USING MESSAGE = 'a fact is not older than the one before it';
    END IF;
    UPDATE head SET position = last, at = latest;
    PERFORM pg_notify('stored_events', last::text);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION parts_belong_to_a_leaf() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added
        LEFT JOIN stored_events AS e ON e.notification_id = added.position
        WHERE added.content IS NULL
            OR e.state IS NULL
            OR NOT (convert_from(e.state, 'UTF8')::jsonb -> 'parts') ? added.name
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a part is named by its leaf';
    END IF;
    RETURN NULL;
END
$$;

-- The one lawful change: salt and content of a part become NULL while the newest fact is the
-- redaction that names this part and its commitment. The structure, `facts`, always stays.
CREATE OR REPLACE FUNCTION parts_are_blanked_only_by_a_redaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
DECLARE
    ordered jsonb;
    leaf jsonb;
BEGIN
    SELECT convert_from(p.content, 'UTF8')::jsonb -> 'body' INTO ordered
        FROM stored_events AS e
        JOIN parts AS p ON p.position = e.notification_id AND p.name = 'facts'
        WHERE e.notification_id = (SELECT max(notification_id) FROM stored_events)
            AND e.topic = 'redaction.applied/1';
    SELECT convert_from(state, 'UTF8')::jsonb INTO leaf
        FROM stored_events WHERE notification_id = OLD.position;
    IF NEW.position = OLD.position
        AND NEW.name = OLD.name
        AND NEW.salt IS NULL
        AND NEW.content IS NULL
        AND OLD.content IS NOT NULL
        AND OLD.name <> 'facts'
        AND (ordered ->> 'index')::bigint IS NOT DISTINCT FROM OLD.position - 1
        AND ordered ->> 'part' IS NOT DISTINCT FROM OLD.name
        AND ordered ->> 'c' IS NOT DISTINCT FROM leaf -> 'parts' -> OLD.name ->> 'c'
        AND ordered ->> 'c' IS NOT NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE integrity_constraint_violation
        USING MESSAGE = 'a part is blanked only by the redaction that names it';
END
$$;

-- The newest fact, if it is a redaction: which part it orders away, and of which stream that is.
CREATE OR REPLACE VIEW ordered AS
SELECT named.position, named.part, target.originator_id AS stream
FROM stored_events AS e
JOIN parts AS p ON p.position = e.notification_id AND p.name = 'facts'
CROSS JOIN LATERAL (
    SELECT (body ->> 'index')::bigint + 1 AS position, body ->> 'part' AS part
    FROM (SELECT convert_from(p.content, 'UTF8')::jsonb -> 'body' AS body) AS told
) AS named
JOIN stored_events AS target ON target.notification_id = named.position
WHERE e.notification_id = (SELECT max(notification_id) FROM stored_events)
    AND e.topic = 'redaction.applied/1';

-- The digest of a request goes with the words of its facts, for it could be guessed from.
CREATE OR REPLACE FUNCTION keys_lose_their_digest_only_by_a_redaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
BEGIN
    IF NEW.last_position = OLD.last_position
        AND NEW.first_position = OLD.first_position
        AND NEW.account = OLD.account
        AND NEW.key = OLD.key
        AND NEW.fingerprint = ''
        AND EXISTS (
            SELECT 1 FROM ordered
            WHERE position BETWEEN OLD.first_position AND OLD.last_position
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE integrity_constraint_violation USING MESSAGE = 'a key is never changed';
END
$$;

-- A name goes with the words that gave it.
CREATE OR REPLACE FUNCTION claims_are_deleted_only_by_a_redaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ordered WHERE stream = OLD.stream AND part = 'words') THEN
        RETURN OLD;
    END IF;
    RAISE integrity_constraint_violation
        USING MESSAGE = 'a claim is deleted only by the redaction of its name';
END
$$;

-- A writer without the right to UPDATE or DELETE takes words away through this function; what it may
-- take is for the triggers to say.
CREATE OR REPLACE FUNCTION take_away(of_position bigint, of_part text, released text[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
    UPDATE parts SET salt = NULL, content = NULL WHERE position = of_position AND name = of_part;
    UPDATE idempotency SET fingerprint = ''
        WHERE fingerprint <> '' AND first_position <= of_position AND last_position =
            (SELECT min(last_position) FROM idempotency WHERE last_position >= of_position);
    DELETE FROM claims WHERE name = ANY(released);
$$;

CREATE OR REPLACE FUNCTION keys_follow_their_facts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
DECLARE
    first bigint;
    last bigint;
    keys bigint;
BEGIN
    SELECT min(first_position), max(last_position), count(*) INTO first, last, keys FROM added;
    IF last > (SELECT position FROM head)
        OR keys <> (SELECT count(*) FROM idempotency WHERE last_position >= first)
        OR EXISTS (
            SELECT 1 FROM (
                SELECT first_position, lag(last_position) OVER (ORDER BY last_position) AS before
                FROM added
            ) AS spans
            WHERE first_position <= before
        )
    THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a key is stored with its own facts';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION names_are_claimed_by_a_fact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added WHERE position NOT IN (SELECT notification_id FROM stored_events)
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a name is claimed by a fact';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION epochs_follow_each_other() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) FROM epochs) + 1
        OR NEW.position < (SELECT coalesce(max(position), 0) FROM epochs)
        OR NEW.position > (SELECT position FROM head)
    THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'an epoch follows the one before it';
    END IF;
    RETURN NEW;
END
$$;

-- The head only follows the facts.
CREATE OR REPLACE FUNCTION head_follows_the_facts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
    SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT
AS $$
BEGIN
    IF (NEW.position, NEW.at) IS DISTINCT FROM (
        SELECT (notification_id, at) FROM stored_events ORDER BY notification_id DESC LIMIT 1
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'the head follows the facts';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION nothing_is_ever_changed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE integrity_constraint_violation
        USING MESSAGE = format('%s is only ever added to', TG_TABLE_NAME);
END
$$;

CREATE OR REPLACE TRIGGER facts_are_appended AFTER INSERT ON stored_events
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION facts_are_appended();
CREATE OR REPLACE TRIGGER facts_are_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed();

CREATE OR REPLACE TRIGGER parts_belong_to_a_leaf AFTER INSERT ON parts
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION parts_belong_to_a_leaf();
CREATE OR REPLACE TRIGGER parts_are_blanked_only_by_a_redaction BEFORE UPDATE ON parts
    FOR EACH ROW EXECUTE FUNCTION parts_are_blanked_only_by_a_redaction();
CREATE OR REPLACE TRIGGER parts_are_never_deleted BEFORE DELETE OR TRUNCATE ON parts
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed();

CREATE OR REPLACE TRIGGER keys_follow_their_facts AFTER INSERT ON idempotency
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keys_follow_their_facts();
DROP TRIGGER IF EXISTS keys_are_never_changed ON idempotency;
CREATE OR REPLACE TRIGGER keys_lose_their_digest_only_by_a_redaction BEFORE UPDATE ON idempotency
    FOR EACH ROW EXECUTE FUNCTION keys_lose_their_digest_only_by_a_redaction();
CREATE OR REPLACE TRIGGER keys_are_never_deleted BEFORE DELETE OR TRUNCATE ON idempotency
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed();

CREATE OR REPLACE TRIGGER names_are_claimed_by_a_fact AFTER INSERT ON claims
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION names_are_claimed_by_a_fact();
CREATE OR REPLACE TRIGGER claims_are_never_changed
    BEFORE UPDATE OR TRUNCATE ON claims
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed();
CREATE OR REPLACE TRIGGER claims_are_deleted_only_by_a_redaction BEFORE DELETE ON claims
    FOR EACH ROW EXECUTE FUNCTION claims_are_deleted_only_by_a_redaction();

CREATE OR REPLACE TRIGGER epochs_follow_each_other BEFORE INSERT ON epochs
    FOR EACH ROW EXECUTE FUNCTION epochs_follow_each_other();
CREATE OR REPLACE TRIGGER epochs_are_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON epochs
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed();

CREATE OR REPLACE TRIGGER head_follows_the_facts BEFORE UPDATE ON head
    FOR EACH ROW EXECUTE FUNCTION head_follows_the_facts();
CREATE OR REPLACE TRIGGER head_is_never_deleted BEFORE DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_ever_changed();

ALTER TABLE stored_events ENABLE ALWAYS TRIGGER facts_are_appended;
ALTER TABLE stored_events ENABLE ALWAYS TRIGGER facts_are_never_changed;
ALTER TABLE parts ENABLE ALWAYS TRIGGER parts_belong_to_a_leaf;
ALTER TABLE parts ENABLE ALWAYS TRIGGER parts_are_blanked_only_by_a_redaction;
ALTER TABLE parts ENABLE ALWAYS TRIGGER parts_are_never_deleted;
ALTER TABLE idempotency ENABLE ALWAYS TRIGGER keys_follow_their_facts;
ALTER TABLE idempotency ENABLE ALWAYS TRIGGER keys_lose_their_digest_only_by_a_redaction;
ALTER TABLE idempotency ENABLE ALWAYS TRIGGER keys_are_never_deleted;
ALTER TABLE claims ENABLE ALWAYS TRIGGER names_are_claimed_by_a_fact;
ALTER TABLE claims ENABLE ALWAYS TRIGGER claims_are_never_changed;
ALTER TABLE claims ENABLE ALWAYS TRIGGER claims_are_deleted_only_by_a_redaction;
ALTER TABLE epochs ENABLE ALWAYS TRIGGER epochs_follow_each_other;
ALTER TABLE epochs ENABLE ALWAYS TRIGGER epochs_are_never_changed;
ALTER TABLE head ENABLE ALWAYS TRIGGER head_follows_the_facts;
ALTER TABLE head ENABLE ALWAYS TRIGGER head_is_never_deleted;
