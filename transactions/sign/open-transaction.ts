import {
  budgetOfAsset,
  budgetOfChain,
  budgetWords,
  excessOf,
  isLarge,
  judgeBudget,
  tooManySweeps,
  usualWalletSweeps,
} from '../../domain/chains/budget.ts'
import { type Chain, findAsset } from '../../domain/chains/chain.ts'
import type { SignedFees } from '../../domain/chains/fees.ts'
import type { Halt } from '../../domain/deposits/halt.ts'
import { usableCoin } from '../../domain/deposits/usable-coin.ts'
import {
  committedWei,
  judgeKeeper,
  type KeeperRefusal,
} from '../../domain/keeper/keeper-capacity.ts'
import { reasonBehind } from '../../domain/lanes/lane-behind.ts'
import type { LaneSigning } from '../../domain/lanes/lane-store.ts'
import type { LockedLane } from '../../domain/lanes/locked-lane.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { PaymentIntent, Step, Transaction } from '../../domain/lanes/transaction.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import { decideRound } from '../../domain/sweeps/rounds.ts'
import type { MoneyChain } from './money-chain.ts'
import type { UnlockedSender } from './signer.ts'

/** The payment that one step of a sweep wants to make. */
export interface OpenRequest {
  readonly sweepId: string
  readonly step: Step
  readonly intent: PaymentIntent
  readonly fees: SignedFees
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /** Most that a bump of this payment may cost, in wei. @default null: no own limit */
  readonly costLimitWei?: bigint | null
  /**
   * Gas only: the block at which the wallet still lacked gas. If the previous round succeeded at or
   * before this block, another round is allowed (MONEY 2).
   */
  readonly shortAtBlock?: bigint
  /** Sweeps only: the block at which the swept balance was read. @default the head at signing */
  readonly balanceBlock?: bigint
}

/** Answer of `openTransaction`. */
export type OpenAnswer =
  /** Signed by this call, or by an earlier call with the same sweep and step. */
  | { readonly kind: 'signed'; readonly transaction: Transaction; readonly isNew: boolean }
  /**
   * Not signed, because a hold, a pause or a change of the cold wallet came first (MONEY 16, 18).
   */
  | { readonly kind: 'halted'; readonly halt: Halt }
  /** The lane is closed for the reason `why` (MONEY 22). */
  | { readonly kind: 'lane-behind'; readonly why: string }
  /** A budget is used up (MONEY 29). @param ends whether that ends by itself */
  | { readonly kind: 'budget'; readonly why: string; readonly ends: boolean }
  /**
   * The keeper's balance is too low, but it was read in a stale block. The keeper may have been
   * refilled since.
   */
  | { readonly kind: 'node-behind'; readonly why: string }
  | {
      readonly kind:
        | KeeperRefusal
        /** Unscanned blocks may contain a transaction of ours that this database lost. */
        | 'scanner-behind'
        /** The sweep is closed, or the sweep no longer holds the wallet's lane. */
        | 'lane-lost'
        /**
         * An earlier transaction of this wallet was reorged out, or the node lags behind its block.
         * The balances do not include that transaction.
         */
        | 'lane-not-final'
        /** Without its held native coin the wallet cannot pay for the transfer (MONEY 16). */
        | 'coin-held'
        | 'rounds-exhausted'
        | 'gas-cap'
    }

/**
 * MONEY 1: intent before effect. Reads key, balance and chain nonce; then one commit under the
 * lane's lock reserves the nonce, signs, decodes and compares the bytes, and stores them.
 * `broadcast` sends the bytes later, any number of times. Idempotent: a repeat with the same sweep
 * and step returns the same transaction.
 */
export async function openTransaction(
  chain: MoneyChain,
  { lanes, cursors }: { readonly lanes: LaneSigning; readonly cursors: CursorReader },
  maxRounds: number,
  request: OpenRequest,
): Promise<OpenAnswer> {
  const sender = await chain.signer.unlock(request.intent)
  const cursor = await cursors.cursor(chain.chain.id)
  const head = await chain.state.head()
  const [chainNonce, balanceWei] = await Promise.all([
    chain.state.minedNonce(sender.sender),
    chain.state.nativeBalance(sender.sender, head.hash),
  ])
  const role = request.step === 'gas' ? 'keeper' : 'wallet'
  const read: ReadBefore = {
    sender,
    chainNonce,
    balanceWei,
    balanceBlock: head.number,
    scanned: cursor?.height ?? null,
  }
  return await lanes.withLane(
    { chainId: chain.chain.id, sender: sender.sender, role, chainNonce },
    (lane) => decide(chain.chain, lane, maxRounds, request, read),
  )
}

/** Values that are read before the lane's lock is taken. */
interface ReadBefore {
  readonly sender: UnlockedSender
  readonly chainNonce: bigint
  readonly balanceWei: bigint
  readonly balanceBlock: bigint
  readonly scanned: bigint | null
}

async function decide(
  chain: Chain,
  lane: LockedLane,
  maxRounds: number,
  request: OpenRequest,
  read: ReadBefore,
): Promise<OpenAnswer> {
  const rounds = await lane.rounds(request.sweepId, request.step)
  const round = decideRound(rounds, maxRounds, request.shortAtBlock)
  if (round.kind === 'keep') return { kind: 'signed', transaction: round.transaction, isNew: false }
  // The sweep may have been closed while this run slept. A closed sweep gets no signature.
  if (!(await lane.isSweepOpen(request.sweepId))) return { kind: 'lane-lost' }
  const halt = await lane.haltOf(request.sweepId, chain.coldWallet)
  if (halt) return { kind: 'halted', halt }
  if (round.kind === 'exhausted') return { kind: 'rounds-exhausted' }
  const behind = await closeIfBehind(lane, read)
  if (behind !== undefined) return { kind: 'lane-behind', why: behind }
  if (read.scanned === null || read.balanceBlock - read.scanned > chain.maxScanLag)
    return { kind: 'scanner-behind' }
  if (request.step === 'gas') {
    if (fundedWei(rounds) + movedWei(request) > chain.gas.maxPerSweepWei) return { kind: 'gas-cap' }
    const live = await lane.notFinal(read.balanceBlock)
    const refusal = judgeKeeper({
      live,
      balanceWei: read.balanceWei,
      balanceBlock: read.balanceBlock,
      costWei:
        movedWei(request) + request.fees.gasLimit * request.fees.maxFeeWei + request.l1FeeWei,
      maxInFlight: chain.gasKeeper.maxInFlight,
    })
    if (refusal === 'keeper-low') {
      const known = { scanned: read.scanned, planned: request.shortAtBlock, mined: live }
      const why = staleHead({ number: read.balanceBlock }, known)
      if (why !== undefined) return { kind: 'node-behind', why }
    }
    if (refusal) return { kind: refusal }
  } else if (lane.holderSweepId !== request.sweepId) {
    return { kind: 'lane-lost' }
  } else if (committedWei(await lane.notFinal(read.balanceBlock), read.balanceBlock) > 0n) {
    return { kind: 'lane-not-final' }
  } else if (request.intent.kind === 'sweep-token') {
    const { fees, l1FeeWei } = request
    const usableWei = usableCoin(read.balanceWei, await lane.heldCoin())
    if (usableWei < fees.gasLimit * fees.maxFeeWei + l1FeeWei) return { kind: 'coin-held' }
  }
  const overBudget = await budgetHit(chain, lane, request)
  if (overBudget) return { kind: 'budget', ...overBudget }
  const transaction = await signInto(lane, read, request, round.round)
  return { kind: 'signed', transaction, isNew: true }
}

/**
 * MONEY 29: returns which budget the payment would exceed, in words. Another gas round for a sweep
 * that is signed and live passes, as its bumps do.
 */
async function budgetHit(
  chain: Chain,
  lane: LockedLane,
  request: OpenRequest,
): Promise<{ readonly why: string; readonly ends: boolean } | undefined> {
  const { sweepId, step, fees, l1FeeWei } = request
  const isGas = step === 'gas'
  if (isGas && (await lane.rounds(sweepId, 'sweep')).some(({ state }) => state === 'live')) return
  const tooMany = await walletHit(chain, lane, request)
  if (tooMany !== undefined) return { why: tooMany, ends: true }
  const spent = await lane.spending(sweepId)
  const listed = findAsset(chain, spent.asset)
  const ofAsset = budgetOfAsset(chain, listed)
  const costWei = (isGas ? movedWei(request) : 0n) + fees.gasLimit * fees.maxFeeWei + l1FeeWei
  const large = isLarge(spent.amount, listed)
  const hit = isGas
    ? (judgeBudget('asset', ofAsset, spent.ofAsset, costWei, large) ??
      judgeBudget('chain', budgetOfChain(chain), spent.ofLane, costWei, large))
    : judgeBudget('wallet', ofAsset, spent.ofAsset, costWei)
  if (!hit) return undefined
  const excessWei = excessOf(hit)
  const freeAt =
    excessWei === undefined
      ? undefined
      : await lane.budgetFreeAt(hit, { excessWei, asset: spent.asset })
  const asset = listed?.symbol ?? spent.asset
  const why = budgetWords(hit, { native: chain.native, asset }, freeAt)
  return { why, ends: excessWei !== undefined }
}

/** MONEY 30: the limit of a wallet's sweeps holds for the first signature of each sweep. */
async function walletHit(
  { walletSweepsPerDay = usualWalletSweeps }: Chain,
  lane: LockedLane,
  { sweepId, intent }: OpenRequest,
): Promise<string | undefined> {
  const isBegun = async () =>
    (await lane.rounds(sweepId, 'gas')).length + (await lane.rounds(sweepId, 'sweep')).length > 0
  const why = tooManySweeps(walletSweepsPerDay, await lane.sweepsOfDay(intent.wallet, sweepId))
  return why !== undefined && (await isBegun()) ? undefined : why
}

/** MONEY 22: closes a lane that is behind the chain. A closed lane keeps its first reason. */
async function closeIfBehind(lane: LockedLane, read: ReadBefore): Promise<string | undefined> {
  const reason = await reasonBehind(lane, read.chainNonce, lane.unexplained)
  if (reason !== undefined) await lane.close(reason)
  return reason
}

async function signInto(
  lane: LockedLane,
  read: ReadBefore,
  request: OpenRequest,
  round: number,
): Promise<Transaction> {
  const nonce = lane.nextNonce
  const { intent, fees, l1FeeWei } = request
  const { unsigned, signed } = await read.sender.sign(intent, nonce, fees, l1FeeWei)
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
    costLimitWei: request.costLimitWei ?? null,
    signed,
    signedBlock: read.balanceBlock,
    balanceBlock: request.step === 'sweep' ? (request.balanceBlock ?? read.balanceBlock) : null,
  })
}

function movedWei(request: OpenRequest): bigint {
  return request.intent.kind === 'sweep-token' ? 0n : request.intent.valueWei
}

/**
 * Returns the gas money that the sweep's earlier rounds paid or are paying, in wei (capped by MONEY
 * 2).
 */
function fundedWei(rounds: readonly Transaction[]): bigint {
  return rounds
    .filter((t) => t.state === 'live' || t.state === 'succeeded')
    .reduce((sum, t) => sum + t.valueWei, 0n)
}
