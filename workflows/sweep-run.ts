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
import { hearOrders } from './order-handlers.ts'
import type { HeardOrders } from './order-ids.ts'

const wakeUpNames = [
  signalNames.laneFree,
  signalNames.sweepClosed,
  signalNames.keeperRefilled,
  signalNames.depositOrphaned,
] as const

/**
 * One deposit's run: what it shows to people and what can wake it. It holds no truth about money;
 * each wake-up only makes it look again.
 */
export interface SweepRun {
  readonly input: SweepInput
  /** Orders that came, for the run that continues this one. */
  readonly heard: HeardOrders
  /** Shows a state in the Web UI and to the query; `detail` is for people. */
  show(state: string, more?: { readonly detail?: string; readonly sweepId?: string }): void
  /** Adds a transaction to the table, or says how the step's newest one came out. */
  showTransaction(view: TransactionView): void
  /**
   * Sleeps until the transaction's gas signal, another wake-up, or the timer. true when the signal
   * came.
   */
  gasSignal(transactionKey: string, timeoutMs: number): Promise<boolean>
  /** Sleeps until a wake-up or the timer. */
  wakeUp(reason: string, timeoutMs: number): Promise<void>
  /**
   * Sleeps until an operator's order, or a hint to read the row again: another deposit's run may
   * have finished this one. Without an order the row alone decides whether anything goes on (MONEY
   * 17).
   */
  order(): Promise<void>
  /** Whether an operator's order came since this was last asked. */
  takeOrder(): boolean
  finish(state: SweepStateAttribute): void
}

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
  // Anybody may send a signal with anything in it: one that names no transaction must not end the
  // run's every task.
  setHandler(defineSignal<[GasMined | undefined]>(signalNames.gasMined), (signal) => {
    if (typeof signal?.transactionKey !== 'string')
      update({ detail: 'a gasMined without transactionKey was not heard' })
    else minedGas.add(signal.transactionKey)
  })
  for (const name of wakeUpNames) {
    setHandler(defineSignal(name), () => {
      woken = true
    })
  }
  hearOrders({
    depositId: input.depositId,
    heard,
    retry() {
      ordered = true
      woken = true
    },
    wake() {
      woken = true
    },
    tell: (detail) => update({ detail }),
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
      // What came while the row was being read counts too: the row may have changed behind that
      // reading.
      await condition(() => ordered || woken)
      woken = false
      if (ordered) mark('sweeping')
    },
    takeOrder() {
      const taken = ordered
      ordered = false
      return taken
    },
    finish: mark,
  }
}
