import { largerOf } from '../domain/amount.ts'
import { openDifferences } from '../domain/books/acknowledgement.ts'
import { inUnits } from '../domain/chains/asset.ts'
import { planFees } from '../domain/chains/fees.ts'
import { recordedTransferGas } from '../domain/chains/nodes/transfer-gas-limit.ts'
import { plainTransferGas } from '../domain/chains/transfer-gas.ts'
import { TemporalRefused } from '../domain/errors.ts'
import { committedWei, keeperLevel } from '../domain/keeper/keeper-capacity.ts'
import { staleHead } from '../domain/lanes/stale-head.ts'
import { BadInput, NotYet } from '../domain/money-errors.ts'
import { reconcile } from '../transactions/reconcile/reconcile.ts'
import { type ChainActivities, sweepWorkflowId } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/activity-deps.ts'
import { chainOf } from './step/activity-deps.ts'

const mostWokenAtOnce = 500

/**
 * MONEY 7: judges the keeper's level by its uncommitted balance and announces each change of the
 * level once. Wakes as many parked sweeps as that balance pays for, oldest first. Assumes 21,000
 * gas if a plain transfer cannot be measured, so that the alert is not delayed. Throws `NotYet` if
 * the node is behind our rows.
 */
export function createWatchKeeper(deps: ActivityDeps): ChainActivities['watchKeeper'] {
  return async (chainId) => {
    const money = chainOf(deps, chainId)
    const { chain, state } = money
    const { address, alertBelowWei } = chain.gasKeeper
    const [cursor, live] = await Promise.all([
      deps.cursors.cursor(chainId),
      deps.keeperBook.live(chainId, address),
    ])
    const head = await state.head()
    const stale = staleHead(head, { scanned: cursor?.height ?? null, mined: live })
    if (stale !== undefined) {
      deps.log.warn({ chain: chain.name, why: stale }, 'keeper check skipped; node is behind')
      throw new NotYet(stale)
    }
    const [balanceWei, usedNonces, quote] = await Promise.all([
      state.nativeBalance(address, head.hash),
      state.nonceAt(address, head.hash),
      state.feeQuote(),
    ])
    // The balance at the head reflects every transaction that is mined up to the head, even if the
    // transaction's row does not record its block yet.
    const unpaid = live.filter(({ nonce }) => nonce >= usedNonces)
    const uncommittedWei = largerOf(0n, balanceWei - committedWei(unpaid, head.number))
    const transferGas = await recordedTransferGas(money).catch((error: unknown) => {
      deps.log.warn({ chain: chain.name, error }, 'transfer gas not measured; assuming 21000')
      return plainTransferGas
    })
    const gasPriceWei = quote.gasPriceWei
    const level = keeperLevel({ uncommittedWei, alertBelowWei, gasPriceWei, transferGas })
    const emptyBelowWei = transferGas * gasPriceWei
    const balance = { balanceWei, uncommittedWei, alertBelowWei, emptyBelowWei, keeper: address }
    if (await deps.keeperBook.announce(chainId, level, balance)) {
      const fields = {
        chain: chain.name,
        keeper: address,
        uncommittedWei: uncommittedWei.toString(),
      }
      if (level === 'ok') deps.log.info(fields, 'keeper recovered')
      else deps.log.error(fields, `keeper ${level}`)
    }
    const fees = planFees(quote, chain.feeMode, chain.gas)
    const transferWei = fees.kind === 'plan' ? transferGas * fees.fees.startWei : undefined
    const woken =
      transferWei === undefined ? 0 : await wake(deps, chainId, uncommittedWei, transferWei)
    return { level, uncommitted: inUnits(uncommittedWei, chain.native), woken }
  }
}

async function wake(
  deps: ActivityDeps,
  chainId: number,
  uncommittedWei: bigint,
  transferWei: bigint,
): Promise<number> {
  let rest = uncommittedWei
  let woken = 0
  for (const parked of await deps.keeperBook.parked(chainId, mostWokenAtOnce)) {
    rest -= parked.shortWei + transferWei
    if (rest < 0n) break
    await deps.runs.wake(sweepWorkflowId(parked.depositId), { kind: 'keeperRefilled' })
    woken += 1
  }
  return woken
}

const mostAtOnce = 500
const rereadRow = { kind: 'sweepClosed' } as const

/**
 * Finishes closes that were interrupted while no run is left to finish them. Then starts a workflow
 * for each confirmed, unfinished deposit that has had no workflow for a while
 * (terminated, purged, retention passed, Temporal's data lost). If the workflow still exists, the
 * start changes nothing. An existing workflow may wait for a person although its row has changed
 * since (database restored from a backup, deposit back after a reorg), so this activity wakes it to
 * reread the row.
 */
export function createAdoptDeposits(deps: ActivityDeps): ChainActivities['adoptDeposits'] {
  return async () => {
    await finishCloses(deps)
    const adopted = await deps.adoptions.take(deps.adoptAfterMs, mostAtOnce)
    let started = 0
    for (const { message, needsAttention } of adopted) {
      try {
        const { depositId } = message
        const deposit = needsAttention ? undefined : await deps.sweeps.deposit(depositId)
        if (deposit && (await deps.settle?.(deposit))) continue
        await deps.runs.start(message)
        if (!needsAttention) await deps.runs.wake(sweepWorkflowId(depositId), rereadRow)
        started += 1
      } catch (error) {
        if (!(error instanceof TemporalRefused || error instanceof BadInput)) throw error
        // One failed start must not block the deposits after it.
        deps.log.error({ deposit: message.depositId, error }, 'deposit could not be adopted')
      }
    }
    if (started > 0) deps.log.info({ deposits: started }, 'adopted deposits without a workflow')
    deps.metrics.count('coldsweep_adopted_total', {}, started)
    return started
  }
}

async function finishCloses({ sweeps, log }: ActivityDeps): Promise<void> {
  for (const sweep of await sweeps.interruptedCloses()) {
    try {
      log.info({ sweep, covered: await sweeps.close(sweep) }, 'interrupted sweep recorded')
    } catch (error) {
      // One close must not block the deposits without a run.
      log.warn({ sweep, error }, 'sweep could not be recorded; it is tried again')
    }
  }
}

const mostLogged = 20

/**
 * MONEY 23: compares the books with the chain on a schedule, and reports differences by log, metric
 * and event until the books balance.
 */
export function createReconcile(deps: ActivityDeps): ChainActivities['reconcile'] {
  return async (chainId) => {
    const { chain, state } = chainOf(deps, chainId)
    const history = deps.histories.get(chainId)
    if (!history) throw new BadInput(`chain ${chainId} is not in coldsweep.yaml of this worker`)
    const report = await reconcile({ ...deps, chain, state, history })
    const { block, wallets } = report
    const differences = openDifferences(report.differences)
    for (const { kind, address, words, rows } of differences.slice(0, mostLogged)) {
      const fields = { chain: chain.name, block: block.number, kind, address, rows }
      deps.log.error(fields, `books do not balance: ${words}`)
    }
    return {
      block: Number(block.number),
      wallets,
      differences: differences.length,
      first: differences[0]?.words ?? '',
    }
  }
}
