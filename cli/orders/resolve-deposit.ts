import { findDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import type { Queries } from '../../adapters/drizzle/queries.ts'
import { formatState } from '../../domain/deposits/deposit-state.ts'
import type { DepositView } from '../../domain/deposits/deposit-view.ts'
import { findDeposit } from '../../operations/orders/find-deposit.ts'
import type { AssetNames } from '../../operations/views/asset-names.ts'
import { toDepositJson } from '../../operations/views/deposit-json.ts'
import { CliError, notFound, usageError } from '../session/cli-error.ts'
import { exitCodes } from '../session/outcome.ts'

/**
 * Finds the deposit that an `<id>` on the command line names. Throws with exit code 1 if no deposit
 * matches, and with exit code 2 and a list if several match.
 */
export async function resolveDeposit(
  db: Queries,
  id: string,
  names: AssetNames,
): Promise<DepositView> {
  const found = await findDeposit(id, (reference) => findDeposits(db, reference))
  switch (found.kind) {
    case 'found':
      return found.view
    case 'invalid':
      throw usageError(
        `invalid id "${id.trim().slice(0, 120)}"`,
        'use a deposit id (chainId:txHash:position), a workflow id (sweep-<chainId>-<txHash>-<position>), a sweep id or a transaction hash',
      )
    case 'unknown':
      throw notFound(
        `no deposit found for ${id}`,
        `"coldsweep explain ${id.trim()}" reads the chain and names the cause, with the command that fixes it`,
      )
    case 'several':
      throw ambiguous(id, found.hits, names)
  }
}

function ambiguous(id: string, hits: readonly DepositView[], names: AssetNames): CliError {
  const list = hits.map((hit) => describe(hit, names)).join('\n')
  return new CliError(
    exitCodes.usage,
    [
      {
        code: 'ambiguous-id',
        message: `${id} matches ${hits.length} deposits:\n${list}`,
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
