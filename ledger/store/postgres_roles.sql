-- A role that can append to the ledger and read it, and that holds no right to change or remove
-- anything. Runs once, by an administrator, with search_path set to the ledger's schema
-- (`ledger`), after the first start has made the tables, and again after an update of the program:
--
--     psql -v ON_ERROR_STOP=1 -c 'SET search_path TO ledger' -f postgres_roles.sql
--     CREATE ROLE app LOGIN PASSWORD '…' IN ROLE ledger_writer;
--
-- The triggers refuse changes for every role; this is the second lock on the same door.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'ledger_writer') THEN
        CREATE ROLE ledger_writer NOLOGIN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO ledger_writer', current_schema());
END
$$;
REVOKE ALL ON stored_events, parts, idempotency, claims, epochs, head, entries FROM PUBLIC, ledger_writer;
GRANT SELECT, INSERT ON stored_events, parts, idempotency, claims, epochs TO ledger_writer;
GRANT SELECT ON head, entries TO ledger_writer;
REVOKE EXECUTE ON FUNCTION hold_head(), take_away(bigint, text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_head(), take_away(bigint, text, text[]) TO ledger_writer;
