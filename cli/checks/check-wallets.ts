import { missingWallets } from '../../adapters/central/missing-wallets.ts'
import { surveyWallets, type WalletSurvey } from '../../adapters/central/survey-wallets.ts'
import { walletsOfDeposits } from '../../adapters/drizzle/deposits/find-deposits.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { createTransactionCodec } from '../../adapters/viem/transaction-codec.ts'
import type { Needs } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { explainError } from '../session/explain-error.ts'
import { exitCodes } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { type CheckResult, failed, passed, skipped, unreachable, warning } from './check-result.ts'

export const centralWhere = 'CENTRAL_DATABASE_URL'
const sampleSize = 500
/** Wallets that a line names. */
const mostNamed = 5

/** Codes of results about rows of `userwallet`, which are no error of the configuration. */
export const walletCodes = ['wallet-address', 'wallet-key', 'wallet-rows', 'wallet-missing']

/** Checks the form of every row, and the keys of a sample (MONEY 14). */
export async function checkWallets({ url }: Needs['central']): Promise<CheckResult[]> {
  try {
    const { addressOfKey } = createTransactionCodec()
    return judge(await surveyWallets(url.reveal(), addressOfKey, sampleSize))
  } catch (error) {
    return [unreadTable(error, 'userwallet was not checked row by row')]
  }
}

const prove = 'run "coldsweep config check --wallets" to prove every key'

function judge(survey: WalletSurvey): CheckResult[] {
  const { rows, wallets, badAddresses, withoutKey, contradicting, proved, unproved } = survey
  const results: CheckResult[] = []
  if (rows === 0) return [passed(centralWhere, 'userwallet has the required columns and no row')]
  if (badAddresses.count > 0) {
    const what = `${countOf(badAddresses.count, 'row')} of userwallet without an EVM address, whose deposits are never found: ${few(badAddresses)}`
    const fix = 'correct the rows, or leave them out of the view; "0x" and 40 hex digits are read'
    results.push(warning('wallet-address', centralWhere, what, fix))
  }
  if (withoutKey.count > 0) {
    const what = `${countOf(withoutKey.count, 'wallet')} of userwallet without a private key of 64 hex digits, whose deposits cannot be swept: ${few(withoutKey)}`
    results.push(failed('wallet-key', centralWhere, what, `correct the rows; ${prove}`))
  }
  if (unproved.length > 0) {
    const examples = unproved.map(({ address }) => address)
    const what = `${unproved.length} of ${countOf(proved, 'wallet')} that were tried without a key that fits the address: ${few({ count: examples.length, examples })}`
    results.push(failed('wallet-key', centralWhere, what, `correct the rows; ${prove}`))
  }
  if (contradicting.count > 0) {
    const what = `${countOf(contradicting.count, 'wallet')} of userwallet with rows that contradict each other; the key that fits is used: ${few(contradicting)}`
    const fix = 'remove the rows whose key does not belong to the address'
    results.push(warning('wallet-rows', centralWhere, what, fix))
  }
  if (results.length > 0) return results
  if (wallets <= proved) {
    return [passed(centralWhere, `every key of userwallet fits its address (${rows} rows)`)]
  }
  const form = `the form of all ${rows} rows of userwallet is right`
  return [
    passed(centralWhere, `${form}; the keys of ${proved} random wallets fit their addresses`),
    skipped(centralWhere, `the keys of ${wallets - proved} further wallets were not proved`, prove),
  ]
}

/** Wallets without a row that are looked for: enough to recognise a wrong database. */
const mostMissing = 10_000

/**
 * Compares the wallets of deposits with `userwallet`. Ends at `most` wallets without a row, so that
 * a wrong or empty table needs little memory.
 * @param scope see walletsOfDeposits
 */
export async function checkMissingWallets(
  central: Needs['central'],
  database: Needs['database'],
  scope: 'all' | 'unfinished',
  most = mostMissing,
): Promise<{ readonly results: CheckResult[]; readonly missing: readonly string[] }> {
  const missing = new Set<Address>()
  try {
    await withDatabase(database, async (db) => {
      const batches = walletsOfDeposits(db, scope)
      for await (const found of missingWallets(central.url.reveal(), batches)) {
        for (const address of found) if (missing.size < most) missing.add(address)
        if (missing.size >= most) return
      }
    })
  } catch (error) {
    // A database that is down or not migrated is reported by its own check.
    const { message, errors } = explainError(error)
    const what = `the wallets of deposits were not looked for in userwallet: ${message}`
    const fix = errors[0]?.hint ?? 'fix the cause, then repeat the check'
    return { results: [skipped(centralWhere, what, fix)], missing: [] }
  }
  const examples = [...missing].map(toEip55)
  if (missing.size === 0) return { results: [], missing: examples }
  const which = scope === 'all' ? 'deposits' : 'deposits that are not swept yet'
  const least = missing.size >= most ? 'at least ' : ''
  const what = `${least}${countOf(missing.size, 'wallet')} with ${which} without a row in userwallet: ${few({ count: missing.size, examples })}`
  const fix = 'add each wallet with its key, then "coldsweep retry" its deposits'
  return { results: [failed('wallet-missing', centralWhere, what, fix)], missing: examples }
}

export function unreadTable(error: unknown, what: string): CheckResult {
  const { exitCode, message } = explainError(error)
  if (exitCode === exitCodes.unavailable) {
    const fix = 'check that the database is running and accepts this user'
    return unreachable(centralWhere, `${what}: ${message}`, fix)
  }
  return skipped(centralWhere, `${what}: ${message}`, 'fix the cause, then repeat the check')
}

interface Found {
  readonly count: number
  readonly examples: readonly string[]
}

/** The first few addresses of a line. */
export function few(found: Found, most = mostNamed): string {
  const names = found.examples.slice(0, most)
  return found.count > names.length ? `${names.join(', ')}, …` : names.join(', ')
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
