import { isAddress } from '../../domain/address.ts'
import { readByCursor } from '../postgres/read-by-cursor.ts'
import { openCentralClient } from './central-database.ts'
import { translateCentralError } from './errors.ts'
import { asReadText } from './spelling.ts'
import {
  type AddressOfKey,
  columnsText,
  type FaultyWallet,
  judgeTally,
  type Tally,
  tally,
  type WalletRow,
} from './wallet-rows.ts'

const batchSize = 1_000

/** The server sorts the whole table before it sends the first row. */
const answerWithinMs = 300_000

const select = `select ${columnsText} from userwallet order by ${asReadText} collate "C"`

/** One step of the proof: the rows that were proved since the last step, and their faults. */
export interface ProofStep {
  readonly rows: number
  /** Distinct well-formed addresses. */
  readonly wallets: number
  readonly faulty: readonly FaultyWallet[]
}

/** Estimated number of rows, for a progress bar. */
export async function countWalletRows(url: string): Promise<number> {
  const sql = openCentralClient(url, {
    applicationName: 'coldsweep-config-check',
    statementTimeoutMs: answerWithinMs,
  })
  try {
    const [row] = await sql<{ rows: string }[]>`select count(*) as rows from userwallet`
    return Number(row?.rows ?? 0)
  } catch (error) {
    throw translateCentralError(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * Derives the address of every key of `userwallet`, from one snapshot. Holds one batch of rows in
 * memory, because the rows come sorted by address.
 * @throws CentralDatabaseUnreachable, CentralDatabaseRefused; the steps are then no proof
 */
export async function* proveWallets(
  url: string,
  addressOfKey: AddressOfKey,
): AsyncGenerator<ProofStep> {
  const sql = openCentralClient(url, {
    applicationName: 'coldsweep-config-check',
    statementTimeoutMs: answerWithinMs,
  })
  const limit = { ms: answerWithinMs, late: () => new Error('the central database is silent') }
  let seen: Tally | undefined
  const endOf = (ended: Tally | undefined) => ({
    wallets: ended && isAddress(ended.address) ? 1 : 0,
    faulty: (ended && judgeTally(ended)) ?? [],
  })
  try {
    for await (const rows of readByCursor<WalletRow>(sql, select, { batchSize, limit })) {
      const faulty: FaultyWallet[] = []
      let wallets = 0
      for (const row of rows) {
        if (seen && (seen.address !== row.address || !isAddress(seen.address))) {
          const end = endOf(seen)
          wallets += end.wallets
          faulty.push(...[end.faulty].flat())
          seen = undefined
        }
        seen = tally(seen, row, addressOfKey)
      }
      yield { rows: rows.length, wallets, faulty }
    }
    const { wallets, faulty } = endOf(seen)
    yield { rows: 0, wallets, faulty: [faulty].flat() }
  } catch (error) {
    throw translateCentralError(error)
  }
}
