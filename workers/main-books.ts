import { createBooks } from '../adapters/drizzle/books.ts'
import { openDatabase } from '../adapters/drizzle/database.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createChainHistory } from '../adapters/viem/chain-history.ts'
import { createChainState } from '../adapters/viem/chain-state.ts'
import { createChainNodes } from '../adapters/viem/client.ts'
import type { ChainConfig } from '../config/config.ts'
import type { Secret } from '../config/secret.ts'
import type { Reconciliation } from '../domain/reconciliation.ts'
import { reconcile } from '../transactions/reconcile.ts'

/** For the CLI: one chain's books against the chain, now. Errors as `transactions/reconcile.ts` has them. */
export async function reconcileNow(
  database: { readonly url: Secret },
  chain: ChainConfig,
): Promise<Reconciliation> {
  const { db, close } = openDatabase(database.url.reveal(), {
    max: 2,
    applicationName: 'coldsweep-reconcile',
  })
  try {
    const nodes = nodesOf(chain)
    return await reconcile({
      chain,
      state: createChainState(chain.id, nodes),
      history: createChainHistory(nodes),
      books: withDatabaseErrors(createBooks(db)),
    })
  } finally {
    await close()
  }
}

export function nodesOf({ id, rpcUrls }: Pick<ChainConfig, 'id' | 'rpcUrls'>) {
  return createChainNodes({ chainId: id, urls: rpcUrls.map((url) => url.reveal()) })
}
