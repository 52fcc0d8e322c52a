import { QuorumDisagrees, QuorumShort } from '../../domain/errors.ts'
import type { Attention, Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'
import { callForAttention, park } from './outcomes.ts'

/**
 * MONEY 20, the one place where a quorum's word becomes a deposit's state: too few answers wait and
 * go on by themselves, a disagreement halts this sweep until a person has looked. What is signed
 * stays with the lane loop either way.
 */
export function heedingQuorum<
  Request extends { readonly depositId: string; readonly sweepId?: string },
  Result,
>(
  deps: ActivityDeps,
  work: (request: Request) => Promise<Result>,
): (request: Request) => Promise<Result | Parked | Attention> {
  return async (request) => {
    try {
      return await work(request)
    } catch (error) {
      if (!(error instanceof QuorumShort || error instanceof QuorumDisagrees)) throw error
      const { depositId } = request
      // A plan's request names no sweep: the one that it has claimed stands in the row.
      const sweepId = request.sweepId ?? (await deps.sweeps.deposit(depositId))?.sweepId ?? null
      const at = { depositId, sweepId }
      return error instanceof QuorumShort
        ? await park(deps, at, 'rpc-quorum', error.message)
        : await callForAttention(deps, at, 'rpc-disagreement', error.message)
    }
  }
}
