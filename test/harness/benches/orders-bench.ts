import { afterAll, afterEach, beforeAll } from 'vitest'
import { createDepositOrders } from '../../../adapters/drizzle/sweeps/deposit-orders.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { formatState } from '../../../domain/deposits/deposit-state.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { coldWallet, wallet } from '../factories/a-chain.ts'
import { seedTransaction } from '../factories/seed-rows.ts'
import { minute, type OwnLedger, ownLedger } from './own-ledger.ts'

export const chainId = 31337
export const by = { operator: 'ann', reason: 'looked at it' }

export type OrdersBench = ReturnType<typeof benchOf>

/**
 * Sets up operators' orders on deposits of one chain, in a new database for the calling test file.
 * Empties the tables after each test.
 */
export function ordersBench(begin: (bench: OrdersBench) => void): void {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
    await ledger.sql`insert into chains (id, name, cold_wallet) values (${chainId}, 'devnet', ${coldWallet})`
    begin(benchOf(ledger))
  })
  afterAll(() => ledger?.close())
  afterEach(async () => {
    await ledger.sql`truncate attempts, transactions, deposits, lanes, sweeps, keeper_drains, outbox`
    await ledger.sql`update chains set paused_reason = null, cold_wallet = ${coldWallet}`
  })
}

function benchOf(ledger: OwnLedger) {
  return {
    ledger,
    orders: createDepositOrders(ledger.db),
    async stateOf({ id }: Pick<Deposit, 'id'>) {
      const { state, reason } = await ledger.read(id)
      return formatState(state, reason)
    },
    /** Stores a deposit that waits for an approval. */
    async held(more: Partial<Deposit> = {}) {
      const deposit = await ledger.put({ reason: 'approval', ...more })
      await ledger.sql`
        update deposits set held_reason = 'approval', held_at = now() where id = ${deposit.id}`
      return deposit
    },
    claim: (deposit: Deposit, holder = sweepWorkflowId(deposit.id)) =>
      ledger.sweeps.claim(deposit, holder, minute, 0n),
    /** Reads the recorded orders of the deposit, oldest first. */
    async actions({ id }: Pick<Deposit, 'id'>) {
      const rows = await ledger.sql`
        select operator, action, reason from operator_actions where subject = ${id} order by id`
      return rows.map((row) => ({ ...row }))
    },
    /** Stores a signed transaction of the sweep. */
    async sign(sweepId: string, more: object = {}) {
      await seedTransaction(ledger.sql, { sweepId, step: 'sweep', sender: wallet, ...more })
      await ledger.sql`update transactions set chain_id = ${chainId}`
    },
    /** Reads the workflow ids of the runs with a due wake-up. */
    due: async () =>
      (await ledger.lanes.dueWakeUps(chainId, 16)).map(({ workflowId }) => workflowId),
  }
}
