import { describe, expect, it } from 'vitest'
import { TemporalRefused, TemporalUnreachable } from '../../../domain/errors.ts'
import type { DepositOrders, OrderAnswer } from '../../../domain/operators/deposit-orders.ts'
import { orderDeposit } from '../../../operations/orders/order-deposit.ts'
import { aChain } from '../../harness/factories/a-chain.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'

const chain = aChain()
const confirmed = aDeposit({
  chainId: chain.id,
  asset: 'native',
  state: 'waiting',
  reason: 'paused',
  confirmedAt: new Date(0),
})
const order = { operator: 'ann', reason: 'checked' }
const answers = (answer: OrderAnswer): DepositOrders => {
  const follow = async () => answer
  return { skip: follow, approve: follow, pause: follow, resume: follow }
}

describe('orderDeposit', () => {
  const give = async (
    deposit: typeof confirmed,
    {
      answer = { kind: 'done', state: '' } as OrderAnswer,
      fails = undefined as Error | undefined,
    } = {},
  ) => {
    const calls: string[] = []
    const ordered = await orderDeposit('resume', deposit.id, order, {
      chains: [chain],
      orders: answers(answer),
      deposit: async () => deposit,
      async withRuns(work) {
        if (fails) throw fails
        await work({
          start: async () => void calls.push('start'),
          wake: async () => calls.push('wake') > 0,
        })
      },
    })
    return { ordered, calls }
  }

  it('starts and wakes the run of a deposit that continues, also when the order is repeated', async () => {
    expect((await give(confirmed)).calls).toEqual(['start', 'wake'])
    const repeated = { kind: 'already', state: '' } as const
    expect((await give(confirmed, { answer: repeated })).calls).toEqual(['start', 'wake'])
  })

  it.each([
    ['is not confirmed', { confirmedAt: null }],
    ['has ended', { state: 'ignored', reason: 'skipped by ann' }],
    ['is of an asset that is not listed', { asset: `0x${'ab'.repeat(20)}` }],
  ] as const)('starts no run of a deposit that %s', async (_, changes) => {
    expect((await give(aDeposit({ ...confirmed, ...changes }))).calls).toEqual(['wake'])
  })

  it('does not touch Temporal for a refused order', async () => {
    const refused = { kind: 'refused', state: 'done', why: 'it is done' } as const
    const { ordered, calls } = await give(confirmed, { answer: refused })
    expect(ordered.answer).toEqual(refused)
    expect(calls).toEqual([])
  })

  it('says that nothing was woken while Temporal is down, and throws any other error', async () => {
    const down = new TemporalUnreachable('down')
    expect((await give(confirmed, { fails: down })).ordered.isWoken).toBe(false)
    const wrong = new TemporalRefused('no such namespace')
    await expect(give(confirmed, { fails: wrong })).rejects.toBe(wrong)
  })
})
