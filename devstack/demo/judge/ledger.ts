import type { Address } from 'viem'
import type { Asset, AssetSymbol } from '../script/assets.ts'
import { balanceOf, type ChainFacts, type MinedTransaction } from './chain-facts.ts'

/** Accounts whose balances are counted. Addresses are lower-case. */
export interface Parties {
  cold: Address
  keeper: Address
  wallets: readonly Wallet[]
}

export interface Wallet {
  name: string
  address: Address
}

/** A balance that is in a wallet at the end of the run. */
export interface Left {
  wallet: Wallet
  amount: bigint
  /** Why the balance was not swept; undefined if it is unexplained. */
  reason: string | undefined
}

/** Flow of one asset, read from the chain. Smallest units; gas in wei. */
export interface AssetLedger {
  symbol: AssetSymbol
  decimals: number
  /** The token's address; undefined for the native coin. */
  token: Address | undefined
  deposited: bigint
  inCold: bigint
  left: Left[]
  /** Fees of the asset's sweeps and of the gas transactions before them. */
  gasWei: bigint
}

/**
 * Returns the payments to wallets from outside. Gas from the keeper and transfers between wallets
 * are not deposits (MONEY 13).
 */
export function depositsOf(facts: ChainFacts, parties: Parties, asset: Asset): Paid[] {
  const isWallet = membership(parties)
  return facts.transactions
    .flatMap((transaction) => paidBy(transaction, asset))
    .filter(
      ({ from, to, amount }) =>
        isWallet(to) && !isWallet(from) && from !== parties.keeper && amount > 0n,
    )
}

/** A payment of one asset, in its smallest unit. */
export interface Paid {
  from: Address
  to: Address
  amount: bigint
}

function paidBy({ ok, from, to, valueWei, moves }: MinedTransaction, { token }: Asset): Paid[] {
  if (token !== undefined) return moves.filter((move) => move.token === token)
  return ok && to !== null ? [{ from, to, amount: valueWei }] : []
}

/** Returns a function that reports whether an address is one of the user wallets. */
export function membership(parties: Parties): (address: Address) => boolean {
  const wallets = new Set(parties.wallets.map(({ address }) => address))
  return (address) => wallets.has(address)
}

/** Sums up the deposits, arrivals, remaining balances and gas of one asset. */
export function ledgerOf(facts: ChainFacts, parties: Parties, asset: Asset): AssetLedger {
  const deposits = depositsOf(facts, parties, asset)
  return {
    symbol: asset.symbol,
    decimals: asset.decimals,
    token: asset.token,
    deposited: sum(deposits.map(({ amount }) => amount)),
    inCold: balanceOf(facts, parties.cold, asset.token),
    left: parties.wallets.flatMap((wallet) => {
      const amount = balanceOf(facts, wallet.address, asset.token)
      if (amount === 0n) return []
      const paidIn = sum(
        deposits.filter(({ to }) => to === wallet.address).map((paid) => paid.amount),
      )
      return [
        { wallet, amount, reason: reasonOf(facts, parties, asset, { wallet, amount, paidIn }) },
      ]
    }),
    gasWei: gasOf(facts, parties, asset),
  }
}

function reasonOf(
  facts: ChainFacts,
  parties: Parties,
  asset: Asset,
  { wallet, amount, paidIn }: { wallet: Wallet; amount: bigint; paidIn: bigint },
): string | undefined {
  if (asset.min === undefined) return 'not listed'
  if (amount < asset.min && amount === paidIn) return 'dust'
  const given = asset.token === undefined ? fundedWei(facts, parties, wallet.address) : 0n
  return amount <= given ? 'unused gas' : undefined
}

/** Returns the native amount that the keeper sent to one wallet, or to all wallets. */
export function fundedWei(facts: ChainFacts, parties: Parties, wallet?: Address): bigint {
  const isWallet = wallet ? (to: Address) => to === wallet : membership(parties)
  const gas = facts.transactions.filter(
    ({ ok, from, to }) => ok && from === parties.keeper && to !== null && isWallet(to),
  )
  return sum(gas.map(({ valueWei }) => valueWei))
}

/**
 * Returns the fees of the asset's sweeps and of the gas transactions before them. The fee of a gas
 * transaction counts for the token that its wallet sends next.
 */
function gasOf(facts: ChainFacts, parties: Parties, asset: Asset): bigint {
  const isWallet = membership(parties)
  const pending = new Map<Address, bigint>()
  let spent = 0n
  for (const { from, to, feeWei } of facts.transactions) {
    if (from === parties.keeper && to !== null) {
      pending.set(to, (pending.get(to) ?? 0n) + feeWei)
    } else if (isWallet(from)) {
      const isNative = to === parties.cold
      const isThis = asset.token === undefined ? isNative : to === asset.token
      if (isThis) spent += feeWei + (isNative ? 0n : (pending.get(from) ?? 0n))
      if (!isNative) pending.delete(from)
    }
  }
  return spent
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}

/** One check of the judge. Amounts are compared with the chain to the smallest unit. */
export interface Check {
  line: string
  says: string
  holds: boolean
}
