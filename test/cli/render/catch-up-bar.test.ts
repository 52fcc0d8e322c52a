import { describe, expect, it } from 'vitest'
import { createCatchUpBar, describeCatchUp } from '../../../cli/render/catch-up-bar.ts'
import { watchHeights } from '../../../scanner/context/watch-heights.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'

function bar() {
  const written: string[] = []
  const clock = { now: 0 }
  const at = createCatchUpBar(
    (text) => void written.push(text),
    () => clock.now,
  )
  return { written, clock, at }
}

describe('the progress bar of a scanner that catches up', () => {
  it('shows share, blocks left, rate and time left', () => {
    const { written, clock, at } = bar()
    at({ chain: 'bsc', height: 1_000, head: 2_000 })
    clock.now = 1_000
    at({ chain: 'bsc', height: 1_500, head: 2_000 })
    const half = `${'█'.repeat(12)}${'░'.repeat(12)}`
    expect(written.at(-1)).toBe(`\r\u001b[Kbsc ${half} 500/1000 (50 %), 500/s, 1 s left\r`)
  })

  it('shows the chain that is farthest behind, and is erased when all have caught up', () => {
    const { written, clock, at } = bar()
    at({ chain: 'eth', height: 1, head: 100 })
    clock.now = 1_000
    at({ chain: 'bsc', height: 1, head: 9_000 })
    expect(written.at(-1)).toContain('bsc ░')
    at({ chain: 'bsc', height: 9_000, head: 9_000 })
    clock.now = 2_000
    at({ chain: 'eth', height: 100, head: 100 })
    expect(written.at(-1)).toBe('\r\u001b[K')
    const count = written.length
    at({ chain: 'eth', height: 101, head: 101 })
    expect(written.length).toBe(count)
  })

  it('names no time before it knows a rate', () => {
    expect(describeCatchUp({ chain: 'bsc', height: 5, head: 100 }, 5, 0)).not.toContain('left')
    expect(describeCatchUp({ chain: 'bsc', height: 0, head: 72_000 }, 0, 10)).toContain(
      '2 h 0 min left',
    )
  })

  it('gets the heights that the scanner publishes, and leaves the metrics as they are', () => {
    const metrics = recordingMetrics()
    const seen: unknown[] = []
    const watched = watchHeights(metrics, (heights) => void seen.push(heights))
    watched.gauge('scan_height', { chain: 'bsc' }, 4)
    watched.gauge('chain_head', { chain: 'bsc' }, 9)
    watched.gauge('scan_height', { chain: 'bsc' }, 5)
    expect(seen).toEqual([{ chain: 'bsc', height: 5, head: 9 }])
  })
})
