import { getAddress } from 'viem/utils'
import type { Address } from '../../../domain/address.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { endUnsigned } from './drain-rows.ts'
import { lastDrain } from './drain-views.ts'

export type DrainWithdrawn =
  | { readonly kind: 'done' | 'already'; readonly id: string }
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string }

/**
 * Withdraws the open order to drain a keeper, with its audit row in the same commit. A signed drain
 * cannot be withdrawn, because its transaction may be mined at any time. A repeat changes nothing.
 */
export async function withdrawDrain(
  db: Queries,
  { chainId, keeper }: { readonly chainId: number; readonly keeper: Address },
  { operator, reason }: SignedOrder,
): Promise<DrainWithdrawn> {
  const show = getAddress(keeper)
  const last = await lastDrain(db, chainId, keeper)
  if (!last) return refuse(`no order to drain ${show} was given`)
  const subject = `chain ${chainId}: ${show} to ${last.to}`
  const end = await endUnsigned(db, last.id, 'withdrawn', (tx) =>
    recordAction(tx, { operator, reason, action: 'keeper-drain-withdraw', subject }),
  )
  if (end === 'ended') return { kind: 'done', id: last.id }
  const now = await lastDrain(db, chainId, keeper)
  if (end === 'signed') {
    return {
      kind: 'refused',
      why: `the drain of ${show} is signed`,
      hint: '"coldsweep cancel <hash>" tries to use up its nonce; "coldsweep keeper" shows the hash',
    }
  }
  if (now?.outcome === 'withdrawn') return { kind: 'already', id: last.id }
  return refuse(`the newest order to drain ${show} has ended: ${now?.outcome}`)
}

const refuse = (why: string): DrainWithdrawn => ({
  kind: 'refused',
  why,
  hint: 'see "coldsweep keeper"',
})
