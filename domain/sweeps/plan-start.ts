import type { ListedAsset } from '../chains/asset.ts'
import type { Chain } from '../chains/chain.ts'
import type { Deposit } from '../deposits/deposit.ts'
import { haltedAs, haltWords } from '../deposits/halt.ts'
import type { PlanVerdict } from './plan-step.ts'
import type { Claim } from './sweep-store.ts'

/** A verdict without a claimed sweep. */
export type NoSweep = Extract<PlanVerdict, { kind: 'wait' | 'attention' }>

export function unlistedAsset({ asset }: Deposit, { name }: Pick<Chain, 'name'>): NoSweep {
  const detail = `${asset} is no longer listed on ${name}`
  return { kind: 'attention', reason: 'unlisted-asset', detail }
}

/** MONEY 6: native coin waits while tokens of its wallet can be swept. */
export const tokensFirst: NoSweep = {
  kind: 'wait',
  reason: 'tokens-first',
  detail: 'tokens of this wallet use its native balance for gas first',
}

/** MONEY 22: the lane is closed. @param why the lane's reason */
export const behind = (why: string): Extract<NoSweep, { kind: 'attention' }> => ({
  kind: 'attention',
  reason: 'lane-behind',
  detail: `${why}: see "coldsweep recover"`,
})

/** Decides about a deposit whose sweep could not be claimed. */
export function judgeClaim(
  claim: Exclude<Claim, { kind: 'mine' | 'terminal' }>,
  deposit: Pick<Deposit, 'id'>,
  { symbol }: Pick<ListedAsset, 'symbol'>,
): NoSweep {
  switch (claim.kind) {
    case 'halted': {
      const reason = haltedAs(claim.halt, deposit.id)
      return { kind: 'wait', reason, detail: haltWords(claim.halt) }
    }
    case 'driven': {
      const detail = 'another deposit’s workflow drives it'
      return { kind: 'wait', reason: `sweep ${claim.sweepId}`, detail }
    }
    case 'lane-held': {
      const detail = 'another sweep of this wallet is under way'
      return { kind: 'wait', reason: `wallet-lane ${claim.sweepId}`, detail }
    }
    case 'lane-behind':
      return behind(claim.why)
    case 'refused': {
      const detail = `${symbol} refused sweep ${claim.sweepId}: a retry opens another sweep for all of this wallet’s deposits`
      return { kind: 'attention', reason: 'token-refused', detail }
    }
  }
}
