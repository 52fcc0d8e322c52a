import { type DepositState, formatState } from '../../../domain/deposits/deposit-state.ts'
import type { ExpectedState } from './oddity.ts'
import type { Scene } from './scene.ts'

export interface SeenState {
  /** `state(reason)`, or the state alone if it has no reason. */
  readonly state: string
  readonly detail: string
}

/** Reads the states of all deposits of the scene's wallet, in the order of their ids. */
export async function statesOf({ world, wallet }: Scene): Promise<readonly SeenState[]> {
  const rows = await world.d.sql<{ state: DepositState; reason: string; detail: string }[]>`
    select state, reason, detail from deposits where wallet = ${wallet} order by id`
  return rows.map(({ state, reason, detail }) => ({ state: formatState(state, reason), detail }))
}

/** Whether a deposit has the expected state, and a detail of the expected pattern. */
export function matches(seen: SeenState, { state, detail }: ExpectedState): boolean {
  const isState = typeof state === 'string' ? seen.state === state : state.test(seen.state)
  return isState && (detail?.test(seen.detail) ?? true)
}

export function describeState({ state, detail }: ExpectedState): string {
  return detail ? `${state} with the detail ${detail}` : `${state}`
}
