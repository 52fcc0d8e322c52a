import type { Address } from '../address.ts'
import { type Movement, sweptBy } from './movements.ts'
import type { Difference } from './reconciliation.ts'

/**
 * A token that logs more to the cold wallet than its sweep sent: its logs count a movement twice,
 * or are false (MONEY 12).
 */
export function overLogged(
  movement: Movement,
  coldWallets: ReadonlySet<Address>,
): readonly Difference[] {
  const { kind, asset, wallet, mined, row } = movement
  if (kind !== 'sweep' || asset === 'native') return []
  const { arrived, overLogged: over } = sweptBy(movement, coldWallets)
  if (over === 0n) return []
  const words = `its sweep sent ${arrived}, and the token logged ${arrived + over} to the cold wallet: ${arrived} counts as arrived; check the cold wallet's balance and the token`
  return [
    { kind: 'arrival', address: wallet, asset, missing: -over, words, rows: [row, mined.hash] },
  ]
}
