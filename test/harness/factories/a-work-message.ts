import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { getAddress } from 'viem/utils'
import type { WorkMessage } from '../../../domain/outbox/event.ts'

/** A valid message about a unique token deposit. */
export function aWorkMessage(more: Partial<WorkMessage> = {}): WorkMessage {
  const chainId = more.chainId ?? 31337
  const place = more.kind === 'native' ? 'native' : '3'
  return {
    v: 1,
    depositId: `${chainId}:0x${randomBytes(32).toString('hex')}:${place}`,
    chainId,
    asset: more.kind === 'native' ? 'ETH' : 'USDT',
    kind: 'token',
    wallet: getAddress(`0x${randomBytes(20).toString('hex')}`),
    amount: '1500000000000000000',
    decimals: 18,
    ...more,
  }
}

/** Inserts work rows into the outbox in order. Returns their messages. */
export async function oweWork(sql: postgres.Sql, count: number): Promise<readonly WorkMessage[]> {
  const messages = Array.from({ length: count }, () => aWorkMessage())
  for (const message of messages) {
    const row = { kind: 'work', route: 'Gas_Collection', body: sql.json({ ...message }) }
    await sql`insert into outbox ${sql(row)}`
  }
  return messages
}
