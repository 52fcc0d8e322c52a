import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../sign/money-chain.ts'
import type { Look } from './poll-view.ts'

/** Who used the nonce of a transaction of ours, by what a canonical block lists. */
export type NonceUser =
  /**
   * One of its attempts is in the block; a node that has no receipt of it is wrong, or has not
   * indexed it.
   */
  | { readonly kind: 'ours'; readonly blockNumber: bigint }
  /**
   * By a transaction of the sender's that is not ours, or by none: an authorisation counts a nonce
   * too (EIP-7702).
   */
  | { readonly kind: 'stranger' }

/**
 * That a node knows no receipt of ours proves nothing, and a second payment would follow from it:
 * the block in which the sender's nonce went past ours is read instead (MONEY 3). Needs the state
 * of the blocks from there to `finalAt`.
 * @param finalAt a height after which the nonce is used
 * @returns undefined where the node lacks a block, or where only an old state of 0 names the block
 * and that lists no transaction with the nonce: nothing follows
 * @throws ChainRefused, QuorumShort where the nodes have forgotten that state
 */
export async function whoUsedNonce(
  { state }: MoneyChain,
  look: Pick<Look, 'blockHash' | 'headBlock'>,
  { sender, nonce, attempts }: Transaction,
  finalAt: bigint,
): Promise<NonceUser | undefined> {
  const usedAt = async (height: bigint) => {
    const hash = await look.blockHash(height)
    return hash === undefined ? undefined : await state.nonceAt(sender, hash)
  }
  const usedAfter = async (height: bigint) => {
    const used = await usedAt(height)
    return used === undefined ? undefined : used > nonce
  }
  const block = await firstHeight(finalAt, usedAfter)
  const hash = block === undefined ? undefined : await look.blockHash(block)
  if (block === undefined || hash === undefined) return undefined
  const listed = await state.listedAs(sender, nonce, hash)
  const ours = attempts.some((attempt) => attempt.hash === listed)
  if (ours) return { kind: 'ours', blockNumber: block }
  if (listed === undefined && (await mayBeForgotten(look, block - 1n, usedAt))) return undefined
  return { kind: 'stranger' }
}

/**
 * A node that has pruned an old state may answer nonce 0 for it, and a later block than the real
 * one seems to have used it.
 */
async function mayBeForgotten(
  { headBlock }: Pick<Look, 'headBlock'>,
  height: bigint,
  nonceAt: (height: bigint) => Promise<bigint | undefined>,
): Promise<boolean> {
  if (height < 0n || headBlock - height <= keptStates) return false
  return (await nonceAt(height)) === 0n
}

/**
 * The lowest height at which something is so, given that it is at `last` and stays so; undefined
 * where one can't be asked.
 */
async function firstHeight(
  last: bigint,
  isSo: (height: bigint) => Promise<boolean | undefined>,
): Promise<bigint | undefined> {
  let holds = last
  let fails = -1n
  // Back in growing steps, since it mostly is not long ago and old states are forgotten; then
  // halved.
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
