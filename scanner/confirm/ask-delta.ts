import type { Hash } from '../../domain/address.ts'
import { smallerOf } from '../../domain/amount.ts'
import type { Tolerance } from '../../domain/chains/asset.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { backedByDelta } from '../../domain/deposits/backing.ts'
import type { QuestionedCredit, WalletToken } from '../../domain/deposits/backing-store.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { ScanStore } from '../../domain/scan/scan-store.ts'
import { loggedOut, readBalanceChange } from '../detect/balance-change.ts'
import type { AskDelta } from './judge-credits.ts'

export interface DeltaDeps {
  readonly chainId: number
  readonly store: Pick<ScanStore, 'creditsInBlock'>
  readonly reader: ChainReader
  readonly witness: DepositWitness | undefined
}

/**
 * Creates the function that reads the balance change (delta) of one wallet and token again, for
 * credits that the wallet's balance (the level) does not explain. With one endpoint, the delta that
 * was read when the block was new counts, if there is one. With several endpoints, all endpoints
 * are asked now, and the earlier delta counts only if they cannot answer.
 */
export function createAskDelta(
  { chainId, store, reader, witness }: DeltaDeps,
  of: WalletToken,
  tolerance: Tolerance,
): AskDelta {
  async function changeNow(block: Hash, height: bigint): Promise<bigint | undefined> {
    const header = await reader.header(height)
    if (header?.hash !== block) return undefined
    const question = { token: of.asset, wallet: of.wallet, block, parent: header.parentHash }
    return await readBalanceChange(witness ?? reader, question)
  }

  async function outNow(block: Hash, known: bigint | null): Promise<bigint> {
    if (known !== null) return known
    return loggedOut(await reader.transferLogsOfBlock(block, [of.asset]))(of.asset, of.wallet)
  }

  return async (block, [first]: readonly QuestionedCredit[]) => {
    if (!first) return undefined
    const asksNow = witness !== undefined || first.balanceChange === null
    const now = asksNow
      ? await changeNow(block, first.blockNumber).catch(() => undefined)
      : undefined
    const balanceChange = now ?? first.balanceChange
    if (balanceChange === null) return undefined
    const { credits, swept } = await store.creditsInBlock(chainId, of, block)
    const logged = await outNow(block, first.loggedOut)
    // A token that logs each movement twice also logs our sweep twice. The calldata shows the
    // amount that was sent.
    const out = swept > 0n ? smallerOf(logged, swept) : logged
    const backed = backedByDelta(credits, { balanceChange, loggedOut: out }, tolerance)
    return {
      balanceChange,
      loggedOut: out,
      loggedIn: credits.reduce((sum, { amount }) => sum + amount, 0n),
      backed: new Set([...backed].map(({ id }) => id)),
    }
  }
}
