import { createCursorReader } from '../../../adapters/drizzle/cursor.ts'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { createKeeperStore } from '../../../adapters/drizzle/keeper/keeper-store.ts'
import { createLaneStore } from '../../../adapters/drizzle/lanes/lane-store.ts'
import { createSweepStore } from '../../../adapters/drizzle/sweeps/sweep-store.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { Sweep, SweepPlan } from '../../../domain/sweeps/sweep.ts'
import { deposits, scanCursors } from '../../../drizzle/schema.ts'
import { aDeposit } from '../factories/a-deposit.ts'
import { ownDatabase } from '../services/own-database.ts'

export const minute = 60_000

/**
 * Opens the stores of sweeps, lanes and the keeper on a new database. Returns them with functions
 * for the first steps of most tests.
 */
export async function ownLedger() {
  const own = await ownDatabase()
  const database = openDatabase(own.url, { max: 20, applicationName: 'test-ledger' })
  const { db, close } = database
  const sweeps = createSweepStore(db)

  /**
   * Stores the scanner's cursor, by default far ahead, because coldsweep signs nothing while the
   * scanner lags (MONEY 22).
   */
  async function scanned(chainId: number, height = 10n ** 12n): Promise<void> {
    const cursor = { startHeight: 1n, height, hash: '', headHeight: height }
    await db
      .insert(scanCursors)
      .values({ chainId, ...cursor })
      .onConflictDoNothing()
  }

  /** Stores a deposit, which is confirmed by default. */
  async function put(more: Partial<Deposit> = {}): Promise<Deposit> {
    const deposit = aDeposit(more)
    await scanned(deposit.chainId)
    await db.insert(deposits).values(deposit)
    return deposit
  }

  /** Stores a deposit whose sweep and lane are claimed by `holder`. */
  async function claimed(more: Partial<Deposit> = {}, holder = 'run-1'): Promise<ClaimedDeposit> {
    const deposit = await put(more)
    const claim = await sweeps.claim(deposit, holder, minute, 0n)
    if (claim.kind !== 'mine') throw new Error(`the claim is ${claim.kind}`)
    return { deposit, sweep: claim.sweep }
  }

  const freshLanes = () =>
    createLaneStore({
      signing: database,
      tracking: database,
      lead: async () => undefined,
      answerWithinMs: minute,
    })

  return {
    url: own.url,
    sql: own.sql,
    db,
    sweeps,
    lanes: freshLanes(),
    /** A store of lanes that has kept nothing in memory yet. */
    freshLanes,
    cursors: createCursorReader(db),
    keeperBook: createKeeperStore(db),
    put,
    claimed,
    async read(depositId: string): Promise<Deposit> {
      const deposit = await sweeps.deposit(depositId)
      if (!deposit) throw new Error(`no deposit ${depositId}`)
      return deposit
    },
    async close() {
      await close()
      await own.drop()
    },
  }
}

export type OwnLedger = Awaited<ReturnType<typeof ownLedger>>
export interface ClaimedDeposit {
  readonly deposit: Deposit
  readonly sweep: Sweep
}

export function aPlan(more: Partial<SweepPlan> = {}): SweepPlan {
  return {
    amount: 1_500_000n,
    block: 10n,
    gasLimit: 60_000n,
    feeCapWei: 3_000_000_000n,
    gasShortWei: 180_000_000_000_000n,
    ...more,
  }
}
