import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { BookRows } from './book-store.ts'
import { type Movement, sweptBy } from './movements.ts'
import { type AssetSums, type Difference, missingIn } from './reconciliation.ts'

/** Balance of a wallet's asset at the reconciled block, in the smallest unit. */
export interface Left {
  readonly wallet: Address
  readonly asset: AssetId
  readonly amount: bigint
}

interface Account {
  readonly wallet: Address
  sums: AssetSums
  readonly rows: Set<string>
  /** External transactions of the wallet. */
  readonly causes: Set<string>
}

/**
 * Returns the wallets that reconciliation compares: all wallets with rows, except those that are
 * still being backfilled.
 */
export function bookedWallets(rows: BookRows): readonly Address[] {
  const keepers = new Set(rows.keepers.map(({ address }) => address))
  const all = [
    ...rows.deposits.map(({ wallet }) => wallet),
    ...rows.intents.map(({ wallet }) => wallet),
    ...rows.external.map(({ sender }) => sender),
  ]
  // A keeper has an equation of its own: it sends external transactions and drains.
  return [...new Set(all)].filter((wallet) => !keepers.has(wallet) && !rows.backfilling.has(wallet))
}

/**
 * MONEY 23: checks for each wallet and asset that deposits (and gas, for native coin) = arrived +
 * fees + left. Also sums up all wallets per asset.
 */
export function judgeWallets(
  rows: BookRows,
  movements: readonly Movement[],
  left: readonly Left[],
): { readonly assets: readonly AssetSums[]; readonly differences: readonly Difference[] } {
  const accounts = new Map<string, Account>()
  const at = (wallet: Address, asset: AssetId): Account | undefined =>
    accounts.get(`${wallet} ${asset}`)
  const add = (account: Account | undefined, more: Partial<AssetSums>, row?: string) => {
    if (!account) return
    account.sums = plus(account.sums, more)
    if (row) account.rows.add(row)
  }
  for (const { wallet, asset, amount } of left) {
    const sums = { ...nothing(asset), left: amount }
    accounts.set(`${wallet} ${asset}`, { wallet, sums, rows: new Set(), causes: new Set() })
  }
  for (const { id, wallet, asset, amount } of rows.deposits)
    add(at(wallet, asset), { deposits: amount }, id)
  for (const movement of movements) {
    const { mined, kind, wallet, asset, row } = movement
    if (kind === 'gas') {
      if (mined.ok && mined.to) add(at(mined.to, 'native'), { gas: mined.valueWei }, row)
      continue
    }
    add(at(mined.from, 'native'), { fees: mined.feeWei }, row)
    if (kind !== 'sweep') continue
    const { arrived, tokenFee } = sweptBy(movement, rows.coldWallets)
    add(at(wallet, asset), { arrived, fees: tokenFee }, row)
  }
  for (const { id, wallet, asset } of rows.sweeps) add(at(wallet, asset), {}, `sweep ${id}`)
  // An external transaction counts in the sums only after its adoption as gas, sweep or nothing. A
  // difference names every external transaction of the wallet as a possible cause.
  for (const { sender, nonce, hash } of rows.external) {
    for (const account of accounts.values()) {
      if (account.wallet !== sender) continue
      if (hash) account.rows.add(hash)
      account.causes.add(`${nonce} ${hash}`)
    }
  }
  return {
    assets: sumsOf([...accounts.values()]),
    differences: [...accounts.values()].flatMap(judge),
  }
}

function judge({ wallet, sums, rows, causes }: Account): Difference[] {
  const missing = missingIn(sums)
  if (missing === 0n) return []
  const gas = sums.asset === 'native' ? ` + gas ${sums.gas}` : ''
  const words = `deposits ${sums.deposits}${gas} against arrived ${sums.arrived} + fees ${sums.fees} + left ${sums.left}, in the smallest unit`
  return [
    {
      kind: 'wallet',
      address: wallet,
      asset: sums.asset,
      missing,
      words,
      rows: [...rows],
      causes: [...causes],
    },
  ]
}

function sumsOf(accounts: readonly Account[]): readonly AssetSums[] {
  const byAsset = new Map<AssetId, AssetSums>()
  for (const { sums } of accounts)
    byAsset.set(sums.asset, plus(byAsset.get(sums.asset) ?? nothing(sums.asset), sums))
  return [...byAsset.values()]
}

const nothing = (asset: AssetId): AssetSums => ({
  asset,
  deposits: 0n,
  gas: 0n,
  arrived: 0n,
  fees: 0n,
  left: 0n,
})

function plus(sums: AssetSums, more: Partial<AssetSums>): AssetSums {
  return {
    asset: sums.asset,
    deposits: sums.deposits + (more.deposits ?? 0n),
    gas: sums.gas + (more.gas ?? 0n),
    arrived: sums.arrived + (more.arrived ?? 0n),
    fees: sums.fees + (more.fees ?? 0n),
    left: sums.left + (more.left ?? 0n),
  }
}
