import { MockActivityEnvironment } from '@temporalio/testing'
import { createActivities } from '../../../activities/index.ts'
import type { ActivityDeps } from '../../../activities/step/activity-deps.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { DepositWithoutRun, WakeUp } from '../../../domain/deposits/sweep-runs.ts'
import type { KeeperLevel } from '../../../domain/keeper/keeper-capacity.ts'
import type { ParkedForGas } from '../../../domain/keeper/keeper-store.ts'
import type { Mined, Transaction } from '../../../domain/lanes/transaction.ts'
import type { OrderAnswer } from '../../../domain/operators/deposit-orders.ts'
import type { WorkMessage } from '../../../domain/outbox/event.ts'
import { type SweepRequest, sweepWorkflowId } from '../../../workflows/contract.ts'
import { token } from '../factories/a-chain.ts'
import { aCursor } from '../factories/a-cursor.ts'
import { aDeposit } from '../factories/a-deposit.ts'
import { FakeBooks } from '../fakes/fake-books.ts'
import { FakeLaneStore } from '../fakes/fake-lane-store.ts'
import { FakeSweeps } from '../fakes/fake-sweeps.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { recordingMetrics } from '../fakes/recording-metrics.ts'
import { aMoneyChain } from './a-money-chain.ts'

const nothing = () => undefined
/** Silences the SDK, which logs every error of an activity. These tests expect errors. */
const silent = {
  log: nothing,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
}

/** In-memory ports that replace Redis, Temporal and the stores of orders and adoptions. */
function outside() {
  const state = {
    signalled: false,
    level: undefined as KeeperLevel | undefined,
    parked: [] as ParkedForGas[],
    woken: [] as { workflowId: string; wakeUp: WakeUp }[],
    adopted: [] as DepositWithoutRun[],
    settled: new Set<string>(),
    ordered: { kind: 'done', state: 'waiting(queued)' } as OrderAnswer,
    started: [] as WorkMessage[],
    startFails: (_message: WorkMessage): Error | undefined => undefined,
  }
  return {
    state,
    gasSignals: { put: async () => {}, has: async () => state.signalled },
    orders: { skip: async () => state.ordered, approve: async () => state.ordered },
    adoptions: { take: async () => state.adopted },
    settle: async ({ id }: { readonly id: string }) => state.settled.has(id),
    runs: {
      start: async (message: WorkMessage) => {
        const failure = state.startFails(message)
        if (failure) throw failure
        state.started.push(message)
      },
      wake: async (workflowId: string, wakeUp: WakeUp) => {
        state.woken.push({ workflowId, wakeUp })
        return true
      },
      reachable: async () => true,
    },
  }
}

/**
 * Creates all activities on in-memory ports. The bench runs each activity in the context that
 * Temporal would give it in the workflow of a deposit.
 */
export function activityBench(more: Parameters<typeof aMoneyChain>[0] = {}) {
  const chain = aMoneyChain(more)
  const wallet = chain.addWallet().address
  const sweeps = new FakeSweeps()
  const lanes = new FakeLaneStore()
  const log = recordingLog()
  const metrics = recordingMetrics()
  const { state: world, ...ports } = outside()
  const deps: ActivityDeps = {
    ...ports,
    chains: new Map([[chain.chain.id, chain]]),
    sweeps,
    lanes,
    cursors: {
      cursor: async () =>
        lanes.scanned === null ? undefined : aCursor(lanes.scanned, sweeps.confirmed),
    },
    log,
    metrics,
    keeperBook: {
      live: async () => lanes.transactions.filter((t) => t.state === 'live'),
      announce: async (_, level) => {
        const changed = level !== (world.level ?? 'ok')
        world.level = level
        return changed
      },
      parked: async (_, limit) => world.parked.slice(0, limit),
    },
    books: new FakeBooks(),
    histories: new Map([[chain.chain.id, { mined: async () => undefined }]]),
    limits: { gasRounds: 3, sweepRounds: 2 },
    leaseMs: 60_000,
    adoptAfterMs: 300_000,
  }
  const activities = createActivities(deps)
  const deposit = sweeps.put(aDeposit({ chainId: chain.chain.id, wallet }))
  /** Details of the last heartbeat, which Temporal keeps between attempts. */
  let heartbeatDetails: unknown
  const env = (depositId = deposit.id) => {
    const workflowExecution = { workflowId: sweepWorkflowId(depositId), runId: 'run' }
    const made = new MockActivityEnvironment(
      { workflowExecution, heartbeatDetails },
      { logger: silent },
    )
    made.on('heartbeat', (details: unknown) => {
      heartbeatDetails = details
    })
    return made
  }

  const inContext = <R>(work: () => Promise<R>, depositId?: string): Promise<R> =>
    env(depositId).run(work) as Promise<R>

  const plan = (depositId = deposit.id, retry = false) =>
    inContext(() => activities.plan({ depositId, retry }), depositId)

  /** Plans the deposit and returns the sweep to drive. Throws unless the plan succeeds. */
  async function planned(depositId = deposit.id): Promise<SweepRequest> {
    const answer = await plan(depositId)
    if (answer.kind !== 'planned') throw new Error(`${answer.kind} ${JSON.stringify(answer)}`)
    return { depositId, sweepId: answer.sweepId }
  }

  return {
    chain,
    fake: chain.fake,
    wallet,
    sweeps,
    lanes,
    log,
    metrics,
    world,
    deps,
    deposit,
    plan,
    planned,
    fundGas: (request: SweepRequest) => inContext(() => activities.fundGas(request)),
    checkGas: (request: SweepRequest) => inContext(() => activities.checkGas(request)),
    sweep: (request: SweepRequest) => inContext(() => activities.sweep(request)),
    recordSweep: (request: SweepRequest) => inContext(() => activities.recordSweep(request)),
    activities,
    inContext,
    /** Gives the wallet tokens and, by default, the native balance that pays for their transfer. */
    hold(amount: bigint, wei = 10n ** 18n) {
      chain.fake.setToken(token, wallet, amount)
      chain.fake.setBalance(wallet, wei)
    },
    /** Adds a deposit of native coin to the wallet. */
    native(more: Partial<Deposit> = {}): Deposit {
      const { id: chainId } = chain.chain
      return sweeps.put(aDeposit({ chainId, wallet, asset: 'native', ...more }))
    },
    row: (depositId = deposit.id) => sweeps.deposits.get(depositId),
    sweepTransaction: () => lanes.transactions.find((t) => t.step === 'sweep'),
    /** Mines the pool and records the end of the transaction, as the lane loop does. */
    async endAs(transaction: Transaction, end: Transaction['state'], ok = true): Promise<Mined> {
      const hash = transaction.attempts[0]?.hash ?? '0x'
      const block = chain.fake.mine({ failing: ok ? [] : [hash] })
      const receipt = await chain.fake.receipt(hash)
      if (!receipt) throw new Error('it was not mined')
      const mined: Mined = {
        hash,
        blockNumber: block.number,
        blockHash: block.hash,
        txIndex: receipt.transactionIndex,
        ok: receipt.ok,
        gasUsed: receipt.gasUsed,
        gasPriceWei: receipt.effectiveGasPriceWei,
        l1FeeWei: 0n,
      }
      lanes.end(transaction, end, mined)
      return mined
    },
  }
}

/** Returns the type, message and requested retry delay of a failure, as Temporal reads them. */
export async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (e) => e,
  )
  return {
    type: error?.type ?? error?.name,
    message: error?.message,
    pauseMs: error?.nextRetryDelay,
  }
}
