import { createSweepStore } from '../../adapters/drizzle/sweeps/sweep-store.ts'
import { loadConfig } from '../../config/load-config.ts'
import { BadInput } from '../../domain/money-errors.ts'
import { rescan as rescanBlocks } from '../../scanner/main.ts'
import { usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

interface RescanArguments {
  readonly chain: number
  readonly from: bigint
  readonly to: bigint
  readonly operator: string
  readonly reason: string
}

const noteEveryMs = 2_000

/**
 * Scans old blocks again, for wallets that were added to the central database after these blocks.
 * Before the scan, the operator's name and reason are recorded. Safe to repeat, and to run next to
 * a scanner.
 */
export async function rescan(args: RescanArguments, session: Session): Promise<Outcome> {
  const { chain, from, to, operator } = args
  if (from > to) throw usageError(`--from ${from} is above --to ${to}`, 'swap the two')
  let noted = Date.now()
  const onProgress = (height: bigint) => {
    if (Date.now() - noted < noteEveryMs) return
    noted = Date.now()
    session.note(`scanned up to block ${height} of ${to}`)
  }
  const reason = `${args.reason} (blocks ${from} to ${to})`
  const order = { operator, action: 'rescan', subject: `chain ${chain}`, reason }
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const onBegin = async () => {
    await withDatabase(database, (db) => createSweepStore(db).noteOrder(order))
  }
  const { blocks, found } = await rescanBlocks({
    chain,
    from,
    to,
    env: session.env,
    onBegin,
    onProgress,
  }).catch((error) => {
    if (!(error instanceof BadInput)) throw error
    throw usageError(
      error.message,
      'rescan only blocks that the scanner has read; it reads newer blocks by itself',
    )
  })
  return {
    data: { chainId: chain, from: Number(from), to: Number(to), blocks, found },
    text: () =>
      `rescanned ${blocks} blocks, found ${found} new ${found === 1 ? 'deposit' : 'deposits'}`,
  }
}
