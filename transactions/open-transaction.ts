import type { SignedFees } from '../domain/fees.ts'
import { judgeKeeper, type KeeperRefusal } from '../domain/keeper-capacity.ts'
import type { Lanes, LockedLane } from '../domain/ports/lanes.ts'
import { decideRound } from '../domain/rounds.ts'
import type { Intent, Step, Transaction } from '../domain/transaction.ts'
import type { MoneyChain } from './money-chain.ts'
import type { UnlockedSender } from './signer.ts'

export interface OpenRequest {
  readonly sweepId: string
  readonly step: Step
  readonly intent: Intent
  readonly fees: SignedFees
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /** Gas only: the block at which the wallet was still short, to open a round after one that succeeded (MONEY 2). */
  readonly shortAtBlock?: bigint
}

export type OpenAnswer =
  /** Signed now, or by an earlier call with the same sweep and step: the same transaction. */
  | { readonly kind: 'signed'; readonly transaction: Transaction; readonly isNew: boolean }
  | { readonly kind: KeeperRefusal | 'lane-behind' | 'lane-lost' | 'rounds-exhausted' }

/**
 * MONEY 1: intent before effect. Key, balance and chain nonce are read first; then, in one commit under the lane's
 * lock, the nonce is taken, the bytes are signed, read back, compared and stored. Broadcasting comes after, by
 * `broadcast`, and any number of times: a repeat of this function with the same sweep and step signs nothing new.
 */
export async function openTransaction(
  chain: MoneyChain,
  lanes: Lanes,
  maxRounds: number,
  request: OpenRequest,
): Promise<OpenAnswer> {
  const sender = await chain.signer.unlock(request.intent)
  const head = await chain.state.head()
  const [chainNonce, balanceWei] = await Promise.all([
    chain.state.minedNonce(sender.sender),
    chain.state.nativeBalance(sender.sender, head.hash),
  ])
  const role = request.step === 'gas' ? 'keeper' : 'wallet'
  return await lanes.withLane(
    { chainId: chain.chain.id, sender: sender.sender, role, chainNonce },
    async (lane) => {
      const round = decideRound(
        await lane.rounds(request.sweepId, request.step),
        maxRounds,
        request.shortAtBlock,
      )
      if (round.kind === 'keep')
        return { kind: 'signed', transaction: round.transaction, isNew: false }
      if (round.kind === 'exhausted') return { kind: 'rounds-exhausted' }
      // MONEY 22: a nonce of ours that we know nothing of has been used; signing on would build on sand.
      if (lane.closedReason !== null || chainNonce > lane.nextNonce) return { kind: 'lane-behind' }
      if (role === 'keeper') {
        const refusal = judgeKeeper({
          live: lane.live,
          balanceWei,
          balanceBlock: head.number,
          costWei: costOf(request),
          maxInFlight: chain.chain.gasKeeper.maxInFlight,
        })
        if (refusal) return { kind: refusal }
      } else if (lane.holderSweepId !== request.sweepId) {
        return { kind: 'lane-lost' }
      }
      return {
        kind: 'signed',
        transaction: await signInto(lane, sender, request, round.round),
        isNew: true,
      }
    },
  )
}

async function signInto(
  lane: LockedLane,
  sender: UnlockedSender,
  request: OpenRequest,
  round: number,
): Promise<Transaction> {
  const nonce = lane.nextNonce
  const { unsigned, signed } = await sender.sign(request.intent, nonce, request.fees)
  return await lane.insert({
    sweepId: request.sweepId,
    step: request.step,
    round,
    nonce,
    to: unsigned.to,
    valueWei: unsigned.valueWei,
    data: unsigned.data,
    fees: request.fees,
    feeCapWei: request.feeCapWei,
    l1FeeWei: request.l1FeeWei,
    signed,
  })
}

function costOf(request: OpenRequest): bigint {
  const value = request.intent.kind === 'sweep-token' ? 0n : request.intent.valueWei
  return value + request.fees.gasLimit * request.fees.maxFeeWei + request.l1FeeWei
}
