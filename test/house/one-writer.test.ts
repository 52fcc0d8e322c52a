import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { parseSync, Visitor } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import * as schema from '../../drizzle/schema.ts'
import { sourceFiles } from './import-law/source-files.ts'
import { root } from './run-tool.ts'

/** Maps the exported name of each table to its name in the database. */
const tables = new Map(
  Object.entries(schema).flatMap(([name, table]) =>
    is(table, PgTable) ? [[name, getTableName(table)] as const] : [],
  ),
)

const statement = /\b(?:insert into|update|delete from)\s+"?(\w+)"?/gi

/** Returns the tables that a source file writes with drizzle's builder or with SQL. */
function tablesWrittenIn(file: string, text: string): ReadonlySet<string> {
  const written = new Set<string>()
  const ofSql = (sql: string) => {
    for (const [, name = ''] of sql.matchAll(statement))
      if ([...tables.values()].some((one) => one === name)) written.add(name)
  }
  new Visitor({
    CallExpression({ callee, arguments: [table] }) {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      if (!['insert', 'update', 'delete'].includes(callee.property.name)) return
      const name = table?.type === 'Identifier' ? tables.get(table.name) : undefined
      if (name) written.add(name)
    },
    TemplateLiteral({ quasis, expressions }) {
      // `insert into ${wallets}` names its table by the schema's export.
      const named = expressions.map((it) =>
        it.type === 'Identifier' ? (tables.get(it.name) ?? '?') : '?',
      )
      ofSql(quasis.map((part, index) => part.value.raw + (named[index] ?? '')).join(''))
    },
    Literal({ value }) {
      if (typeof value === 'string') ofSql(value)
    },
  }).visit(parseSync(file, text).program)
  return written
}

/** Maps each table to the folders of the files that write it. */
function writers(): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([...tables.values()].map((it) => [it, new Set()]))
  for (const file of sourceFiles().filter((it) => !it.startsWith('devstack/')))
    for (const table of tablesWrittenIn(file, readFileSync(join(root, file), 'utf8')))
      folders.get(table)?.add(dirname(file))
  return folders
}

describe('tables', () => {
  it.each([...writers()])('%s is written by the files of one folder', (_table, folders) => {
    expect([...folders]).toHaveLength(1)
  })
})

it.each([
  ['await tx.insert(deposits).values({})', 'deposits'],
  ['await db\n  .update(sweeps)\n  .set({})', 'sweeps'],
  ['await tx.delete(blocks)', 'blocks'],
  [`await db.execute(sql\`update deposits set state = \${state}\`)`, 'deposits'],
  [`await db.execute(sql\`insert into \${wallets} (address) select 1\`)`, 'wallets'],
])('tablesWrittenIn finds the table in %s', (text, table) => {
  expect([...tablesWrittenIn('x.ts', text)]).toEqual([table])
})

it.each(['await tx.select().from(deposits).for("update")', 'new Map().delete(deposit)'])(
  'tablesWrittenIn finds no table in %s',
  (text) => {
    expect([...tablesWrittenIn('x.ts', text)]).toEqual([])
  },
)
