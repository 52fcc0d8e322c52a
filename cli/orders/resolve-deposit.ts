import type { DepositView } from '../../adapters/drizzle/deposits/deposit-views.ts'
import { findDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import type { Queries } from '../../adapters/drizzle/queries.ts'
import { formatState } from '../../domain/deposits/deposit-state.ts'
import { CliError, notFound } from '../session/cli-error.ts'
import { exitCodes } from '../session/exit-code.ts'
import type { AssetNames } from '../views/asset-names.ts'
import { toDepositJson } from '../views/deposit-json.ts'
import { parseDepositReference } from './deposit-reference.ts'

/** Finds the deposit of an `<id>`. Throws with exit code 1 for none and 2 for several, listing them. */
export async function resolveDeposit(
  db: Queries,
  id: string,
  names: AssetNames,
): Promise<DepositView> {
  const hits = await findDeposits(db, parseDepositReference(id))
  const [only, ...more] = hits
  if (only === undefined) {
    throw notFound(
      `no deposit found for ${id}`,
      'the scanner may not have read its block yet, or its wallet was added late: see "coldsweep sweeps" and "coldsweep rescan --help"',
    )
  }
  if (more.length === 0) return only
  throw new CliError(
    exitCodes.usage,
    [
      {
        code: 'ambiguous-id',
        message: `${id} matches ${hits.length} deposits:\n${hits.map((hit) => describe(hit, names)).join('\n')}`,
        hint: 'repeat with one of these deposit ids',
      },
    ],
    { hits: hits.map((hit) => toDepositJson(hit, names)) },
  )
}

function describe({ deposit }: DepositView, names: AssetNames): string {
  const amount = names.amount(deposit.chainId, deposit.asset, deposit.amount)
  return `  ${deposit.id}  ${amount}  ${formatState(deposit.state, deposit.reason)}`
}
