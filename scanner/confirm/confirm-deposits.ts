import { finalHeight } from '../../domain/chains/finality.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { createStallGuard, stallAfterMs } from '../follow/stall-guard.ts'
import { createBackingJudge } from '../verify/backing-judge.ts'
import { createWitnessedHandover } from '../verify/witnessed-handover.ts'
import { createAgreedFinal } from './agreed-final.ts'
import type { SecondReading } from './recheck-before-final.ts'

export interface Confirmer {
  /**
   * Commit 2. The cursor must have been found on the node's chain after the tag was read: then what
   * is stored at or below the tagged height is what is final. Depth is counted from the cursor, not
   * from the node's head, for the same reason.
   * @param reader on that chain: the transfers of what becomes final are asked for once more,
   * before it does
   * @param tagged height behind the policy's tag
   * @param again deposits may have been stored at or below the final height (late finds, a restart)
   */
  confirm(
    reader: ChainReader,
    cursor: ScanCursor,
    tagged: bigint | undefined,
    again: boolean,
  ): Promise<ScanCursor>
  /** What keeps final deposits from being handed on. */
  trouble(): string | undefined
}

/**
 * Headers kept below the final height, so that even a reorg of what was final finds its fork point.
 */
const keptBelowFinal = 512n
const forgetEvery = 64n

export function createConfirmer(
  deps: ScanDeps,
  secondReading: Pick<SecondReading, 'ask'>,
): Confirmer {
  const { chain, store, clock, log, metrics, tuning, witness } = deps
  const handover = witness && createWitnessedHandover(deps, witness)
  const backing = createBackingJudge(deps)
  const agreed = witness && createAgreedFinal(deps, witness)
  const guard = createStallGuard(tuning?.stallMs ?? stallAfterMs(chain.blockTimeMs), clock)
  let toldStall = false
  let forgottenAt = 0n

  function watchTag(tagged: bigint | undefined): void {
    const { tag } = chain.finality
    if (tag === undefined) return
    const stoodMs = guard.see(tagged)
    metrics.gauge('finality_stood_seconds', { chain: chain.name }, stoodMs / 1000)
    if (guard.stalled && !toldStall) {
      log.error(
        { tag, tagged, stoodMs },
        'the final height has stopped: deposits wait until it moves',
      )
    }
    toldStall = guard.stalled
  }

  async function forget(height: bigint): Promise<void> {
    if (height - forgottenAt < forgetEvery) return
    forgottenAt = height
    await store.forgetBlocksBelow(chain.id, height - keptBelowFinal)
  }

  return {
    trouble: () => agreed?.trouble() ?? handover?.trouble() ?? backing.trouble(),
    async confirm(reader, cursor, tagged, again) {
      watchTag(tagged)
      const before = cursor.finalHeight
      const told = finalHeight(chain.finality, cursor.height, tagged)
      const rises = told !== undefined && (before === null || told > before)
      const now = rises && agreed ? await agreed.of(told) : told
      const height = now !== undefined && (before === null || now > before) ? now : before
      if (height === null) return cursor
      const isDue = again || handover?.isDue === true || backing.isDue
      // An approval does not wait until the final height rises: the chain may have stopped.
      if (height === before && !isDue && !(await store.hasApproved(chain.id, height))) return cursor
      if (height !== before) await secondReading.ask(reader, height)
      await backing.judge(reader, { number: cursor.height, hash: cursor.hash }, height)
      const final = { height, cursor: cursor.hash }
      const count = await (handover?.confirm(height, final) ?? store.confirm(chain.id, final))
      if (count > 0) {
        metrics.count('deposits_confirmed', { chain: chain.name }, count)
        log.info({ count, finalHeight: height }, 'deposits were confirmed and handed on')
      }
      await forget(height)
      return { ...cursor, finalHeight: height }
    },
  }
}
