import type { FeePlan } from '../../domain/chains/fees.ts'
import { feesToSign } from '../../domain/chains/fees-to-sign.ts'
import type { AttentionReason, WaitReason } from '../../domain/deposits/deposit-state.ts'
import { haltedAs, haltWords } from '../../domain/deposits/halt.ts'
import { QuorumDisagrees, QuorumShort } from '../../domain/errors.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { behind } from '../../domain/sweeps/plan-start.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { OpenAnswer } from '../../transactions/sign/open-transaction.ts'
import type { Attention, Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from './activity-deps.ts'
import { holder } from './activity-deps.ts'

/**
 * Waits that never end in needs-attention by their age. A pause of an asset ends by a trial or by
 * an operator's order (MONEY 30). An uneconomic deposit waits for cheaper gas or more deposits
 * (MONEY 31).
 */
const ageless: ReadonlySet<WaitReason> = new Set<WaitReason>(['asset-paused', 'uneconomic'])

/**
 * Records why the deposit waits and releases lease and lane. The workflow sleeps until a wake-up or
 * its timer.
 */
export async function park(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  reason: WaitReason,
  detail = '',
): Promise<Parked> {
  const change = { depositId: at.depositId, state: 'waiting', reason, detail } as const
  // This wait repeats for weeks, and would add a closed sweep each time.
  if (reason === 'uneconomic' && at.sweepId !== null)
    await deps.sweeps.releaseLane(at.sweepId, holder(), change)
  else await deps.sweeps.releaseSweep(at.sweepId, holder(), change)
  deps.metrics.count('coldsweep_parked_total', { reason: reason.split(' ')[0] ?? reason })
  return { kind: 'parked', reason, detail, ...(ageless.has(reason) ? { ageless: true } : {}) }
}

/**
 * Sets `needs-attention` and releases lease and lane, so that other assets and wallets continue.
 */
export async function callForAttention(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  reason: AttentionReason,
  detail: string,
): Promise<Attention> {
  await deps.sweeps.releaseSweep(at.sweepId, holder(), {
    depositId: at.depositId,
    state: 'needs-attention',
    reason,
    detail,
  })
  deps.log.warn({ deposit: at.depositId, reason, detail }, 'deposit needs attention')
  deps.metrics.count('coldsweep_needs_attention_total', { reason: reason.split(' ')[0] ?? reason })
  return { kind: 'attention', reason, detail }
}

/**
 * MONEY 22: sets `needs-attention(lane-behind)`, because the lane is closed.
 * @param why the reason why the lane is closed
 */
export async function laneBehind(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  why: string,
): Promise<Attention> {
  const { reason, detail } = behind(why)
  return await callForAttention(deps, at, reason, detail)
}

/**
 * Translates each answer of `openTransaction` that has no signature into a deposit's state. Throws
 * `NotYet` for `lane-not-final`.
 */
export async function refused(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string },
  answer: Exclude<OpenAnswer, { kind: 'signed' }>,
): Promise<Parked | Attention> {
  switch (answer.kind) {
    case 'keeper-low':
      return await park(
        deps,
        at,
        'keeper-low',
        'the GAS_KEEPER’s uncommitted balance does not pay for this gas',
      )
    case 'node-behind':
      return await park(
        deps,
        at,
        'rpc-quorum',
        `${answer.why}: the GAS_KEEPER’s balance is unknown`,
      )
    case 'lane-full':
      return await park(
        deps,
        at,
        'lane-full',
        'unmined keeper transactions have reached gasKeeper.maxInFlight',
      )
    case 'halted':
      return await park(deps, at, haltedAs(answer.halt, at.depositId), haltWords(answer.halt))
    case 'lane-lost':
      return await park(
        deps,
        at,
        `sweep ${at.sweepId}`,
        'another workflow has taken over this sweep',
      )
    case 'lane-not-final':
      throw new NotYet('the wallet’s balance does not reflect its earlier transaction yet')
    case 'coin-held':
      throw new NotYet('native coin of the wallet was put on hold meanwhile')
    case 'scanner-behind':
      return await park(
        deps,
        at,
        'scanner-behind',
        'the scanner has not read the newest blocks yet',
      )
    case 'lane-behind':
      return await laneBehind(deps, at, answer.why)
    case 'budget':
      return { ...(await park(deps, at, 'budget', answer.why)), ageless: answer.ends }
    case 'rounds-exhausted':
      return await callForAttention(deps, at, 'rounds-exhausted', 'the limit of rounds is reached')
    case 'gas-cap':
      return await callForAttention(
        deps,
        at,
        'rounds-exhausted',
        'another gas round would exceed the sweep’s gas cap',
      )
  }
}

/**
 * MONEY 8: returns the fees to sign at the chain's current quote. Parks the sweep if no fees may be
 * signed at this quote.
 */
export async function quoteFees(
  deps: ActivityDeps,
  { chain, state }: Pick<MoneyChain, 'chain' | 'state'>,
  at: { readonly depositId: string; readonly sweepId: string },
): Promise<{ readonly kind: 'fees'; readonly fees: FeePlan } | Parked> {
  const decision = feesToSign(chain, await state.feeQuote())
  return decision.kind === 'fees' ? decision : await park(deps, at, 'gas-price', decision.detail)
}

/**
 * MONEY 20: the only place that turns quorum errors into a deposit's state. Too few answers park
 * the deposit, which continues by itself. A disagreement halts the sweep until an operator retries
 * it. The lane loop tracks signed transactions in both cases.
 */
export function withQuorumOutcomes<
  Request extends { readonly depositId: string; readonly sweepId?: string },
  Result,
>(
  deps: ActivityDeps,
  work: (request: Request) => Promise<Result>,
): (request: Request) => Promise<Result | Parked | Attention> {
  return async (request) => {
    try {
      return await work(request)
    } catch (error) {
      if (!(error instanceof QuorumShort || error instanceof QuorumDisagrees)) throw error
      const { depositId } = request
      // The request of `plan` has no sweep id; the deposit's row has the id of the claimed sweep.
      const sweepId = request.sweepId ?? (await deps.sweeps.deposit(depositId))?.sweepId ?? null
      const at = { depositId, sweepId }
      return error instanceof QuorumShort
        ? await park(deps, at, 'rpc-quorum', error.message)
        : await callForAttention(deps, at, 'rpc-disagreement', error.message)
    }
  }
}
