import {
  condition,
  defineQuery,
  defineSignal,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import {
  type GasMined,
  type SweepInput,
  type SweepStateAttribute,
  type SweepView,
  searchAttributeNames,
  signalNames,
  stateQueryName,
  type TransactionView,
} from './contract.ts'
import { renderDetails } from './details.ts'
import type { HandledOrders } from './orders.ts'
import { handleOrders } from './orders.ts'

const wakeUpNames = [
  signalNames.laneFree,
  signalNames.sweepClosed,
  signalNames.keeperRefilled,
  signalNames.depositOrphaned,
] as const

/**
 * State of one deposit's run: its view for people, and its wake-ups. Rows, not this state, decide
 * about money; a wake-up only makes the run read the rows again.
 */
export interface SweepRun {
  readonly input: SweepInput
  /** Orders that this run received, for the run that continues it. */
  readonly heard: HandledOrders
  /** Shows a state in the Web UI and to the query; `detail` is for people. */
  show(state: string, more?: { readonly detail?: string; readonly sweepId?: string }): void
  /** Adds a transaction to the table, or updates the outcome of a shown transaction. */
  showTransaction(view: TransactionView): void
  /**
   * Sleeps until the gas signal, another wake-up, or the timer. Returns whether the signal came.
   */
  gasSignal(transactionKey: string, timeoutMs: number): Promise<boolean>
  /** Sleeps until a wake-up or the timer. */
  wakeUp(reason: string, timeoutMs: number): Promise<void>
  /**
   * Sleeps until an operator's order, or until a wake-up to read the row again, because another
   * deposit's run may have finished this deposit. Without an order the row alone decides whether
   * the run continues (MONEY 17).
   */
  order(): Promise<void>
  /** Whether an operator's order was received since the last call. */
  consumeOrder(): boolean
  /** Sets the search attribute to the final state. */
  finish(state: SweepStateAttribute): void
}

/** Sets the handlers of a run's query, signals and updates, and returns the run's state. */
export function startRun(input: SweepInput): SweepRun {
  let woken = false
  let ordered = input.goesOn?.ordered ?? false
  const heard = { ...input.goesOn?.heard }
  let attribute: SweepStateAttribute = 'sweeping'
  let view: SweepView = {
    depositId: input.depositId,
    state: 'planning',
    detail: '',
    since: new Date().toISOString(),
    sweepId: null,
    transactions: [],
  }
  const minedGas = new Set<string>()

  const update = (change: Partial<SweepView>) => {
    view = { ...view, ...change }
    setCurrentDetails(renderDetails(input, view))
  }
  const mark = (value: SweepStateAttribute) => {
    if (value === attribute) return
    attribute = value
    upsertSearchAttributes({ [searchAttributeNames.sweepState]: [value] })
  }
  setHandler(defineQuery<SweepView>(stateQueryName), () => view)
  // Anybody may send a signal with any payload. A signal without a transaction must not fail the
  // workflow task.
  setHandler(defineSignal<[GasMined | undefined]>(signalNames.gasMined), (signal) => {
    if (typeof signal?.transactionKey !== 'string')
      update({ detail: 'ignored a gasMined without transactionKey' })
    else minedGas.add(signal.transactionKey)
  })
  for (const name of wakeUpNames) {
    setHandler(defineSignal(name), () => {
      woken = true
    })
  }
  handleOrders({
    depositId: input.depositId,
    heard,
    retry() {
      ordered = true
      woken = true
    },
    wake() {
      woken = true
    },
    showMessage: (detail) => update({ detail }),
    view: () => view,
  })
  update({})

  return {
    input,
    heard,
    show(state, { detail = '', sweepId } = {}) {
      const since = state === view.state ? view.since : new Date().toISOString()
      update({ state, detail, since, sweepId: sweepId ?? view.sweepId })
    },
    showTransaction(shown) {
      const others = view.transactions.filter((t) => t.hash !== shown.hash)
      update({ transactions: [...others, shown] })
    },
    async gasSignal(transactionKey, timeoutMs) {
      const summary = 'gas signal, else ask for the receipt'
      woken = false
      await condition(() => minedGas.has(transactionKey) || woken, timeoutMs, { summary })
      return minedGas.has(transactionKey)
    },
    async wakeUp(reason, timeoutMs) {
      await condition(() => woken, timeoutMs, { summary: `waits: ${reason}` })
      woken = false
    },
    async order() {
      mark('needs-attention')
      // A wake-up during the read of the row counts too, because the row may have changed since.
      await condition(() => ordered || woken)
      woken = false
      if (ordered) mark('sweeping')
    },
    consumeOrder() {
      const taken = ordered
      ordered = false
      return taken
    },
    finish: mark,
  }
}
