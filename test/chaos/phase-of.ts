import type { Phase } from './oddity.ts'
import type { Scene } from './scene.ts'

/**
 * How far the row's wallet has come. Rows say what is confirmed and signed, the chain what is
 * mined.
 */
export async function phaseOf({ world, wallet, asset, ask }: Scene): Promise<Phase> {
  const { sql } = world.d
  const deposits = await sql<{ state: string; confirmed: boolean }[]>`
    select state, confirmed_at is not null as confirmed from deposits
    where wallet = ${wallet} and asset = ${asset}`
  if (!deposits.some(({ confirmed }) => confirmed)) return 'detection'
  if (deposits.every(({ state }) => ['done', 'ignored', 'orphaned'].includes(state))) return 'over'
  const attempts = await sql<{ hash: string; step: string }[]>`
    select a.hash, t.step from attempts a join transactions t on t.key = a.transaction_key
    join sweeps s on s.id = t.sweep_id
    where s.wallet = ${wallet} and s.asset = ${asset} and s.closed_at is null`
  if (attempts.length === 0) return 'plan'
  for (const { hash, step } of attempts) {
    if (step !== 'sweep') continue
    if ((await ask('eth_getTransactionReceipt', [hash])).result) return 'finality'
  }
  return 'send'
}
