#!/bin/bash
# What teams do by hand: rotate one of two PostgreSQL users and disable the
# other. Benchmarks hold rotadeck against it.
#
# Reads PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD of the administrator,
# ROLE, the name that the users' names begin with, and STATE, a folder.
set -euo pipefail

active=$(cat "$STATE/slot" 2>/dev/null || echo a)
if [[ $active == a ]]; then next=b; else next=a; fi
old_role=${ROLE}_$active
new_role=${ROLE}_$next
fresh=$(openssl rand -base64 32 | tr -dc 'a-zA-Z0-9' | head -c 32)

echo "$(date -u +%FT%TZ) rotating $old_role to $new_role"
psql --set ON_ERROR_STOP=1 <<SQL
DO \$block\$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '$new_role') THEN
    ALTER ROLE $new_role LOGIN PASSWORD '$fresh';
  ELSE
    CREATE ROLE $new_role LOGIN PASSWORD '$fresh';
  END IF;
END
\$block\$;
GRANT CONNECT ON DATABASE $PGDATABASE TO $new_role;
GRANT USAGE ON SCHEMA public TO $new_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $new_role;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO $new_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO $new_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO $new_role;
SQL

PGUSER=$new_role PGPASSWORD=$fresh psql --command 'SELECT 1' >/dev/null

printf 'username=%s\npassword=%s\n' "$new_role" "$fresh" >"$STATE/credentials-$next"
echo "$next" >"$STATE/slot"

psql --set ON_ERROR_STOP=1 <<SQL
ALTER ROLE $old_role NOLOGIN;
SQL
