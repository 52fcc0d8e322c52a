import type { Verdict } from '../judge/judge.ts'
import { type AssetLedger, type Check, type Left, sum } from '../judge/ledger.ts'
import { formatAmount, formatColumns } from '../script/format.ts'

/**
 * Formats the judge's verdict as lines: a table with one row per asset, then one line per check.
 */
export function describeVerdict({ ledgers, checks }: Verdict): string[] {
  return [
    ...formatColumns([
      ['asset', 'deposited', 'in cold', 'left in wallets', 'gas (ETH)', 'why left'],
      ...ledgers.map(tableRow),
    ]).map((line, index) => (index === 0 ? line : `  ${line}`).replace(/^asset/, '  asset')),
    '',
    'checked against the chain, exact to the smallest unit (shown with eight decimals):',
    ...formatColumns(
      checks.map(({ line, says, holds }) => [`  ${holds ? 'ok' : 'FAIL'}`, line, says]),
    ),
  ]
}

function tableRow(ledger: AssetLedger): string[] {
  const { symbol, decimals, deposited, inCold, left, gasWei } = ledger
  const show = (amount: bigint) => formatAmount(amount, decimals)
  const total = sum(left.map(({ amount }) => amount))
  return [
    symbol,
    show(deposited),
    show(inCold),
    show(total),
    formatAmount(gasWei, 18),
    whyLeft(left),
  ]
}

/**
 * Groups the wallets with a remaining balance by reason: `dust: heidi; unused gas: carol, dave`.
 */
function whyLeft(left: readonly Left[]): string {
  const byReason = new Map<string, string[]>()
  for (const { wallet, reason = 'UNEXPLAINED' } of left)
    byReason.set(reason, [...(byReason.get(reason) ?? []), wallet.name])
  return [...byReason].map(([reason, names]) => `${reason}: ${names.join(', ')}`).join('; ')
}

/** Returns the names of the checks that failed. */
export function failedLines(checks: readonly Check[]): string[] {
  return checks.flatMap(({ line, holds }) => (holds ? [] : [line]))
}
