import { ChainRefused, QuorumShort } from '../domain/errors.ts'
import { keptStates } from '../domain/kept-states.ts'
import type { ChainState } from '../domain/ports/chain-state.ts'

/**
 * What an old block's state says; undefined where the nodes have forgotten it, as they have on chains whose tag is hundreds of
 * blocks behind, after an outage, and in a database from a backup: then sums decide (MONEY 11), or nothing would ever.
 */
export async function unlessForgotten<T>(
  state: Pick<ChainState, 'head'>,
  blockNumber: bigint,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    // Among several nodes one that refuses abstains.
    if (!(error instanceof ChainRefused || error instanceof QuorumShort)) throw error
    if ((await state.head()).number - blockNumber <= keptStates) throw error
    return undefined
  }
}
