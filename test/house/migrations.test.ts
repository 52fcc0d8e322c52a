import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './run-tool.ts'

const folder = join(root, 'drizzle/migrations')
/** Before this migration nobody had run coldsweep, so no version could be rolled back. */
const first = '0013'
const migrations = readdirSync(folder).filter((name) => name.endsWith('.sql') && name >= first)

/** Statements after which an older version cannot write or read the tables. */
const breaking = [
  /\bdrop\s+(?:table|column|constraint|default|type)\b/i,
  /\brename\b/i,
  /\balter\s+column\b/i,
  /\badd\s+column\b(?![^;]*\bdefault\b)[^;]*\bnot\s+null\b/i,
]
const breaksIn = (sql: string) =>
  sql
    .split('--> statement-breakpoint')
    .filter((statement) => breaking.some((kind) => kind.test(statement)))

test.each(migrations)('the former version runs on the tables of %s', (name) => {
  expect(breaksIn(readFileSync(join(folder, name), 'utf8'))).toEqual([])
})

test.each([
  'ALTER TABLE "a" DROP COLUMN "b"',
  'DROP TABLE "a"',
  'ALTER TABLE "a" RENAME COLUMN "b" TO "c"',
  'ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL',
  'ALTER TABLE "a" ADD COLUMN "b" text NOT NULL',
])('finds a statement that breaks the former version: %s', (statement) => {
  expect(breaksIn(statement)).toEqual([statement])
})

test.each([
  'ALTER TABLE "a" ADD COLUMN "b" text',
  'ALTER TABLE "a" ADD COLUMN "b" text DEFAULT \'\' NOT NULL',
  'CREATE TABLE "a" ("b" text NOT NULL)',
])('accepts a statement that only adds: %s', (statement) => {
  expect(breaksIn(statement)).toEqual([])
})
