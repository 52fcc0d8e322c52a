import { openCentral } from '../../adapters/central/central-database.ts'
import { createWalletTable, noWalletTable } from '../../adapters/central/wallet-table.ts'
import type { Queries } from '../../adapters/drizzle/queries.ts'
import { createExplainRows } from '../../adapters/drizzle/scan/explain-rows.ts'
import { createChainState } from '../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../adapters/viem/client.ts'
import { readTokenFacts } from '../../adapters/viem/tokens/token-facts.ts'
import { createTransactionCodec } from '../../adapters/viem/transaction-codec.ts'
import { createTransactionFinder } from '../../adapters/viem/transaction-finder.ts'
import type { Environment } from '../../config/env/secret-file.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { printable } from '../../domain/printable.ts'
import type { AskedState } from '../../operations/explain/explain-address.ts'
import type { AskedChain, ExplainPorts } from '../../operations/explain/explain-transaction.ts'
import { explainError } from './explain-error.ts'

/** A person waits, and a pruned or tracing node may need some seconds. */
const timeoutMs = 10_000

/** The rows, and `userwallet` where this process knows its address. */
export async function withExplainPorts<T>(
  db: Queries,
  env: Environment,
  work: (ports: ExplainPorts) => Promise<T>,
): Promise<T> {
  const book = createExplainRows(db)
  const errorWords = (error: unknown) => printable(explainError(error).message)
  if (!env['CENTRAL_DATABASE_URL'] && !env['CENTRAL_DATABASE_URL_FILE']) {
    return await work({ book, errorWords, table: noWalletTable('CENTRAL_DATABASE_URL is not set') })
  }
  const { central } = loadConfig({ need: ['central'], env })
  const pool = openCentral(central.url.reveal(), {
    max: 2,
    applicationName: 'coldsweep-cli',
    statementTimeoutMs: 29_000,
  })
  try {
    const table = createWalletTable(pool, createTransactionCodec().addressOfKey)
    return await work({ book, errorWords, table })
  } finally {
    await pool.close()
  }
}

/** The nodes of a chain, read-only. */
export function askedChain(chain: ChainConfig): AskedChain & AskedState {
  const urls = chain.rpcUrls.map((url) => url.reveal())
  const nodes = createChainNodes({ chainId: chain.id, urls, timeoutMs })
  const state = createChainState(chain.id, nodes, chain.rollup)
  return {
    chain,
    state,
    finder: createTransactionFinder(chain.id, nodes, chain.rollup),
    async tokenFacts(token) {
      const { symbol, decimals } = await readTokenFacts(state, token)
      if (symbol === undefined || decimals === undefined) return undefined
      return { symbol: printable(symbol).slice(0, 32), decimals }
    },
  }
}
