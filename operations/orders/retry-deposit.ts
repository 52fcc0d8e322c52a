import { type Chain, findAsset } from '../../domain/chains/chain.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import type { AttentionReason } from '../../domain/deposits/deposit-state.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import type { SweepStore } from '../../domain/sweeps/sweep-store.ts'
import type { Wording } from '../explain/answer.ts'
import { type NoRetry, whyNoRetry } from './no-retry.ts'
import { toWorkMessage } from './to-work-message.ts'

type ListedChain = Pick<Chain, 'id' | 'native' | 'tokens'>

export interface RetryPorts {
  readonly chains: readonly ListedChain[]
  readonly wording: Wording
  readonly noteOrder: SweepStore['noteOrder']
  /** Signals the deposit's workflow, or starts one with this order. */
  ask(message: WorkMessage): Promise<void>
}

export type RetryAnswer =
  | { readonly kind: 'asked' }
  /** Nothing was asked. */
  | ({ readonly kind: 'refused' } & NoRetry)
  /**
   * coldsweep.yaml does not list the deposit's chain or asset. A workflow needs the settings of
   * both.
   */
  | { readonly kind: 'unlisted'; readonly missing: string }

/**
 * Asks the deposit's workflow to replan now (MONEY 17). The order is recorded as `retry-asked`
 * before it is sent. The workflow records `retry` when it follows the order. Safe to repeat: a busy
 * workflow finishes its step first.
 */
export async function retryDeposit(
  deposit: Deposit,
  { operator, reason }: SignedOrder,
  { chains, wording, noteOrder, ask }: RetryPorts,
): Promise<RetryAnswer> {
  const refusal = whyNoRetry(deposit, wording)
  if (refusal) return { kind: 'refused', ...refusal }
  const chain = chains.find(({ id }) => id === deposit.chainId)
  if (!chain) return { kind: 'unlisted', missing: `chain ${deposit.chainId}` }
  const asset = findAsset(chain, deposit.asset)
  if (!asset) return { kind: 'unlisted', missing: `asset ${deposit.asset} of chain ${chain.id}` }
  await noteOrder({ operator, action: 'retry-asked', subject: deposit.id, reason })
  await ask(toWorkMessage(deposit, asset))
  return { kind: 'asked' }
}

/** Largest number of deposits that one call replans. */
const mostAtOnce = 100_000

/**
 * Replans every deposit of a chain that is in `needs-attention` for one reason, after an operator
 * has fixed the cause. Deposits of assets that the chain no longer lists are left out.
 * @returns how many deposits were replanned
 */
export async function replanDeposits(
  chain: ListedChain,
  reason: AttentionReason,
  ports: {
    list(
      filter: {
        readonly state: 'needs-attention'
        readonly reason: AttentionReason
        readonly chainId: number
      },
      limit: number,
    ): Promise<readonly Deposit[]>
    ask(messages: readonly WorkMessage[]): Promise<void>
  },
): Promise<number> {
  const filter = { state: 'needs-attention', reason, chainId: chain.id } as const
  const messages = (await ports.list(filter, mostAtOnce)).flatMap((deposit) => {
    const asset = findAsset(chain, deposit.asset)
    return asset ? [toWorkMessage(deposit, asset)] : []
  })
  if (messages.length > 0) await ports.ask(messages)
  return messages.length
}
