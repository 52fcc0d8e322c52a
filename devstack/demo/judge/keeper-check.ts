import { formatAmount } from '../script/format.ts'
import { balanceOf, type ChainFacts } from './chain-facts.ts'
import type { Check } from './check.ts'
import { type Parties, sum } from './ledger.ts'

/**
 * MONEY 23. The keeper's address is new: its first incoming payment is the opening balance, later
 * ones are refills.
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
