import { describe, expect, it } from 'vitest'
import type { Log } from '../../../domain/chains/block.ts'
import { aTransfer, hash, who } from '../../harness/factories/a-block.ts'
import { aRecheck, type Told, transfer } from './a-recheck.ts'

describe('the recheck before final at another endpoint', () => {
  const hidden = { ofRange: () => [], ofBlock: [] }

  it('reads a transfer that only the other endpoint lists, and logs the omission once', async () => {
    const { second, ask, late, left, log } = aRecheck({
      ...hidden,
      ofBlockElsewhere: [transfer],
      elsewhere: async () => [transfer, aTransfer({ to: who.stranger })],
    })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    await ask(11n)
    expect([late(), left]).toEqual([1, []])
    const words = log.lines.map(({ message }) => message)
    expect(words.filter((one) => one.includes('omitted transfers from a log search'))).toHaveLength(
      1,
    )
  })

  it.each<[string, Partial<Told>]>([
    ['is missing in its receipt', { ofBlockElsewhere: [transfer], receipt: { logs: [] } }],
    ['is missing in the other endpoint’s block', { ofBlockElsewhere: [], receipt: { logs: [] } }],
  ])('stores an unread row if a listed transfer %s, and continues', async (_, told) => {
    const { second, ask, left } = aRecheck({
      ...hidden,
      ...told,
      elsewhere: async () => [transfer],
    })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    await ask(11n)
    expect(left).toEqual([transfer.transactionHash])
  })

  it('does not reread a stored transaction whose amount differs, because the quorum checks it', async () => {
    const { second, ask, reread, left } = aRecheck({
      stored: true,
      elsewhere: async () => [aTransfer({ amount: 9n })],
    })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect([reread, left]).toEqual([[], []])
  })

  it.each<[string, Log]>([
    ['on another fork', { ...transfer, blockHash: hash(77) }],
    ['outside the requested range', { ...transfer, blockNumber: 900n, blockHash: hash(900) }],
  ])('skips transfers that the other endpoint lists %s, and continues', async (_, listed) => {
    const { second, ask, reread, left } = aRecheck({
      ...hidden,
      elsewhere: async () => [listed],
    })
    second.moved(9n, 10n, 10n)
    await ask(10n)
    expect([reread, left]).toEqual([[], []])
  })
})
