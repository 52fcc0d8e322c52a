import { differenceIdentity, differenceKey, openDifferences } from './acknowledgement.ts'
import {
  type AssetCost,
  type AssetSums,
  type ColdSums,
  type Difference,
  type KeeperSums,
  missingAt,
  missingIn,
  type Reconciliation,
} from './reconciliation.ts'
import { feeShare } from './sweep-costs.ts'

/**
 * Converts a report to JSON for the database and the CLI. Amounts are decimal strings in the
 * smallest unit.
 */
export function reportJson(report: Reconciliation) {
  const { chainId, block, assets, keepers, differences, notices, wallets, transactions } = report
  return {
    chainId,
    block: { number: Number(block.number), hash: block.hash },
    // An acknowledged difference stays listed below and no longer alerts.
    balanced: openDifferences(differences).length === 0,
    wallets,
    transactions,
    notices: [...notices],
    assets: assets.map(assetJson),
    costs: (report.costs ?? []).map(costJson),
    keepers: keepers.map(keeperJson),
    cold: (report.cold ?? []).map(coldJson),
    differences: differences.map((it) => differenceJson(chainId, it)),
  }
}

export type ReportJson = ReturnType<typeof reportJson>

const assetJson = (sums: AssetSums) => ({
  asset: sums.asset,
  deposits: String(sums.deposits),
  gas: String(sums.gas),
  arrived: String(sums.arrived),
  fees: String(sums.fees),
  left: String(sums.left),
  missing: String(missingIn(sums)),
})

const costJson = (cost: AssetCost) => ({
  asset: cost.asset,
  feesWei: String(cost.feesWei),
  arrived: String(cost.arrived),
  /** Percent, with two decimals; null for a token without a price. */
  feeShare: feeShare(cost) ?? null,
})

const coldJson = ({ coldWallet, asset, arrived, balance, neverSent }: ColdSums) => ({
  coldWallet,
  asset,
  arrived: String(arrived),
  balance: String(balance),
  neverSent,
})

const keeperJson = (sums: KeeperSums) => ({
  keeper: sums.keeper,
  openingBlock: Number(sums.openingBlock),
  opening: String(sums.opening),
  refills: String(sums.refills),
  sent: String(sums.sent),
  drained: String(sums.drained ?? 0n),
  fees: String(sums.fees),
  closing: String(sums.closing),
  missing: String(missingAt(sums)),
})

function differenceJson(chainId: number, difference: Difference) {
  const { kind, address, asset, missing, words, rows, acknowledged } = difference
  return {
    // `coldsweep reconcile acknowledge` takes the key; the identity says what it covers.
    key: differenceKey(chainId, difference),
    identity: differenceIdentity(chainId, difference),
    kind,
    address,
    asset,
    missing: missing === null ? null : String(missing),
    words,
    rows: [...rows],
    acknowledged: acknowledged
      ? {
          operator: acknowledged.operator,
          reason: acknowledged.reason,
          at: acknowledged.at.toISOString(),
        }
      : null,
  }
}
