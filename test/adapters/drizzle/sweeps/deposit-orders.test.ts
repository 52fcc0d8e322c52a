import { expect, it } from 'vitest'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import type { DepositOrderName } from '../../../../domain/operators/deposit-orders.ts'
import { by, type OrdersBench, ordersBench } from '../../../harness/benches/orders-bench.ts'
import { drawFrom } from '../../../harness/factories/draw.ts'
import { seedOfTest } from '../../../harness/factories/seed-of-test.ts'

let bench: OrdersBench
ordersBench((own) => {
  bench = own
})

it('a hundred simultaneous orders and claims write one record for each executed order', async () => {
  const deposits = await Promise.all(Array.from({ length: 4 }, () => bench.held()))
  const names: DepositOrderName[] = ['skip', 'approve', 'pause', 'resume']
  const draw = drawFrom(seedOfTest())
  const drawn = draw.times(100, () => draw.oneOf(names))
  const answers = await Promise.all(
    drawn.map(async (name, i) => {
      const deposit = deposits[i % 4] as Deposit
      if (i % 5 === 0) await bench.claim(await bench.ledger.read(deposit.id), `run-${i}`)
      return await bench.orders[name](deposit.id, { operator: `op-${i}`, reason: 'at once' })
    }),
  )
  const done = answers.filter(({ kind }) => kind === 'done').length
  const written = await bench.ledger.sql`select 1 from operator_actions where reason = 'at once'`
  expect(written.length).toBe(done)
})

it.each(['skip', 'approve'] as const)(
  '%s is executed once, even if a reset of the run repeats the order after other changes',
  async (name) => {
    const deposit = await bench.held()
    const follow = (id: string, runId = 'run-1') =>
      bench.orders[name](deposit.id, { ...by, id, runId })
    expect((await follow('the first')).kind).toBe('done')
    await bench.ledger.sql`
      update deposits set state = 'waiting', reason = 'approval', released_at = null where id = ${deposit.id}`
    const state = 'waiting(approval)'
    expect(await follow('the first')).toEqual({ kind: 'already', state })
    expect(await follow('the first', 'run-2')).toEqual({ kind: 'repeat', state })
    expect(await bench.stateOf(deposit)).toBe('waiting(approval)')
    expect((await follow('the second')).kind).toBe('done')
    expect((await bench.actions(deposit)).length).toBe(2)
  },
)

it('an order for an unknown deposit throws an error', async () => {
  await expect(bench.orders.skip('56:0x1:native', by)).rejects.toThrow('no deposit')
})
