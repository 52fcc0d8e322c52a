import { largerOf, smallerOf } from '../amount.ts'
import { withMargin } from './gas-plan.ts'

/** What a plain transfer of native coin takes on a chain, as it was last measured. */
export interface TransferGasRecord {
  readonly gas: bigint
  readonly blockNumber: bigint
  readonly measuredAt: Date
  /** `config check`, or `first start` where nobody had measured it before. */
  readonly measuredBy: string
}

/** A quarter above the record is as far as a node's estimate alone may go. */
export function mostTransferGas(recorded: bigint): bigint {
  return (recorded * 5n) / 4n
}

/**
 * The gas limit of one transfer: the estimate with room, at least the record, at most the record
 * and its margin.
 */
export function judgeTransferGas(
  recorded: bigint,
  estimate: bigint,
):
  | { readonly kind: 'gas'; readonly gas: bigint }
  | { readonly kind: 'above-record'; readonly detail: string } {
  const most = mostTransferGas(recorded)
  if (estimate > most) {
    const detail = `the node estimates ${estimate} gas for a plain transfer; ${recorded} are recorded for this chain, and up to ${most} are allowed: run "coldsweep config check" to measure and record it again`
    return { kind: 'above-record', detail }
  }
  return { kind: 'gas', gas: smallerOf(largerOf(withMargin(estimate), recorded), most) }
}
