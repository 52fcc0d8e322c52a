import type { Asset, CrashPoint } from '../harness/processes/crash-points.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { type FaultWorld, faultWorld, type Mortal } from '../harness/worlds/fault-world.ts'
import { createJudge, type Wrong } from '../harness/worlds/judge-world.ts'

/** A world whose processes run, ready for the next crash. */
export interface CrashWorld {
  readonly world: FaultWorld
  readonly scanner: Mortal
  readonly worker: Mortal
  readonly judge: () => Promise<readonly Wrong[]>
}

/** Starts a world for crash cases. @param slowlyFinal whether blocks become final slowly */
export async function crashWorld(slowlyFinal = false): Promise<CrashWorld> {
  const world = await faultWorld(slowlyFinal ? { chain: { finality: { depth: slowDepth } } } : {})
  const scanner = world.mortal('scanner')
  const worker = world.mortal('worker')
  scanner.start()
  worker.start()
  return { world, scanner, worker, judge: createJudge(world) }
}

/**
 * Finality depth in blocks. A transaction takes longer to become final than a killed worker's step
 * takes to be retried.
 */
const slowDepth = 40

/** An idle machine needs a tenth of these two limits, so only a hang exceeds them. */
const dieWithinMs = 120_000
const doneWithinMs = 240_000

/**
 * Pays one deposit, waits until the point's process dies at the point, and restarts the process
 * without a crash order. @returns the errors that the judge finds
 */
export async function runCrashCase(
  { world, scanner, worker, judge }: CrashWorld,
  point: CrashPoint,
  asset: Asset,
): Promise<readonly Wrong[]> {
  const doomed = point.process === 'scanner' ? scanner : worker
  const wallet = await world.addWallet()
  // A scanner that does not know the wallet yet would find the deposit in a backfill, which is not
  // the path under test.
  await walletIsKnown(world, wallet, scanner)
  doomed.order({ point: point.name, nth: 1, delayMs: 1 })
  await world.pay(asset === 'native' ? 'ETH' : 'PLAIN', wallet)
  try {
    await eventually(
      () => doomed.process.exitCode,
      (code) => code !== undefined,
      dieWithinMs,
    )
  } catch {
    doomed.cancelOrder()
    return [{ kind: 'other', says: `the ${point.process} never came to "${point.name}"` }]
  }
  if (!doomed.diedAtPoint()) {
    return [{ kind: 'other', says: `the ${point.process} ended elsewhere: see its log` }]
  }
  doomed.start()
  try {
    await world.untilDone(doneWithinMs)
  } catch (error) {
    return [{ kind: 'stuck', says: (error as Error).message }]
  }
  return await judge()
}

async function walletIsKnown(
  { deployment: { sql } }: FaultWorld,
  wallet: string,
  scanner: Mortal,
): Promise<void> {
  const cursors = () => sql`
    select 1 from wallets w, scan_cursors c where w.address = ${wallet} and c.wallet_seq >= w.seq`
  const isKnown = (rows: readonly unknown[]) => {
    if (scanner.process.exitCode !== undefined) throw new Error(scanner.lastWords())
    return rows.length > 0
  }
  await eventually(cursors, isKnown, dieWithinMs)
}
