import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processEnvironment } from '../../../../config/env/env.ts'
import { type CliEnvironment, cliEnvironment } from '../../../harness/processes/cli-environment.ts'
import { type OwnDatabase, ownDatabase } from '../../../harness/services/own-database.ts'

const rows = 100_000
/** Far less than 100,000 rows need as objects, and enough for the command itself. */
const heapMb = 96

let own: OwnDatabase
let cli: CliEnvironment

beforeAll(async () => {
  own = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: own.url })
  await own.sql`
    insert into deposits (id, chain_id, tx_hash, position, asset, wallet, sender, amount, block_number,
      block_hash, tx_index, log_order, state, confirmed_at)
    select '56:0x' || lpad(to_hex(n), 64, '0') || ':0', 56, '0x' || lpad(to_hex(n), 64, '0'), '0', 'native',
      '0x' || lpad(to_hex(n % 1000), 40, '0'), '0x' || repeat('a', 40), n, n, '0x' || repeat('b', 64), 0, 0,
      'waiting', '2026-01-01T00:00:00Z'::timestamptz + (n / 3) * interval '1 second'
    from generate_series(1, ${rows}) n`
}, 120_000)
afterAll(async () => {
  cli?.remove()
  await own?.drop()
})

function start(...argv: string[]) {
  return spawn(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, 'cli/coldsweep.mjs', 'export', 'deposits', ...argv],
    { env: { ...processEnvironment(), ...cli.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
}

describe('an export of 100,000 deposits', () => {
  it('streams each row once, in order, in bounded memory', async () => {
    const child = start('--from', '2026-01-01', '--format', 'json')
    let [rest, count, sum, last] = ['', 0, 0n, '']
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const { amount, creditedAt, id } = JSON.parse(line)
        const key = `${creditedAt} ${id}`
        if (key <= last) throw new Error(`${key} follows ${last}`)
        last = key
        count += 1
        sum += BigInt(amount)
      }
    })
    const [code] = await once(child, 'close')
    expect([code, count, rest]).toEqual([0, rows, ''])
    expect(sum).toBe((BigInt(rows) * BigInt(rows + 1)) / 2n)
    expect(stderr).toContain(`exported ${rows} rows`)
  }, 120_000)

  it('ends without an error when its reader closes the pipe', async () => {
    const child = start('--from', '2026-01-01')
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'exit')
    expect([code, stderr]).toEqual([0, ''])
  }, 120_000)
})
