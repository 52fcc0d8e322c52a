import type { ColdWalletChange } from '../../adapters/drizzle/chains/cold-wallets.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { Address } from '../../domain/address.ts'

export function toColdWalletJson(change: ColdWalletChange) {
  const { appliedAt, cancelledAt } = change
  return {
    chainId: change.chainId,
    from: toEip55(change.from as Address),
    to: toEip55(change.to as Address),
    state: appliedAt ? 'applied' : cancelledAt ? 'cancelled' : 'pending',
    operator: change.operator,
    reason: change.reason,
    askedAt: change.askedAt.toISOString(),
    effectiveAt: change.effectiveAt.toISOString(),
    appliedAt: appliedAt?.toISOString() ?? null,
    cancelledAt: cancelledAt?.toISOString() ?? null,
  }
}
