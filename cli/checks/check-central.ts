import { type CentralReport, inspectCentral } from '../../adapters/central/inspect-central.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ChainConfig, Needs } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { explainError } from '../session/explain-error.ts'
import { type CheckResult, failed, unreachable } from './check-result.ts'
import { checkWallets } from './check-wallets.ts'

const where = 'CENTRAL_DATABASE_URL'

/**
 * Checks that the exchange's database has the table `userwallet` with its columns, and that the
 * table has no cold wallet, keeper or token (MONEY 18).
 */
export async function checkCentral(
  central: Needs['central'],
  chains: readonly ChainConfig[] | undefined,
  { checksRows }: { readonly checksRows: boolean },
): Promise<CheckResult[]> {
  const own = ownAddresses(chains ?? [])
  const report = await inspect(central, [...own.keys()])
  if ('severity' in report) return [report]
  if (report.tableMissing) {
    const fix = 'use the database with userwallet, and a user whose search_path contains the table'
    return [failed('central-table', where, 'no table userwallet', fix)]
  }
  const results = [
    ...report.missingColumns.map((column) =>
      failed(
        'central-columns',
        where,
        `userwallet has no column ${column}`,
        'add the column, or a view userwallet that has it',
      ),
    ),
    ...report.unreadableColumns.map((column) =>
      failed(
        'central-columns',
        where,
        `no permission to read userwallet.${column}`,
        `grant select (${column}) on userwallet`,
      ),
    ),
    ...[...report.hits].map((address) =>
      failed(
        'own-address-in-userwallet',
        own.get(address) ?? where,
        `${toEip55(address)} is in userwallet; it would be swept like a user wallet`,
        'remove that row, or use another address',
      ),
    ),
  ]
  if (results.length > 0 || !checksRows) return results
  return await checkWallets(central)
}

async function inspect(
  { url }: Needs['central'],
  addresses: readonly Address[],
): Promise<CentralReport | CheckResult> {
  const fix = 'check that the database is running and accepts this user'
  try {
    const report = await inspectCentral(url.reveal(), addresses)
    return report.unreachable === undefined ? report : unreachable(where, report.unreachable, fix)
  } catch (error) {
    return failed('central-database', where, explainError(error).message, fix)
  }
}

/** Returns a map from each address that must not be in `userwallet` to its path in the yaml. */
function ownAddresses(chains: readonly ChainConfig[]): Map<Address, string> {
  return new Map(
    chains.flatMap((chain, index) => [
      ...chain.tokens.map((token, place): [Address, string] => [
        token.id as Address,
        `chains[${index}].tokens[${place}].address`,
      ]),
      [chain.gasKeeper.address, `chains[${index}].gasKeeper.address`] as [Address, string],
      [chain.coldWallet, `chains[${index}].coldWallet`] as [Address, string],
    ]),
  )
}
