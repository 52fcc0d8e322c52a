import type { DepositState } from '../../domain/deposits/deposit-state.ts'
import type { Colour } from '../session/paint.ts'

/** Red needs an operator, yellow waits, green is done, grey needs nothing, cyan is in progress. */
export function stateColour(state: DepositState): Colour {
  if (state === 'needs-attention') return 'red'
  if (state === 'waiting') return 'yellow'
  if (state === 'done') return 'green'
  return state === 'ignored' || state === 'orphaned' ? 'grey' : 'cyan'
}
