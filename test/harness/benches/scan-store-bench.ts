import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Database, openDatabase } from '../../../adapters/drizzle/database.ts'
import { createScanStore } from '../../../adapters/drizzle/scan/scan-store.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import type { SeenDeposit } from '../../../domain/deposits/deposit.ts'
import type { Finds } from '../../../domain/scan/scan-store.ts'
import { hash, who } from '../factories/a-block.ts'
import { type OwnDatabase, ownDatabase } from '../services/own-database.ts'
import { aDevChain } from '../worlds/own-scanner.ts'

// Chain 56, because the rows of seed-rows.ts belong to that chain.
const token = { address: who.token, symbol: 'USDT', decimals: 6 }
export const chain = aDevChain({
  id: 56,
  coldWallet: who.cold,
  keeper: who.keeper,
  tokens: [token],
})

/** Returns the header of block n. `fork` gives the blocks above block 10 other hashes. */
export const header = (n: number, fork = 0): BlockHeader => ({
  number: BigInt(n),
  hash: hash(n + fork),
  parentHash: hash(n - 1 + (n - 1 > 10 ? fork : 0)),
  logsBloom: '0x',
  timestamp: 1_700_000_000n,
})

/** Returns a native deposit in block n, as the scanner reads it. */
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

/** Confirms the deposits up to a height (all, or `only` some ids) with the stored cursor. */
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
 * Creates the scanner's store on a new database for the calling test file. Before each test it
 * empties the tables and starts the cursor at block 10.
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
    await own.sql`truncate scan_cursors, listed_tokens, token_gaps, blocks, deposits, opening_balances, outbox, attempts, transactions, sweeps, keeper_drains, lanes,
      foreign_transactions, unread_transactions, unread_blocks, keeper_refills, keepers, wallets restart identity cascade`
    const store = createScanStore(database.db, [chain])
    await store.start(56, 11n, header(10))
    begin({ own, database, store })
  })
}

/** Returns `<number of the deposit> <state> <reason>` of each row, in block order. */
export async function statesOf({ sql }: Pick<OwnDatabase, 'sql'>): Promise<readonly string[]> {
  const rows = await sql`select id, state, reason from deposits order by block_number`
  return rows.map((row) =>
    `${Number(row['id'].split(':')[1]) - 1000} ${row['state']} ${row['reason']}`.trim(),
  )
}
