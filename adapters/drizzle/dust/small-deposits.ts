import { and, eq, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { Settled, SmallDeposits } from '../../../domain/deposits/sweep-runs.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { oweDepositEvents } from '../deposits/deposit-events.ts'
import { hasRun } from '../deposits/deposits-without-run.ts'
import { haltOf } from '../deposits/halts.ts'
import { chainOrder, inChainOrder, readDeposit, toDeposit } from '../deposits/rows.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'
import { withoutEarlier } from '../sweeps/cover-late.ts'
import { lockLane, lockOpenSweep, lockRecordedSweeps } from '../sweeps/locks.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'

/** Deposits of one commit, so that no commit takes long. */
const perCommit = 1_000

/** Creates the writer that settles deposits below the minimum without a run (MONEY 15). */
export function createSmallDeposits(db: Queries): SmallDeposits {
  return withDatabaseErrors<SmallDeposits>({
    leaveToOthers: (depositId, min) =>
      db.transaction(async (tx) => {
        const named = await readDeposit(tx, depositId)
        if (!named || !(await isDriven(tx, named))) return none
        return await leave(tx, named, await lockSmall(tx, named, min, isQueued))
      }),
    ignore: (depositId, read) => db.transaction((tx) => ignoreSmall(tx, depositId, read)),
  })
}

const isQueued = eq(deposits.reason, 'queued')

const none: Settled = { named: false, more: false }

async function leave(
  tx: Queries,
  { id }: Pick<Deposit, 'id'>,
  ids: readonly string[],
): Promise<Settled> {
  const told = { reason: 'joint-sweep', detail: '' }
  const changed = { state: 'waiting', ...told, since: sql`now()` }
  await oweDepositEvents(tx, ids, 'sweep.waiting', () => told, changed)
  return settledOf(id, ids)
}

const settledOf = (named: string, ids: readonly string[]): Settled => ({
  named: ids.includes(named),
  more: ids.length === perCommit,
})

async function ignoreSmall(
  tx: Queries,
  depositId: string,
  { height, balance, min, detail }: Parameters<SmallDeposits['ignore']>[1],
): Promise<Settled> {
  const named = await readDeposit(tx, depositId)
  if (!named) return none
  const lane = await lockLane(tx, { chainId: named.chainId, sender: named.wallet })
  const hasSentSince = (lane?.lastMinedBlock ?? 0n) > height
  if (hasSentSince || (await lockOpenSweep(tx, named))) return none
  await lockRecordedSweeps(tx, named)
  const judged = and(
    inArray(deposits.reason, ['queued', 'joint-sweep']),
    lte(deposits.blockNumber, height),
    lte(deposits.amount, balance),
  )
  const small = await lockSmall(tx, named, min, judged)
  if (await haltOf(tx, named)) return none
  const rows = await tx
    .select()
    .from(deposits)
    .where(inArray(deposits.id, small))
    .orderBy(...chainOrder)
  const own = await withoutEarlier(tx, named, rows.map(toDeposit))
  const ids = own.map(({ id }) => id)
  const told = { reason: 'dust', detail }
  const changed = { state: 'ignored', ...told, since: sql`now()` }
  await oweDepositEvents(tx, ids, 'sweep.ignored', () => told, changed)
  return settledOf(depositId, small)
}

/**
 * Whether the run of a deposit has reported, and works or waits for a sweep. An open sweep alone
 * drives nothing: its deposits may need an operator.
 */
async function isDriven(tx: Queries, at: WalletAsset): Promise<boolean> {
  const [other] = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(isOfAsset(deposits, at), hasRun))
    .limit(1)
  return other !== undefined
}

/**
 * Locks small deposits of the named deposit's wallet and asset that no run, sweep, hold or order
 * has touched: the named one and the next in chain order. A row that another commit has locked is
 * left out, because the named one may be locked out of order.
 * @returns their ids in chain order
 */
async function lockSmall(
  tx: Queries,
  named: WalletAsset & { readonly id: string },
  min: bigint,
  more: SQL | undefined,
): Promise<string[]> {
  const rows = await tx
    .select()
    .from(deposits)
    .where(
      and(
        isOfAsset(deposits, named),
        eq(deposits.covered, false),
        eq(deposits.state, 'waiting'),
        isNotNull(deposits.confirmedAt),
        isNull(deposits.lastRunAt),
        isNull(deposits.sweepId),
        isNull(deposits.dustOrderId),
        isNull(deposits.heldAt),
        lt(deposits.amount, min),
        more,
      ),
    )
    .orderBy(sql`${deposits.id} <> ${named.id}`, ...chainOrder)
    .limit(perCommit)
    .for('update', { skipLocked: true })
  return rows.sort(inChainOrder).map(({ id }) => id)
}
