import type { DepositView } from '../../adapters/drizzle/deposits/deposit-views.ts'
import {
  type DepositReference,
  findDeposits,
} from '../../adapters/drizzle/deposits/find-deposits.ts'
import type { Queries } from '../../adapters/drizzle/queries.ts'
import { isHash, toHash } from '../../domain/address.ts'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { formatState } from '../../domain/deposits/deposit-state.ts'
import { CliError, notFound, usageError } from '../session/cli-error.ts'
import { exitCodes } from '../session/outcome.ts'
import type { AssetNames } from '../views/asset-names.ts'
import { toDepositJson } from '../views/deposit-json.ts'

/**
 * Finds the deposit of an `<id>`. Throws with exit code 1 if no deposit matches, and with exit code
 * 2 and a list if several match.
 */
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

const workflowId = /^sweep-(\d+)-(0x[0-9a-fA-F]{64})-(.+)$/
const sweepId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Parses the `<id>` of any verb: a deposit id, workflow id, transaction hash, or the sweep id that
 * `waiting(sweep …)` shows.
 */
export function parseDepositReference(text: string): DepositReference {
  const given = text.trim()
  if (isHash(given)) return { kind: 'transaction', hash: toHash(given) }
  if (sweepId.test(given)) return { kind: 'sweep', sweepId: given.toLowerCase() }
  const [, chain, hash, position] = workflowId.exec(given) ?? []
  const id = chain === undefined ? given : `${chain}:${hash}:${position}`
  try {
    return { kind: 'deposit', id: formatDepositId(parseDepositId(id)) }
  } catch {
    throw usageError(
      `invalid id "${given.slice(0, 120)}"`,
      'use a deposit id (chainId:txHash:position), a workflow id (sweep-<chainId>-<txHash>-<position>), a sweep id or a transaction hash',
    )
  }
}
