import { readSweepDetails, type SweepDetails } from '../../adapters/drizzle/lanes/sweep-details.ts'
import { loadConfig } from '../../config/load-config.ts'
import { resolveDeposit } from '../orders/resolve-deposit.ts'
import { describeSweep } from '../render/describe-sweep.ts'
import { readyCommands } from '../render/ready-commands.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { createAssetNames } from '../views/asset-names.ts'
import { toDepositJson } from '../views/deposit-json.ts'
import { toSweepJson, toTransactionJson } from '../views/sweep-json.ts'
import { whatNext } from '../views/what-next.ts'

/** Shows one deposit. `data` is the deposit of `sweeps` with more keys. */
export async function sweep({ id }: { readonly id: string }, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const names = createAssetNames(config.chains)
  const { view, details } = await withDatabase(config.database, async (db) => {
    const found = await resolveDeposit(db, id, names)
    return { view: found, details: await readSweepDetails(db, found.deposit) }
  })
  const deposit = toDepositJson(view, names)
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
