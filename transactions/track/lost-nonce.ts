import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../sign/money-chain.ts'
import { findMined } from './find-mined.ts'
import type { PollView, TrackDeps } from './poll-view.ts'

/**
 * Whether a transaction that coldsweep did not sign used the nonce of one of our transactions, in a
 * final block. A missing receipt is no proof. The answer is true only if the canonical block that
 * used the nonce lists no attempt of ours with this nonce (MONEY 3).
 */
export async function isNonceLost(
  { chain, lanes, log }: TrackDeps,
  view: PollView,
  transaction: Transaction,
  finalAt: bigint,
): Promise<boolean> {
  // The scanner's rows are checked first, because a rollup's tag may be further behind than nodes
  // keep state.
  if (await lanes.isExternal(transaction, finalAt))
    return (await findMined(chain, view, transaction)) === undefined
  const hash = await view.blockHash(finalAt)
  if (!hash || (await chain.state.nonceAt(transaction.sender, hash)) <= transaction.nonce)
    return false
  if (await findMined(chain, view, transaction)) return false
  const user = await whoUsedNonce(chain, view, transaction, finalAt)
  if (user?.kind === 'ours') {
    log.error(
      { transaction: transaction.key, block: String(user.blockNumber) },
      'node lists transaction in a block without a receipt; waiting for the receipt',
    )
  }
  return user?.kind === 'external'
}

/** Which transaction of a canonical block used our nonce. */
type NonceUser =
  /** One of our attempts; a node without its receipt is wrong or has not indexed it yet. */
  | { readonly kind: 'ours'; readonly blockNumber: bigint }
  /**
   * An external transaction, or an authorisation (EIP-7702), which uses a nonce without a
   * transaction.
   */
  | { readonly kind: 'external' }

/**
 * Reads the block in which the sender's nonce passed ours (MONEY 3). Needs the state of the blocks
 * from that block to `finalAt`.
 * @param finalAt a height at which the nonce is used
 * @returns undefined (inconclusive) if the node lacks a block, or if the block follows an old nonce
 * of 0, which may be pruned state, and lists no transaction with our nonce
 * @throws ChainRefused, QuorumShort if the nodes have pruned that state
 */
async function whoUsedNonce(
  { state }: MoneyChain,
  view: Pick<PollView, 'blockHash' | 'headBlock'>,
  { sender, nonce, attempts }: Transaction,
  finalAt: bigint,
): Promise<NonceUser | undefined> {
  const usedAt = async (height: bigint) => {
    const hash = await view.blockHash(height)
    return hash === undefined ? undefined : await state.nonceAt(sender, hash)
  }
  const usedAfter = async (height: bigint) => {
    const used = await usedAt(height)
    return used === undefined ? undefined : used > nonce
  }
  const block = await firstHeight(finalAt, usedAfter)
  const hash = block === undefined ? undefined : await view.blockHash(block)
  if (block === undefined || hash === undefined) return undefined
  const listed = await state.listedAs(sender, nonce, hash)
  const ours = attempts.some((attempt) => attempt.hash === listed)
  if (ours) return { kind: 'ours', blockNumber: block }
  if (listed === undefined && (await mayBeForgotten(view, block - 1n, usedAt))) return undefined
  return { kind: 'external' }
}

/**
 * Whether a nonce of 0 may come from pruned state. In that case the nonce was used in an earlier
 * block than the block that was found.
 */
async function mayBeForgotten(
  { headBlock }: Pick<PollView, 'headBlock'>,
  height: bigint,
  nonceAt: (height: bigint) => Promise<bigint | undefined>,
): Promise<boolean> {
  if (height < 0n || headBlock - height <= keptStates) return false
  return (await nonceAt(height)) === 0n
}

/**
 * Finds the lowest height at which `isSo` is true. `isSo` must be true at `last`, and at every
 * height between these two. Returns undefined if one height cannot be read.
 */
async function firstHeight(
  last: bigint,
  isSo: (height: bigint) => Promise<boolean | undefined>,
): Promise<bigint | undefined> {
  let holds = last
  let fails = -1n
  // Steps back in doubling steps, because the height is usually recent and old state is pruned;
  // then bisects.
  for (let step = 1n; holds > 0n && fails < 0n; step *= 2n) {
    const height = holds > step ? holds - step : 0n
    const answer = await isSo(height)
    if (answer === undefined) return undefined
    if (answer) holds = height
    else fails = height
  }
  while (holds - fails > 1n) {
    const middle = (holds + fails) / 2n
    const answer = await isSo(middle)
    if (answer === undefined) return undefined
    if (answer) holds = middle
    else fails = middle
  }
  return holds
}
