import { formatAmount } from '../script/format.ts'
import type { Sent } from '../script/sent.ts'
import { balanceOf, type ChainFacts } from './chain-facts.ts'
import {
  type AssetLedger,
  type Check,
  fundedWei,
  type Left,
  membership,
  type Parties,
  sum,
} from './ledger.ts'

/**
 * Checks one asset: no amount is lost, every deposit is on the chain, and every balance left in a
 * wallet has a reason.
 */
export function assetChecks(
  facts: ChainFacts,
  parties: Parties,
  ledger: AssetLedger,
  sent: readonly Sent[],
): Check[] {
  const ofAsset = sent.filter(({ asset }) => asset === ledger.symbol)
  return [
    conservation(facts, parties, ledger),
    depositsCheck(ledger, ofAsset),
    leftCheck(ledger, ofAsset),
  ]
}

/**
 * MONEY 23: checks that the deposits equal the balance of the cold wallet plus the balances left in
 * wallets. For the native coin, gas from the keeper and fees of the wallets count too.
 */
function conservation(facts: ChainFacts, parties: Parties, ledger: AssetLedger): Check {
  const { symbol, decimals, deposited, inCold } = ledger
  const isNative = ledger.token === undefined
  const funded = isNative ? fundedWei(facts, parties) : 0n
  const fees = isNative ? feesOfWallets(facts, parties) : 0n
  const left = sum(ledger.left.map(({ amount }) => amount))
  const show = (amount: bigint) => formatAmount(amount, decimals)
  const [given, paid] = isNative
    ? [` + ${show(funded)} gas from the keeper`, ` + ${show(fees)} fees of wallets`]
    : ['', '']
  return {
    line: `${symbol} in = out`,
    says: `${show(deposited)} deposited${given} = ${show(inCold)} in cold${paid} + ${show(left)} left`,
    holds: deposited + funded === inCold + fees + left,
  }
}

function feesOfWallets(facts: ChainFacts, parties: Parties): bigint {
  const isWallet = membership(parties)
  return sum(facts.transactions.flatMap(({ from, feeWei }) => (isWallet(from) ? [feeWei] : [])))
}

function depositsCheck({ symbol, decimals, deposited }: AssetLedger, sent: readonly Sent[]): Check {
  const total = sum(sent.map(({ amount }) => amount))
  return {
    line: `${symbol} deposits`,
    says: `${formatAmount(total, decimals)} sent in ${sent.length} transfers, ${formatAmount(deposited, decimals)} on the chain`,
    holds: deposited === total,
  }
}

function leftCheck({ symbol, decimals, left }: AssetLedger, sent: readonly Sent[]): Check {
  const mustGo = new Set(sent.flatMap(({ to, swept }) => (swept ? [to] : [])))
  const isWrong = ({ wallet, reason }: Left) =>
    reason === undefined || (mustGo.has(wallet.address) && reason !== 'unused gas')
  const wrong = left.filter(isWrong)
  const list = (some: readonly Left[]) =>
    some
      .map(
        ({ wallet, amount, reason }) =>
          `${wallet.name} ${formatAmount(amount, decimals)} (${reason ?? 'unexplained'})`,
      )
      .join(', ')
  return {
    line: `${symbol} left`,
    says: wrong.length > 0 ? `not swept: ${list(wrong)}` : list(left) || 'nothing',
    holds: wrong.length === 0,
  }
}

/**
 * MONEY 23: checks the keeper's equation. The keeper's address is new, so its first incoming
 * payment is the opening balance, and later payments are refills.
 */
export function keeperCheck({ transactions, ...facts }: ChainFacts, { keeper }: Parties): Check {
  const [opening = 0n, ...refills] = transactions
    .filter(({ ok, to }) => ok && to === keeper)
    .map(({ valueWei }) => valueWei)
  const own = transactions.filter(({ from }) => from === keeper)
  const sent = sum(own.flatMap(({ ok, valueWei }) => (ok ? [valueWei] : [])))
  const fees = sum(own.map(({ feeWei }) => feeWei))
  const closing = balanceOf({ transactions, ...facts }, keeper, undefined)
  const eth = (wei: bigint) => formatAmount(wei, 18)
  return {
    line: 'gas keeper',
    says: `${eth(opening)} opening + ${eth(sum(refills))} refills − ${eth(sent)} gas sent − ${eth(fees)} fees = ${eth(closing)} closing`,
    holds: opening + sum(refills) - sent - fees === closing,
  }
}
