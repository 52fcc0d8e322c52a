import { type DepositState, formatState } from '../../../domain/deposits/deposit-state.ts'
import type { ExpectedState } from './oddity.ts'
import type { Scene } from './scene.ts'

export interface SeenState {
  readonly state: string
  readonly detail: string
}

/** The states of the row's deposits, as `state(reason)`. */
export async function statesOf({ world, wallet }: Scene): Promise<readonly SeenState[]> {
  const rows = await world.d.sql<{ state: DepositState; reason: string; detail: string }[]>`
    select state, reason, detail from deposits where wallet = ${wallet} order by id`
  return rows.map(({ state, reason, detail }) => ({ state: formatState(state, reason), detail }))
}

export function matches(seen: SeenState, { state, detail }: ExpectedState): boolean {
  const isState = typeof state === 'string' ? seen.state === state : state.test(seen.state)
  return isState && (detail?.test(seen.detail) ?? true)
}

export function describeState({ state, detail }: ExpectedState): string {
  return detail ? `${state} with the detail ${detail}` : `${state}`
}
