import type { Address, Hash } from '../../domain/address.ts'
import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ChainRows, TransactionRows } from '../../domain/scan/explain-rows.ts'
import type { ExplainedChain, Wording } from './answer.ts'
import type { OwnAddresses } from './own-addresses.ts'

/** Facts about the transaction of a transfer, on one chain. */
export interface TransferFacts {
  readonly hash: Hash
  readonly chain: ExplainedChain
  readonly rows: ChainRows
  readonly own: OwnAddresses
  readonly block: Pick<BlockHeader, 'number' | 'timestamp'>
  /** Whether the transaction succeeded. */
  readonly ok: boolean
  /** `limit` is null where the node omits it. */
  readonly gas: { readonly used: bigint; readonly limit: bigint | null }
  /** The sender as the block names it and as the receipt names it. */
  readonly signers: readonly Address[]
  readonly unread: TransactionRows['unread']
  /** Symbol and decimals that an unlisted token's contract reports. */
  readonly tokens: ReadonlyMap<string, { readonly symbol: string; readonly decimals: number }>
}

/** A rescan of one block; none while the scanner has not reached it, because it reads it anyway. */
export function rescanOf(
  chain: ExplainedChain,
  { scanner }: ChainRows,
  height: bigint,
  hash: Hash,
  commands: Wording['commands'],
  why: string,
): readonly string[] {
  if (!scanner || height > scanner.height) return [commands.explain(hash)]
  return [commands.rescan(chain.id, height, height, `${why}: ${hash}`)]
}
