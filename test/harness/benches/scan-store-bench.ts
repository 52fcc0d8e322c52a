import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Database, openDatabase } from '../../../adapters/drizzle/database.ts'
import { createScanStore } from '../../../adapters/drizzle/scan/scan-store.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import type { SeenDeposit } from '../../../domain/deposits/deposit.ts'
import type { Finds } from '../../../domain/scan/scan-store.ts'
import { hash, who } from '../factories/a-block.ts'
import { type OwnDatabase, ownDatabase } from '../services/own-database.ts'
import { aDevChain } from '../worlds/own-scanner.ts'

// Seeded rows belong to chain 56.
const token = { address: who.token, symbol: 'USDT', decimals: 6 }
export const chain = aDevChain({
  id: 56,
  coldWallet: who.cold,
  keeper: who.keeper,
  tokens: [token],
})

export const header = (n: number, fork = 0): BlockHeader => ({
  number: BigInt(n),
  hash: hash(n + fork),
  parentHash: hash(n - 1 + (n - 1 > 10 ? fork : 0)),
  logsBloom: '0x',
  timestamp: 1_700_000_000n,
})

export const seen = (n: number, given: Partial<SeenDeposit> = {}): SeenDeposit => ({
  id: `56:${hash(1000 + n)}:native`,
  chainId: 56,
  txHash: hash(1000 + n),
  position: 'native',
  asset: 'native',
  wallet: who.wallet,
  sender: who.stranger,
  amount: 5n,
  blockNumber: BigInt(n),
  blockHash: hash(n),
  txIndex: 0,
  logOrder: -1,
  ...given,
})

export const finds = (given: Partial<Finds>): Finds => ({
  blocks: [],
  deposits: [],
  refills: [],
  ownTransactions: [],
  unread: [],
  ...given,
})

/** Confirms with the scanner's current cursor. */
export async function confirmUpTo(
  store: ReturnType<typeof createScanStore>,
  height: bigint,
  only?: readonly string[],
  chainId = 56,
): Promise<number> {
  const cursor = await store.cursor(chainId)
  return await store.confirm(chainId, { height, cursor: cursor?.hash ?? hash(0) }, only)
}

export interface StoreBench {
  readonly own: OwnDatabase
  readonly database: Database
  readonly store: ReturnType<typeof createScanStore>
}

/**
 * The scanner's store on a database for the calling test file. The tables are emptied before each
 * test, and the cursor is before block 11.
 */
export function storeBench(begin: (bench: StoreBench) => void): void {
  let own: OwnDatabase
  let database: Database
  beforeAll(async () => {
    own = await ownDatabase()
    database = openDatabase(own.url, { applicationName: 'test', max: 4 })
  })
  afterAll(async () => {
    await database.close()
    await own.drop()
  })
  beforeEach(async () => {
    await own.sql`truncate scan_cursors, listed_tokens, blocks, deposits, outbox, attempts, transactions, sweeps, lanes,
      foreign_transactions, unread_transactions, unread_blocks, keeper_refills, keepers, wallets restart identity cascade`
    const store = createScanStore(database.db, [chain])
    await store.start(56, 11n, header(10))
    begin({ own, database, store })
  })
}

/** `<number of the deposit> <state> <reason>` of each row, in block order. */
export async function statesOf({ sql }: Pick<OwnDatabase, 'sql'>): Promise<readonly string[]> {
  const rows = await sql`select id, state, reason from deposits order by block_number`
  return rows.map((row) =>
    `${Number(row['id'].split(':')[1]) - 1000} ${row['state']} ${row['reason']}`.trim(),
  )
}
