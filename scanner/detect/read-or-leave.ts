import type { Hash } from '../../domain/address.ts'
import type { BlockHeader, BlockTransaction } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import {
  ChainAnswerBad,
  ChainMoved,
  ChainRefused,
  ChainUnreachable,
  TransactionAbsent,
} from '../../domain/errors.ts'
import type { Watch } from '../../domain/scan/credit-rule.ts'
import type { SeenUnread } from '../../domain/scan/unread.ts'
import { mapFromRandomStart } from '../../runtime/map-concurrently.ts'
import type { Hit } from './find-hits.ts'
import { type HitFinds, readHit } from './read-hit.ts'

/**
 * A transaction that could not be read now and is read later in the background. Only its sender and
 * place are known.
 */
export type LeftUnread = Omit<SeenUnread, 'own'>

/**
 * Failed first tries may delay the cursor for this long, and failed second tries for this long
 * again. Receipts that were not requested within this time are left for the background.
 */
const longestFailingMs = 15_000

export interface HitsReading {
  /** Pinned to one endpoint. */
  readonly reader: ChainReader
  readonly watch: Watch
  /** Concurrent requests. */
  readonly width: number
  /** Index of the hit to begin with. @default a random one */
  readonly first?: number | undefined
}

/**
 * Reads each hit by its receipt from the endpoint in use, then the failed hits from the next
 * endpoint, so that no first try waits for a second try. If a hit fails twice while the endpoint
 * still answers for its block, the error concerns this hit alone. The hit is left for the
 * background, and the blocks are stored without it.
 * @returns a result for each hit, in the order of the hits
 * @throws ChainMoved when a block is no longer on the chain; the hit's error when the endpoint is
 * down
 */
export async function readHits(
  hits: readonly Hit[],
  { reader, watch, width, first }: HitsReading,
): Promise<readonly (HitFinds | LeftUnread)[]> {
  const canonical = new Map<Hash, Promise<void>>()
  const checkCanonical = ({ block }: Hit, cause: unknown) => {
    const asked = canonical.get(block.hash) ?? isStillThere(reader, block, cause)
    canonical.set(block.hash, asked)
    return asked
  }
  /** @returns the result of each hit, in the order of the hits */
  const pass = async (from: ChainReader, asked: readonly Hit[], begin?: number) => {
    let failingMs = 0
    const ask = async (hit: Hit): Promise<HitFinds | Failure> => {
      if (failingMs > longestFailingMs) return { hit, error: undefined }
      const began = performance.now()
      try {
        return await readOnce(from, hit, watch)
      } catch (error) {
        if (!isAboutOne(error)) throw error
        failingMs += (performance.now() - began) / Math.min(width, asked.length)
        await checkCanonical(hit, error)
        return { hit, error }
      }
    }
    return await mapFromRandomStart(asked, width, ask, begin)
  }
  const results = await pass(reader, hits, first)
  const failed = results.filter(isFailure)
  // Hits that were not requested in the first pass are requested first in the second pass.
  const order = [...failed.filter((one) => !one.error), ...failed.filter((one) => one.error)]
  const second =
    order.length === 0
      ? []
      : await pass(
          reader.endpoint(1),
          order.map(({ hit }) => hit),
          0,
        )
  const secondOf = new Map(order.map(({ hit }, i) => [hit, second[i]]))
  return results.map((result) => {
    if (!isFailure(result)) return result
    const { hit } = result
    const again = secondOf.get(hit)
    if (again && !isFailure(again)) return again
    const errors = [result.error, again?.error]
    const said = new Set(errors.flatMap((error) => error?.message ?? []))
    const left = leave(hit.block, hit.transaction, [...said].join('; then: ') || tooLong)
    return { ...left, ...absenceOf(errors) }
  })
}

/**
 * Returns `absent` if every try reported that the block has no receipt of the transaction, and
 * `minedIn` if all tries named the same other block.
 */
function absenceOf(errors: readonly (Error | undefined)[]): Pick<LeftUnread, 'absent' | 'minedIn'> {
  const absences = errors.filter((error) => error instanceof TransactionAbsent)
  if (absences.length < errors.length) return {}
  const [minedIn] = absences.map((one) => one.minedIn)
  const isAgreed = minedIn && absences.every((one) => one.minedIn?.hash === minedIn.hash)
  return isAgreed ? { absent: true, minedIn } : { absent: true }
}

/** A hit that could not be read. */
interface Failure {
  readonly hit: Hit
  /** undefined if the receipt was not requested. */
  readonly error: Error | undefined
}

const isFailure = (result: HitFinds | Failure): result is Failure => 'error' in result

const tooLong = 'not asked for yet: other receipts of these blocks took too long'

async function readOnce(reader: ChainReader, hit: Hit, watch: Watch): Promise<HitFinds> {
  const { hash, from } = hit.transaction
  // Fees of external transactions are not needed. The receipt of a bridge's transaction names no
  // price, and a lookup may not find the price either (bor, erigon).
  const withFee = hit.sender !== undefined || watch.keepers.has(from)
  const receipt = await reader.receipt(hash, { withFee })
  if (!receipt) throw new TransactionAbsent(hash, 'the node has no receipt of it')
  if (receipt.blockHash !== hit.block.hash) {
    const minedIn = { number: receipt.blockNumber, hash: receipt.blockHash }
    throw new TransactionAbsent(hash, `its receipt names block ${receipt.blockHash}`, minedIn)
  }
  return readHit(hit, receipt, watch)
}

/**
 * Checks that a block is still on the chain.
 * @throws ChainMoved when the block, with its transactions, is no longer on the chain; `cause` when
 * the endpoint does not answer at all
 */
async function isStillThere(
  reader: ChainReader,
  { number, hash }: BlockHeader,
  cause: unknown,
): Promise<void> {
  const header = await reader.header(number).catch((error: unknown) => {
    throw error instanceof ChainUnreachable ? cause : error
  })
  if (header?.hash !== hash) throw new ChainMoved(`block ${number} is no longer ${hash}`)
}

/** Whether the error may concern one transaction alone. */
function isAboutOne(error: unknown): error is Error {
  return (
    error instanceof ChainAnswerBad ||
    error instanceof ChainRefused ||
    error instanceof ChainUnreachable ||
    error instanceof ChainMoved
  )
}

/** Returns the unread row of a transaction. */
export function leave(
  { number, hash }: Pick<BlockHeader, 'number' | 'hash'>,
  transaction: Pick<BlockTransaction, 'hash'> & {
    readonly from: SeenUnread['sender']
    readonly nonce: number | null
  },
  why: string,
): LeftUnread {
  return {
    hash: transaction.hash,
    blockNumber: number,
    blockHash: hash,
    sender: transaction.from,
    nonce: transaction.nonce === null ? null : BigInt(transaction.nonce),
    why,
  }
}
