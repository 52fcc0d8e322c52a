import type { Hash } from '../../../domain/address.ts'
import type { FrameTransfer } from './call-frames.ts'

/** Transfers by transaction. A transaction without an entry must be traced by itself. */
export type Moved = ReadonlyMap<Hash, readonly FrameTransfer[]>
