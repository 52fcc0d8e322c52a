#!/bin/sh
# Brings Temporal's two databases to the schema of this image's release. Safe to repeat.
# Host, user and password come as SQL_HOST, SQL_USER, SQL_PASSWORD, SQL_PLUGIN, which temporal-sql-tool reads itself.
set -eu

migrate() {
  temporal-sql-tool --database "$1" setup-schema --version 0.0
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

migrate temporal temporal
migrate temporal_visibility visibility
