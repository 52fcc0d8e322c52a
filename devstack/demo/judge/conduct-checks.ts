import type { Asset } from '../script/assets.ts'
import type { ChainFacts, MinedTransaction } from './chain-facts.ts'
import { type Check, membership, type Parties } from './ledger.ts'

/** Checks the transactions of wallets and keeper: destinations, wasted fees, gas paid twice. */
export function conductChecks(
  facts: ChainFacts,
  parties: Parties,
  assets: readonly Asset[],
): Check[] {
  const isWallet = membership(parties)
  const byWallets = facts.transactions.filter(({ from }) => isWallet(from))
  const byKeeper = facts.transactions.filter(({ from }) => from === parties.keeper)
  return [
    destinations(byWallets, byKeeper, parties, assets),
    noneWasted([...byWallets, ...byKeeper], parties),
    gasOnce(byWallets, byKeeper, parties),
  ]
}

/**
 * Checks that wallets pay only the cold wallet, and that the keeper pays only wallets (MONEY 18).
 */
function destinations(
  byWallets: readonly MinedTransaction[],
  byKeeper: readonly MinedTransaction[],
  parties: Parties,
  assets: readonly Asset[],
): Check {
  const isWallet = membership(parties)
  const tokens = new Set(assets.flatMap(({ token }) => token ?? []))
  const isSweep = ({ to, valueWei, moves }: MinedTransaction) =>
    to === parties.cold ||
    (to !== null &&
      tokens.has(to) &&
      valueWei === 0n &&
      moves.every((move) => move.to === parties.cold))
  const astray = [
    ...byWallets.filter((transaction) => !isSweep(transaction)),
    ...byKeeper.filter(({ to, moves }) => to === null || !isWallet(to) || moves.length > 0),
  ]
  return {
    line: 'destinations',
    says:
      astray.length > 0
        ? `money went to other addresses: ${hashesOf(astray)}`
        : `${byWallets.length} wallet transactions went to the cold wallet, ${byKeeper.length} keeper transactions to wallets`,
    holds: astray.length === 0,
  }
}

/**
 * Checks that no transaction failed or moved nothing, because such a transaction wastes its fee.
 * coldsweep avoids this by a simulation before it spends gas (MONEY 14).
 */
function noneWasted(ours: readonly MinedTransaction[], parties: Parties): Check {
  const wasted = ours.filter(
    ({ ok, from, to, valueWei, moves }) =>
      !ok ||
      (from !== parties.keeper && to !== parties.cold ? moves.length === 0 : valueWei === 0n),
  )
  return {
    line: 'none wasted',
    says:
      wasted.length > 0
        ? `failed or moved nothing: ${hashesOf(wasted)}`
        : 'every transaction succeeded and moved money',
    holds: wasted.length === 0,
  }
}

/**
 * MONEY 2: checks that each token sweep got gas at most once, even if a process was killed in
 * between.
 */
function gasOnce(
  byWallets: readonly MinedTransaction[],
  byKeeper: readonly MinedTransaction[],
  parties: Parties,
): Check {
  const twice = parties.wallets.filter(({ address }) => {
    const gas = byKeeper.filter(({ to }) => to === address)
    const sweeps = byWallets.filter(({ from, to }) => from === address && to !== parties.cold)
    return gas.length > sweeps.length
  })
  return {
    line: 'gas once',
    says:
      twice.length > 0
        ? `got gas more often than they sent tokens: ${twice.map(({ name }) => name).join(', ')}`
        : 'no token sweep got gas twice',
    holds: twice.length === 0,
  }
}

function hashesOf(transactions: readonly MinedTransaction[]): string {
  return transactions.map(({ hash }) => hash).join(', ')
}
