import { readSweepDetails } from '../../adapters/drizzle/lanes/sweep-details.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { SweepDetails } from '../../domain/sweeps/sweep-details.ts'
import { createAssetNames } from '../../operations/views/asset-names.ts'
import { toDepositJson } from '../../operations/views/deposit-json.ts'
import { toSweepJson, toTransactionJson } from '../../operations/views/sweep-json.ts'
import { whatNext } from '../../operations/views/what-next.ts'
import { whyDepositQueued, withCauses } from '../../operations/views/why-queued.ts'
import { resolveDeposit } from '../orders/resolve-deposit.ts'
import { describeSweep } from '../render/describe-sweep.ts'
import { readyCommands } from '../render/ready-commands.ts'
import { askQueuedDeposit } from '../session/ask-queued.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'

/** Shows one deposit. `data` has the keys of a deposit in `coldsweep sweeps`, and more. */
export async function sweep({ id }: { readonly id: string }, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const names = createAssetNames(config.chains)
  const { view, details } = await withDatabase(config.database, async (db) => {
    const found = await resolveDeposit(db, id, names)
    return { view: found, details: await readSweepDetails(db, found.deposit) }
  })
  const { state, reason } = view.deposit
  const isQueued = state === 'waiting' && reason === 'queued'
  const causes = isQueued
    ? whyDepositQueued(await askQueuedDeposit(session.env, config.database, view.deposit.id))
    : []
  const deposit = withCauses(toDepositJson(view, names), causes)
  const data = {
    ...deposit,
    sweep: details.sweep ? toSweepJson(details.sweep) : null,
    transactions: details.transactions.map((it) => toTransactionJson(it, details.sends)),
    others: details.others.map((other) => toDepositJson(other, names)),
    operatorActions: details.actions.map(({ doneAt, ...rest }) => ({
      at: doneAt.toISOString(),
      ...rest,
    })),
    scanner: toScannerJson(details),
    next: whatNext(view.deposit).next,
    commands: readyCommands(deposit, deposit.workflowId, session.env),
  }
  return {
    data,
    text: (paint) => describeSweep(data, view.deposit, names, paint, new Date()),
  }
}

function toScannerJson({ scanner }: SweepDetails) {
  if (!scanner) return null
  const { height, finalHeight } = scanner
  return { height: Number(height), finalHeight: finalHeight === null ? null : Number(finalHeight) }
}
