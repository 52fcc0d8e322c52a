import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentNames } from '../../config/env/env-schema.ts'
import { schemaKeys } from '../../config/file/schema-errors.ts'
import { fileSchema } from '../../config/schema/file-schema.ts'
import { root } from './run-tool.ts'

const guide = readFileSync(join(root, 'docs/from-a-task-queue-collector.md'), 'utf8')
const rows = [...guide.matchAll(/^\| `(\w+)` +\| ([^|]*) \|/gm)].map(
  ([, there = '', here = '']) => ({
    there,
    here,
  }),
)

test.each([
  'PROVIDER_URL',
  'URI_BA',
  'COLD_WALLET',
  'GAS_KEEPER',
  'GAS_KEEPER_PRIVATE_KEY',
  'GAS_KEEPER_ALERT_VALUE',
  'SEND_GAS_MAX_FEE_PER_GAS',
  'SEND_GAS_MAX_PRIORITY_FEE_PER_GAS',
  'CHECK_GAS_LACK_TASK_FREQUENCY',
  'BLOCK_PACK_PARAMETER',
  'SLEEP_RETRY_503',
  'Regular_Transactions',
  'Gas_Collection',
  'Gas_Lack',
  'Processing_Failures',
])('the migration guide has one row for %s', (name) => {
  expect(rows.filter(({ there }) => there === name)).toHaveLength(1)
})

test('every setting that the migration guide names is a setting of coldsweep', () => {
  const names = [...guide.matchAll(/`((?:chains\[\]|timers|limits)(?:\.\w+)+)`/g)].map(
    ([, it]) => it ?? '',
  )
  expect(names.length).toBeGreaterThan(8)
  for (const name of names) {
    const path = name.split('.').flatMap((step) => (step === 'chains[]' ? ['chains', 0] : [step]))
    expect(schemaKeys(fileSchema, path.slice(0, -1)), name).toContain(path.at(-1))
  }
  const variables = rows.flatMap(({ here }) =>
    [...here.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, it]) => it),
  )
  for (const variable of variables) expect(environmentNames).toContain(variable)
})
