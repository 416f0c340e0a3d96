#!/bin/sh
# Runs once, as the administrator, on an empty database: makes the ledger's tables, which the
# administrator keeps, and the role of the service, which may read them and append to them. Its
# views and its desk are its own. LEDGER_SQL is the folder of the two scripts.
set -eu

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv scripts LEDGER_SQL
\getenv password LEDGER_APP_PASSWORD
\set schema_script :scripts /postgres_schema.sql
\set roles_script :scripts /postgres_roles.sql

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA ledger;
SET search_path TO ledger;
BEGIN;
\i :schema_script
\i :roles_script
COMMIT;
CREATE ROLE ledger_app LOGIN PASSWORD :'password' IN ROLE ledger_writer;
SELECT format('GRANT CREATE ON DATABASE %I TO ledger_app', current_database()) \gexec
SQL
