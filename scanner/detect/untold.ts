import type { BlockReading } from './find-hits.ts'
import { type LeftUnread, leave } from './read-or-leave.ts'

/**
 * Transactions that the block cannot show: any of them may pay a wallet, so none is passed over.
 */
export function untoldIn({ block }: BlockReading): readonly LeftUnread[] {
  return (block.unreadable ?? []).map((one) =>
    leave(block, one, `its place in the block can’t be read: ${one.why}`),
  )
}
