#!/bin/sh
# Runs once, on an empty PostgreSQL volume. Creates a role and databases for coldsweep and for Temporal, so that
# Temporal cannot access coldsweep's tables.
set -eu

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=coldsweep_password="$COLDSWEEP_DB_PASSWORD" \
  --set=temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role coldsweep login password :'coldsweep_password';
create role temporal login password :'temporal_password';
create database coldsweep owner coldsweep;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database coldsweep, temporal, temporal_visibility from public;
SQL
