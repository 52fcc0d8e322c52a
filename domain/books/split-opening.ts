import { smallerOf } from '../amount.ts'

/** A balance that no row explains, and where its money can be. Amounts in the smallest unit. */
export interface UnexplainedMoney<Sweep> {
  /** Amount that no row explains; more than 0. */
  readonly amount: bigint
  /** Part of the wallet's balance that no deposit and no gas reserve explains. */
  readonly inWallet: bigint
  /** Recorded sweeps in chain order, with the part of their amount that no deposit explains. */
  readonly rooms: readonly { readonly sweep: Sweep; readonly room: bigint }[]
}

export interface OpeningPart<Sweep> {
  /** The sweep that moved the part; undefined for the part that no recorded sweep moved. */
  readonly sweep: Sweep | undefined
  readonly amount: bigint
}

/**
 * MONEY 25: splits an unexplained amount into one part for each earlier sweep that moved some of
 * it, and one part for the rest. The wallet's part comes first, because a sweep's room may be
 * unused gas money of the keeper. The parts add up to the amount.
 */
export function splitOpening<Sweep>({
  amount,
  inWallet,
  rooms,
}: UnexplainedMoney<Sweep>): readonly OpeningPart<Sweep>[] {
  let left = amount - smallerOf(amount, inWallet > 0n ? inWallet : 0n)
  const moved = rooms.flatMap(({ sweep, room }) => {
    const part = smallerOf(left, room)
    if (part <= 0n) return []
    left -= part
    return [{ sweep, amount: part }]
  })
  const rest = moved.reduce((sum, part) => sum - part.amount, amount)
  return rest > 0n ? [...moved, { sweep: undefined, amount: rest }] : moved
}
