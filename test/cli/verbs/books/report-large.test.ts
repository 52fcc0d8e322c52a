import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { processEnvironment } from '../../../../config/env/env.ts'
import { type CliEnvironment, cliEnvironment } from '../../../harness/processes/cli-environment.ts'
import { type OwnDatabase, ownDatabase } from '../../../harness/services/own-database.ts'

const sweeps = 100_000
/** Far less than 100,000 sweeps need as objects, and enough for the command itself. */
const heapMb = 96

let own: OwnDatabase
let cli: CliEnvironment

beforeAll(async () => {
  own = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: own.url })
  await own.sql`
    insert into sweeps (id, chain_id, wallet, asset, outcome, closed_at, tx_hash, block_number, tx_index,
      left_amount, arrived_amount, coverable_amount)
    select md5(n::text)::uuid, 56, '0x' || lpad(to_hex(n), 40, '0'), 'native', 'swept',
      '2026-01-01T12:00:00Z', '0x' || lpad(to_hex(n), 64, 'e'), n, 0, n, n - 1, n
    from generate_series(1, ${sweeps}) n`
  await own.sql`
    insert into deposits (id, chain_id, tx_hash, position, asset, wallet, sender, amount, block_number,
      block_hash, tx_index, log_order, state, confirmed_at, since, covered, sweep_id)
    select '56:0x' || lpad(to_hex(n), 64, '0') || ':0', 56, '0x' || lpad(to_hex(n), 64, '0'), '0', 'native',
      '0x' || lpad(to_hex(n), 40, '0'), '0x' || repeat('a', 40), n, n, '0x' || repeat('b', 64), 0, 0,
      'done', '2026-01-01T11:00:00Z', '2026-01-01T12:00:00Z', true, md5(n::text)::uuid
    from generate_series(1, ${sweeps}) n`
}, 120_000)
afterAll(async () => {
  cli?.remove()
  await own?.drop()
})

it('report daily adds up 100,000 sweeps in bounded memory', async () => {
  const argv = ['report', 'daily', '--date', '2026-01-01', '--json']
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, 'cli/coldsweep.mjs', ...argv],
    { env: { ...processEnvironment(), ...cli.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  expect([code, err]).toEqual([0, ''])
  const credited = (sweeps * (sweeps + 1)) / 2
  expect(JSON.parse(out).data).toMatchObject({
    closes: true,
    assets: [
      {
        credited: String(credited),
        swept: String(credited - sweeps),
        fees: String(sweeps),
        closing: '0',
      },
    ],
  })
}, 120_000)
