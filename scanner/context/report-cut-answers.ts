import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ScanDeps } from './scan-deps.ts'

const tellEachMs = 60_000

/**
 * Says that a node leaves logs out of its answers without an error: nothing is lost where that
 * shows, and where it does not, only a second endpoint helps.
 */
export function cutAnswerTelling({
  chain,
  clock,
  log,
  metrics,
}: Pick<ScanDeps, 'chain' | 'clock' | 'log' | 'metrics'>): (block: BlockHeader) => void {
  let toldAt: number | undefined
  return ({ number }) => {
    metrics.count('cut_log_answers', { chain: chain.name })
    const now = clock.now().getTime()
    if (toldAt !== undefined && now - toldAt < tellEachMs) return
    toldAt = now
    log.warn(
      { height: number },
      'the node left logs out of an answer without an error: they were found by other questions; raise its limit, or put another URL into rpc',
    )
  }
}
