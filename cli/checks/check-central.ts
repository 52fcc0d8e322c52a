import { type CentralReport, inspectCentral } from '../../adapters/central/inspect-central.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ChainConfig, Needs } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { explainError } from '../session/explain-error.ts'
import { down, type Finding, fault, well } from './finding.ts'

const where = 'CENTRAL_DATABASE_URL'

/**
 * The exchange's table, its columns, and MONEY 18: no cold wallet, keeper or token may stand in it.
 */
export async function checkCentral(
  central: Needs['central'],
  chains: readonly ChainConfig[],
): Promise<Finding[]> {
  const own = ownAddresses(chains)
  const report = await inspect(central, [...own.keys()])
  if ('severity' in report) return [report]
  if (report.tableMissing) {
    const fix =
      'name the database (and a user whose search_path has the table) that holds userwallet'
    return [fault('central-table', where, 'there is no table userwallet', fix)]
  }
  const findings = [
    ...report.missingColumns.map((column) =>
      fault(
        'central-columns',
        where,
        `userwallet has no column ${column}`,
        'add it, or a view userwallet that has it',
      ),
    ),
    ...report.unreadableColumns.map((column) =>
      fault(
        'central-columns',
        where,
        `this user may not read userwallet.${column}`,
        `grant select (${column}) on userwallet`,
      ),
    ),
    ...[...report.hits].map((address) =>
      fault(
        'own-address-in-userwallet',
        own.get(address) ?? where,
        `${toEip55(address)} stands in userwallet: it would be swept as if it were a user's`,
        'remove that row, or use another address',
      ),
    ),
  ]
  return findings.length > 0 ? findings : [well(where, 'userwallet has what is needed')]
}

async function inspect(
  { url }: Needs['central'],
  addresses: readonly Address[],
): Promise<CentralReport | Finding> {
  const fix = 'look whether the database is up and lets this user in'
  try {
    const report = await inspectCentral(url.reveal(), addresses)
    return report.unreachable === undefined ? report : down(where, report.unreachable, fix)
  } catch (error) {
    return fault('central-database', where, explainError(error).message, fix)
  }
}

/** Address → where the yaml has it. */
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
