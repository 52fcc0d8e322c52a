#!/bin/sh
# Migrates Temporal's two databases to the schema of this image's version. Safe to repeat.
# temporal-sql-tool itself reads SQL_HOST, SQL_USER, SQL_PASSWORD and SQL_PLUGIN.
set -eu

migrate() {
  temporal-sql-tool --database "$1" setup-schema --version 0.0
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

migrate temporal temporal
migrate temporal_visibility visibility
