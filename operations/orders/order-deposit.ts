import { type Chain, findAsset } from '../../domain/chains/chain.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { isTerminal } from '../../domain/deposits/deposit-state.ts'
import type { SweepRuns } from '../../domain/deposits/sweep-runs.ts'
import { TemporalUnreachable } from '../../domain/errors.ts'
import type {
  DepositOrderName,
  DepositOrders,
  OrderAnswer,
  SignedOrder,
} from '../../domain/operators/deposit-orders.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { toWorkMessage } from './to-work-message.ts'

export interface OrderPorts {
  readonly chains: readonly Pick<Chain, 'id' | 'native' | 'tokens'>[]
  readonly orders: DepositOrders
  /** Reads the deposit's row after the order. */
  deposit(): Promise<Deposit>
  /** Connects to Temporal, and calls `work`. Throws `TemporalUnreachable`. */
  withRuns(work: (runs: Pick<SweepRuns, 'start' | 'wake'>) => Promise<void>): Promise<void>
}

export interface OrderedDeposit {
  readonly answer: OrderAnswer
  readonly deposit: Deposit
  /**
   * false: Temporal is down, so the order only takes effect later. The row contains the order, and
   * the workflow's timers or the schedule coldsweep-adopt apply it.
   */
  readonly isWoken: boolean
}

/**
 * Applies an operator's order to one deposit. One commit writes the row and the audit record. Then
 * the workflow is woken, or started if the deposit continues without one. Safe to repeat: an order
 * that is already in effect changes nothing and still wakes the workflow.
 */
export async function orderDeposit(
  name: DepositOrderName,
  depositId: string,
  { operator, reason }: SignedOrder,
  ports: OrderPorts,
): Promise<OrderedDeposit> {
  const answer = await ports.orders[name](depositId, { operator, reason })
  const deposit = await ports.deposit()
  if (answer.kind === 'refused') return { answer, deposit, isWoken: true }
  return { answer, deposit, isWoken: await wakeRun(deposit, ports) }
}

async function wakeRun(deposit: Deposit, { chains, withRuns }: OrderPorts): Promise<boolean> {
  const chain = chains.find(({ id }) => id === deposit.chainId)
  const asset = chain && findAsset(chain, deposit.asset)
  const goesOn = deposit.confirmedAt !== null && !isTerminal(deposit.state)
  try {
    await withRuns(async (runs) => {
      if (asset && goesOn) await runs.start(toWorkMessage(deposit, asset))
      await runs.wake(sweepWorkflowId(deposit.id), { kind: 'sweepClosed' })
    })
    return true
  } catch (error) {
    if (error instanceof TemporalUnreachable) return false
    throw error
  }
}
