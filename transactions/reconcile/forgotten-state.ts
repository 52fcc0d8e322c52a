import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import { ChainRefused, ChainUnreachable, QuorumShort } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'

/**
 * A gateway may turn questions about old state away as if it were down: how often it is asked
 * before that is believed.
 */
const tries = 3
const pauseMs = 500

/**
 * What an old block's state says; undefined where the nodes have forgotten it, as they have on
 * chains whose tag is hundreds of blocks behind, after an outage, and in a database from a backup:
 * then sums decide (MONEY 11), or nothing would ever.
 * @throws where full nodes keep the block, and where the head is not told either
 */
export async function unlessForgotten<T>(
  state: Pick<ChainState, 'head'>,
  blockNumber: bigint,
  read: () => Promise<T>,
  { firstPauseMs = pauseMs } = {},
): Promise<T | undefined> {
  for (let n = 1; ; n += 1) {
    try {
      return await read()
    } catch (error) {
      if (!isOfChain(error)) throw error
      if ((await state.head()).number - blockNumber <= keptStates) throw error
      // Among several nodes one that refuses abstains.
      if (!(error instanceof ChainUnreachable) || n === tries) return undefined
      await sleep(firstPauseMs * n)
    }
  }
}

function isOfChain(error: unknown): boolean {
  return (
    error instanceof ChainRefused ||
    error instanceof QuorumShort ||
    error instanceof ChainUnreachable
  )
}
