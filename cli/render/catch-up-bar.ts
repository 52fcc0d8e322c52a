import { formatProgress } from './progress-bar.ts'

/** Heights of a chain while its scanner catches up. */
export interface CatchUp {
  readonly chain: string
  readonly height: number
  readonly head: number
}

/** A chain with fewer blocks left counts as caught up, and shows no bar. */
const nearBlocks = 20
/** The rate is measured over this time, so that it follows slow and quick ranges. */
const rateOverMs = 30_000
const drawEveryMs = 200

interface Sample {
  readonly at: number
  readonly height: number
}

interface Bar {
  from: number
  samples: Sample[]
}

/**
 * A progress bar of the chain that is farthest behind, with rate and time left. It is one line on a
 * terminal, drawn from the first column and erased when all chains have caught up. The next log
 * line of stderr overwrites it.
 */
export function createCatchUpBar(
  write: (text: string) => void,
  now: () => number = Date.now,
): (at: CatchUp) => void {
  const bars = new Map<string, Bar>()
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDrawn = false
  const behind = new Map<string, CatchUp>()
  return (at) => {
    const left = at.head - at.height
    if (left <= nearBlocks) {
      bars.delete(at.chain)
      behind.delete(at.chain)
    } else {
      const bar = bars.get(at.chain) ?? { from: at.height, samples: [] }
      bars.set(at.chain, bar)
      behind.set(at.chain, at)
      bar.samples.push({ at: now(), height: at.height })
      while (bar.samples.length > 2 && (bar.samples[0]?.at ?? 0) < now() - rateOverMs)
        bar.samples.shift()
    }
    const [last] = [...behind.values()].sort((a, b) => b.head - b.height - (a.head - a.height))
    if (!last) {
      if (isDrawn) write('\r\u001b[K')
      isDrawn = false
      return
    }
    if (now() - drawnAt < drawEveryMs) return
    drawnAt = now()
    isDrawn = true
    const bar = bars.get(last.chain)
    if (bar) write(`\r\u001b[K${describeCatchUp(last, bar.from, rateOf(bar.samples))}\r`)
  }
}

/** Blocks a second; 0 before the second sample. */
function rateOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at <= first.at) return 0
  return Math.max(0, ((last.height - first.height) * 1000) / (last.at - first.at))
}

/** @param from height at which the catch-up began; @param rate blocks a second */
export function describeCatchUp(
  { chain, height, head }: CatchUp,
  from: number,
  rate: number,
): string {
  return `${chain} ${formatProgress(height - from, head - from, rate)}`
}
