import { registerChains } from '../../../adapters/drizzle/chains/chain-registry.ts'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { MoneyChain } from '../../../transactions/sign/money-chain.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { anAccount } from '../factories/an-account.ts'
import { keySource } from '../fakes/key-source.ts'
import type { AnvilChain } from './an-anvil-chain.ts'
import type { OwnLedger } from './own-ledger.ts'

/**
 * Retires the keeper of a chain on anvil: registers the chain, and then the chain with another
 * keeper. Returns the chain of a worker that has the keys of both.
 */
export async function retireKeeper(ledger: OwnLedger, anvil: AnvilChain): Promise<MoneyChain> {
  const { chain, keeper } = anvil
  await ledger.sql`insert into scan_cursors (chain_id, start_height, height, hash, head_height, final_height)
    values (${chain.id}, 1, 1000000, '', 1000000, 1000000) on conflict do nothing`
  await registerChains(ledger.db, [chain])
  const next = anAccount()
  const rotated = { ...chain, gasKeeper: { ...chain.gasKeeper, address: next.address } }
  await registerChains(ledger.db, [rotated])
  const signer = createSigner({
    chain: rotated,
    keeperKeys: keySource({ [next.address]: [next.key] }),
    walletKeys: keySource({}),
    retiredKeys: keySource({ [keeper.address]: [keeper.key] }),
    codec: createTransactionCodec(),
  })
  return { ...anvil, chain: rotated, signer }
}
