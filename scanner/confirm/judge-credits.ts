import type { Hash } from '../../domain/address.ts'
import type { Tolerance } from '../../domain/chains/asset.ts'
import {
  type BlockChange,
  backedByLevel,
  type Level,
  type OtherClaims,
  withClaim,
} from '../../domain/deposits/backing.ts'
import type { BackingNote, Claims, QuestionedCredit } from '../../domain/deposits/backing-store.ts'

/** The balance change of a block, and the ids of the credits that this change explains. */
export interface DeltaVerdict extends BlockChange {
  /** Amount that the token logged to the wallet in the block. */
  readonly loggedIn: bigint
  readonly backed: ReadonlySet<string>
}

/** Reads a block's balance change again. Resolves undefined if the state cannot be read. */
export type AskDelta = (
  block: Hash,
  credits: readonly QuestionedCredit[],
) => Promise<DeltaVerdict | undefined>

/** The wallet's balance (the level), and the claims of other credits on this balance. */
export interface LevelAt extends Level, Pick<Claims, 'isPartial'> {
  /** Block of the balance. */
  readonly number: bigint
}

/**
 * Judges the questioned credits of one wallet and token. A credit is unbacked only if both checks
 * fail: the level (the wallet's balance) and the delta (the balance change of the credit's block,
 * MONEY 24). If the balance does not explain all credits, unknown deltas are read first, and
 * credits that pass their delta claim the balance before the other credits. When a block's credits
 * fail the level for the first time, the block's delta is read too. A known delta is not read
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
  let claims: OtherClaims = level
  for (const credit of questioned) {
    const delta = credit.backing === 'unread' ? await deltaOf(credit) : undefined
    // A `backing` of null means that the credit was unbacked in an orphaned block and is backed in
    // its new block.
    if (credit.backing === null || delta?.backed.has(credit.id)) {
      notes.push({ ...note(credit, null), ...(delta && changeOf(delta)) })
      claims = withClaim(claims, credit)
    } else if (credit.backing === 'unread' && delta === undefined) unmeasured.push(credit)
    else short.push(credit)
  }
  // While rows are incomplete, the balance may belong to credits that are not stored yet. Such a
  // balance backs no credit that failed its delta.
  const candidates = level.isPartial ? unmeasured : [...unmeasured, ...short]
  const backed = backedByLevel(candidates, { ...level, ...claims }, tolerance)
  notes.push(...[...backed].map((credit) => note(credit, 'level')))
  for (const credit of [...unmeasured, ...short]) {
    if (backed.has(credit) || (credit.isUnbacked && credit.backing === 'short')) continue
    notes.push(byDelta(credit, { ...level, ...claims }, await deltaOf(credit)))
  }
  return notes
}

function byDelta(
  credit: QuestionedCredit,
  level: LevelAt,
  delta: DeltaVerdict | undefined,
): BackingNote {
  if (delta?.backed.has(credit.id)) return { ...note(credit, null), ...changeOf(delta) }
  // If the delta was never read, there is no verdict. A balance change that was read when the block
  // was new counts as a read delta.
  if (!delta && credit.balanceChange === null) return note(credit, 'unknown')
  const change = delta ? changeOf(delta) : credit
  const known = { ...note(credit, 'short'), ...changeOf(change) }
  return { ...known, doubt: { reason: 'unbacked', detail: wordsOf(credit, level, known, delta) } }
}

/** Returns a note with the values of a credit's row and a new verdict. */
export const note = (
  { id, balanceChange, loggedOut }: QuestionedCredit,
  backing: BackingNote['backing'],
): BackingNote => ({ id, backing, balanceChange, loggedOut })

const changeOf = ({
  balanceChange,
  loggedOut,
}: Pick<BackingNote, 'balanceChange' | 'loggedOut'>) => ({ balanceChange, loggedOut })

/** Returns the detail of an unbacked credit as a sentence. All amounts are in the smallest unit. */
function wordsOf(
  { amount, blockNumber }: QuestionedCredit,
  { balance, moved, claimed, number, isPartial }: LevelAt,
  { balanceChange, loggedOut }: BackingNote,
  delta: DeltaVerdict | undefined,
): string {
  const logged = delta ? `, the logs say ${delta.loggedIn - (loggedOut ?? 0n)}` : ''
  const partial = isPartial
    ? '; not all deposits up to that block are read yet, and they may claim the rest'
    : ''
  return (
    `the wallet's balance does not show this credit of ${amount}: after block ${number} it holds ${balance}, ` +
    `unrecorded sweeps moved ${moved}, other credits claim ${claimed}; ` +
    `in block ${blockNumber} the balance changed by ${balanceChange}${logged} (smallest unit)${partial}`
  )
}
