import type { Hash } from '../../domain/address.ts'
import type { Tolerance } from '../../domain/chains/asset.ts'
import { type BlockChange, backedByLevel, type Level } from '../../domain/deposits/backing.ts'
import type { BackingNote, Claims, QuestionedCredit } from '../../domain/deposits/backing-store.ts'

/** The balance change of a block as read now, and the credits that it explains. */
export interface DeltaVerdict extends BlockChange {
  /** Amount that the token logged to the wallet in the block. */
  readonly loggedIn: bigint
  readonly backed: ReadonlySet<string>
}

/** Reads a block's balance change again. undefined: the state cannot be read. */
export type AskDelta = (
  block: Hash,
  credits: readonly QuestionedCredit[],
) => Promise<DeltaVerdict | undefined>

export interface LevelAt extends Level, Pick<Claims, 'isPartial'> {
  /** Block of the balance. */
  readonly number: bigint
}

/**
 * Judges credits in question of one wallet and token: a credit is unbacked only where level and
 * delta both fail (MONEY 24). Where the balance does not explain all of them, unknown deltas are
 * read first, and credits that pass their delta claim the balance before the others. A block whose
 * credits fail the level for the first time has its delta read too. A known delta is not read
 * again.
 * @param questioned in chain order
 */
export async function judgeCredits(
  questioned: readonly QuestionedCredit[],
  level: LevelAt,
  tolerance: Tolerance,
  askDelta: AskDelta,
): Promise<readonly BackingNote[]> {
  const fitting = level.isPartial ? undefined : backedByLevel(questioned, level, tolerance)
  if (fitting?.size === questioned.length) return questioned.map((one) => note(one, 'level'))
  const deltas = new Map<Hash, Promise<DeltaVerdict | undefined>>()
  const deltaOf = (credit: QuestionedCredit) => {
    const { blockHash } = credit
    const asked = deltas.get(blockHash) ?? askDelta(blockHash, [credit])
    deltas.set(blockHash, asked)
    return asked
  }
  const notes: BackingNote[] = []
  const unmeasured: QuestionedCredit[] = []
  const short: QuestionedCredit[] = []
  let claimed = level.claimed
  for (const credit of questioned) {
    const delta = credit.backing === 'unread' ? await deltaOf(credit) : undefined
    // `null`: the credit was unbacked in an orphaned block, and is backed in its new block.
    if (credit.backing === null || delta?.backed.has(credit.id)) {
      notes.push({ ...note(credit, null), ...(delta && changeOf(delta)) })
      claimed += credit.amount
    } else if (credit.backing === 'unread' && delta === undefined) unmeasured.push(credit)
    else short.push(credit)
  }
  // The balance may belong to credits that are not stored yet, so it backs no credit that failed
  // its delta.
  const candidates = level.isPartial ? unmeasured : [...unmeasured, ...short]
  const backed = backedByLevel(candidates, { ...level, claimed }, tolerance)
  notes.push(...[...backed].map((credit) => note(credit, 'level')))
  for (const credit of [...unmeasured, ...short]) {
    if (backed.has(credit) || (credit.isUnbacked && credit.backing === 'short')) continue
    notes.push(byDelta(credit, { ...level, claimed }, await deltaOf(credit)))
  }
  return notes
}

function byDelta(
  credit: QuestionedCredit,
  level: LevelAt,
  delta: DeltaVerdict | undefined,
): BackingNote {
  if (delta?.backed.has(credit.id)) return { ...note(credit, null), ...changeOf(delta) }
  // Never read: no verdict. A change that was read when the block was new still counts.
  if (!delta && credit.balanceChange === null) return note(credit, 'unknown')
  const change = delta ? changeOf(delta) : credit
  const known = { ...note(credit, 'short'), ...changeOf(change) }
  return { ...known, doubt: { reason: 'unbacked', detail: wordsOf(credit, level, known, delta) } }
}

/** The values of a credit's row, with another verdict. */
export const note = (
  { id, balanceChange, loggedOut }: QuestionedCredit,
  backing: BackingNote['backing'],
): BackingNote => ({ id, backing, balanceChange, loggedOut })

const changeOf = ({
  balanceChange,
  loggedOut,
}: Pick<BackingNote, 'balanceChange' | 'loggedOut'>) => ({ balanceChange, loggedOut })

/** All amounts in the smallest unit. */
function wordsOf(
  { amount, blockNumber }: QuestionedCredit,
  { balance, moved, claimed, number, isPartial }: LevelAt,
  { balanceChange, loggedOut }: BackingNote,
  delta: DeltaVerdict | undefined,
): string {
  const logged = delta ? `, the logs say ${delta.loggedIn - (loggedOut ?? 0n)}` : ''
  const partial = isPartial
    ? '; not all that came up to that block is read yet, and it may claim the rest'
    : ''
  return (
    `the wallet's balance does not show this credit of ${amount}: after block ${number} it holds ${balance}, ` +
    `unrecorded sweeps moved ${moved}, other credits claim ${claimed}; ` +
    `in block ${blockNumber} the balance changed by ${balanceChange}${logged} (smallest unit)${partial}`
  )
}
