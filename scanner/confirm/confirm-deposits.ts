import { finalHeight } from '../../domain/chains/finality.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { createStallGuard, stallAfterMs } from '../follow/stall-guard.ts'
import { createAgreedFinal } from './agreed-final.ts'
import { createBackingJudge } from './backing-judge.ts'
import type { RecheckBeforeFinal } from './recheck-before-final.ts'
import { createWitnessedHandover } from './witnessed-handover.ts'

/** Confirms deposits whose blocks are final. */
export interface Confirmer {
  /**
   * Confirms final deposits and hands them over (commit 2; commit 1 stored the deposits). The
   * caller must first read the height of the finality tag, and then check that the cursor is on the
   * node's chain. In this order, every stored block at or below the tagged height is final. For the
   * same reason, depth is counted from the cursor, not from the node's head.
   * @param reader reads from the node's chain; the transfers of blocks are rechecked with it before
   * these blocks become final
   * @param tagged height of the policy's tag
   * @param again true if deposits may have been stored at or below the final height (backfills, a
   * restart)
   */
  confirm(
    reader: ChainReader,
    cursor: ScanCursor,
    tagged: bigint | undefined,
    again: boolean,
  ): Promise<ScanCursor>
  /** Set while final deposits are not handed over. */
  problem(): string | undefined
}

/**
 * Headers kept below the final height, so that even a reorg of final blocks finds its fork point.
 */
const keptBelowFinal = 512n
const forgetEvery = 64n

export function createConfirmer(
  deps: ScanDeps,
  recheck: Pick<RecheckBeforeFinal, 'recheck'>,
): Confirmer {
  const { chain, store, clock, log, metrics, tuning, witness } = deps
  const handover = witness && createWitnessedHandover(deps, witness)
  const backing = createBackingJudge(deps)
  const agreed = witness && createAgreedFinal(deps, witness)
  const stallMs = tuning?.stallMs ?? stallAfterMs(chain.blockTimeMs)
  const guard = createStallGuard(stallMs, clock)
  let isStallLogged = false
  let forgottenAt = 0n

  function watchTag(tagged: bigint | undefined): void {
    const { tag } = chain.finality
    if (tag === undefined) return
    const stoodMs = guard.see(tagged)
    const labels = { chain: chain.name }
    metrics.gauge('finality_stood_seconds', labels, stoodMs / 1000)
    metrics.gauge('finality_stall_limit_seconds', labels, stallMs / 1000)
    if (guard.stalled && !isStallLogged) {
      log.error({ tag, tagged, stoodMs }, 'final height has stopped; deposits wait until it rises')
    }
    isStallLogged = guard.stalled
  }

  async function forget(height: bigint): Promise<void> {
    if (height - forgottenAt < forgetEvery) return
    forgottenAt = height
    await store.forgetBlocksBelow(chain.id, height - keptBelowFinal)
  }

  return {
    problem: () => agreed?.problem() ?? handover?.problem() ?? backing.problem(),
    async confirm(reader, cursor, tagged, again) {
      watchTag(tagged)
      const before = cursor.finalHeight
      const local = finalHeight(chain.finality, cursor.height, tagged)
      const rises = local !== undefined && (before === null || local > before)
      const now = rises && agreed ? await agreed.of(local) : local
      const height = now !== undefined && (before === null || now > before) ? now : before
      if (height === null) return cursor
      const isDue = again || handover?.isDue === true || backing.isDue
      // An approval does not wait for a higher final height, because the chain may have stopped.
      if (height === before && !isDue && !(await store.hasApproved(chain.id, height))) return cursor
      if (height !== before) await recheck.recheck(reader, height)
      await backing.judge(reader, { number: cursor.height, hash: cursor.hash }, height)
      const final = { height, cursor: cursor.hash }
      const count = await (handover?.confirm(height, final) ?? store.confirm(chain.id, final))
      if (count > 0) {
        metrics.count('deposits_confirmed', { chain: chain.name }, count)
        log.info({ count, finalHeight: height }, 'deposits confirmed and handed over')
      }
      await forget(height)
      return { ...cursor, finalHeight: height }
    },
  }
}
