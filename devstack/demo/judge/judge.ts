import type { Asset } from '../script/assets.ts'
import type { Sent } from '../script/sent.ts'
import { assetChecks, keeperCheck } from './balance-checks.ts'
import type { ChainFacts } from './chain-facts.ts'
import { conductChecks } from './conduct-checks.ts'
import { type AssetLedger, type Check, ledgerOf, type Parties } from './ledger.ts'

export interface Verdict {
  ledgers: AssetLedger[]
  checks: Check[]
}

/**
 * Judges a finished run from the chain alone (MONEY 23). The judge shares no code with coldsweep
 * and does not trust coldsweep's rows.
 */
export function judge(
  facts: ChainFacts,
  parties: Parties,
  assets: readonly Asset[],
  sent: readonly Sent[],
): Verdict {
  const ledgers = assets.map((asset) => ledgerOf(facts, parties, asset))
  const checks = [
    ...ledgers.flatMap((ledger) => assetChecks(facts, parties, ledger, sent)),
    keeperCheck(facts, parties),
    ...conductChecks(facts, parties, assets),
  ]
  return { ledgers, checks }
}
