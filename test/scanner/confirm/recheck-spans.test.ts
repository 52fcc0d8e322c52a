import { describe, expect, it } from 'vitest'
import { createCheckedInTime } from '../../../scanner/confirm/recheck-spans.ts'

describe('blocks to recheck before their node prunes their logs', () => {
  it('are due together once the oldest is close to being pruned', () => {
    const asked = createCheckedInTime()
    expect(asked.due(100n, 195n, 195n)).toBeUndefined()
    expect(asked.due(100n, 196n, 196n)).toEqual({ from: 100n, to: 164n })
    asked.add({ from: 100n, to: 164n })
    expect(asked.due(100n, 260n, 260n)).toBeUndefined()
    expect(asked.due(100n, 261n, 261n)).toEqual({ from: 165n, to: 229n })
    asked.add({ from: 165n, to: 229n })
    expect(asked.holds({ from: 100n, to: 229n })).toBe(true)
    expect(asked.holds({ from: 99n, to: 100n })).toBe(false)
    expect(asked.holds({ from: 229n, to: 230n })).toBe(false)
  })

  it('are none if blocks become final long before they are pruned', () => {
    const asked = createCheckedInTime()
    for (let head = 100n; head < 1_000n; head += 7n) {
      expect(asked.due(head - 70n, head, head)).toBeUndefined()
    }
  })

  it('are only those that the node still keeps, after an outage', () => {
    const asked = createCheckedInTime()
    expect(asked.due(1n, 1_000n, 1_000n)).toEqual({ from: 880n, to: 968n })
    asked.add({ from: 880n, to: 968n })
    expect(asked.holds({ from: 879n, to: 880n })).toBe(false)
    expect(asked.due(1n, 2_000n, 2_000n)).toEqual({ from: 1_880n, to: 1_968n })
    asked.add({ from: 1_880n, to: 1_968n })
    expect(asked.holds({ from: 900n, to: 900n })).toBe(false)
  })

  it('end at the last block that was read, and exclude blocks that a reorg removed', () => {
    const asked = createCheckedInTime()
    expect(asked.due(100n, 120n, 220n)).toEqual({ from: 100n, to: 120n })
    asked.add({ from: 100n, to: 120n })
    asked.rewound(110n)
    expect(asked.holds({ from: 100n, to: 110n })).toBe(true)
    expect(asked.holds({ from: 111n, to: 111n })).toBe(false)
    expect(asked.due(100n, 130n, 220n)).toEqual({ from: 111n, to: 130n })
  })
})
