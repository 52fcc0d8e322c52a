import type { Address, Hash } from '../../domain/address.ts'
import type { BookRows } from '../../domain/books/book-store.ts'
import type { Nonces } from '../../domain/books/judge-conduct.ts'
import type { Left } from '../../domain/books/judge-wallets.ts'
import type { Movement } from '../../domain/books/movements.ts'
import type { Difference } from '../../domain/books/reconciliation.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import type { MinedTransaction } from '../../domain/chains/mined-transaction.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import { ChainRefused, ChainUnreachable, QuorumShort } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'

/**
 * Number of attempts after which an error counts as a refusal, because some gateways reject reads
 * of old state with the same errors as an outage.
 */
const tries = 3
const pauseMs = 500

/**
 * Reads an old block's state; resolves undefined if the nodes have pruned the state. Pruned state
 * is normal on chains whose tag is hundreds of blocks behind, after an outage, and with a restored
 * database. Sums then decide coverage (MONEY 11).
 * @throws the error if full nodes keep the block's state, or if the head cannot be read either
 */
export async function unlessPruned<T>(
  state: Pick<ChainState, 'head'>,
  blockNumber: bigint,
  read: () => Promise<T>,
  { firstPauseMs = pauseMs } = {},
): Promise<T | undefined> {
  for (let n = 1; ; n += 1) {
    try {
      return await read()
    } catch (error) {
      if (!isOfChain(error)) throw error
      if ((await state.head()).number - blockNumber <= keptStates) throw error
      // In a quorum a refusing node abstains, so a retry does not help.
      if (!(error instanceof ChainUnreachable) || n === tries) return undefined
      await sleep(firstPauseMs * n)
    }
  }
}

function isOfChain(error: unknown): boolean {
  return (
    error instanceof ChainRefused ||
    error instanceof QuorumShort ||
    error instanceof ChainUnreachable
  )
}

/** The values that a reconciliation read at one block. */
export interface ReadState {
  readonly block: { readonly number: bigint; readonly hash: Hash }
  readonly left: readonly Left[]
  /** Keepers' balances, in wei. */
  readonly closing: ReadonlyMap<Address, bigint>
  readonly nonces: Nonces
  /** Our transactions up to the block. `above` has the later transactions. */
  readonly movements: readonly Movement[]
  readonly above: readonly MinedTransaction[]
  /** Differences of wallets and keepers. */
  readonly differences: readonly Difference[]
}

/**
 * Throws if a 0 that a node answered is false. A node that has pruned the block's state may answer
 * 0 for balances and nonces instead of an error, and the books would report a theft. A nonce at or
 * below the nonce of a mined transaction is false. A balance of 0 is false if the balance at the
 * head, plus later outflows and minus later inflows, explains the missing amount.
 * @param rowsUpTo all rows up to a height; called only if a balance of 0 causes a difference
 * @throws ChainRefused, as for a node that reports pruned state
 */
export async function refuseFalseZeros(
  state: Pick<ChainState, 'head' | 'nativeBalance' | 'tokenBalance'>,
  read: ReadState,
  rowsUpTo: (height: bigint) => Promise<BookRows>,
): Promise<void> {
  const { block, nonces, movements } = read
  for (const { mined } of movements) {
    const nonce = nonces.get(mined.from)
    if (nonce !== undefined && nonce <= mined.nonce)
      throw forgotten(
        block.number,
        `nonce ${nonce} of ${mined.from}, which has used ${mined.nonce}`,
      )
  }
  const doubtful = read.differences.filter((it) => (it.missing ?? 0n) > 0n && isZero(read, it))
  if (doubtful.length === 0) return
  const head = await state.head()
  const rows = await rowsUpTo(head.number)
  for (const difference of doubtful) {
    const { address, asset, missing } = difference
    const now =
      asset === null || asset === 'native'
        ? await state.nativeBalance(address, head.hash)
        : await state.tokenBalance(asset, address, head.hash)
    const before = now + leftSince(read, difference) - cameSince(read, rows, difference)
    if (before >= (missing ?? 0n))
      throw forgotten(block.number, `0 for the balance of ${address}, which held ${before}`)
  }
}

const forgotten = (block: bigint, what: string) =>
  new ChainRefused(`the node has forgotten the state of block ${block}: it answers ${what}`)

function isZero({ left, closing }: ReadState, { kind, address, asset }: Difference): boolean {
  if (kind === 'keeper') return closing.get(address) === 0n
  return left.some((it) => it.wallet === address && it.asset === asset && it.amount === 0n)
}

function leftSince({ above }: ReadState, { address, asset }: Difference): bigint {
  const own = above.filter(({ from }) => from === address)
  if (asset === null || asset === 'native')
    return sum(own.map(({ ok, valueWei, feeWei }) => feeWei + (ok ? valueWei : 0n)))
  const transfers = own.flatMap(({ logs }) => logs.flatMap((log) => readTransfer(log) ?? []))
  return sum(transfers.filter((it) => it.token === asset && it.from === address).map(amountOf))
}

function cameSince({ block, above }: ReadState, rows: BookRows, difference: Difference): bigint {
  const { kind, address, asset } = difference
  const isLater = (it: { readonly blockNumber: bigint }) => it.blockNumber > block.number
  if (kind === 'keeper')
    return sum(
      rows.refills.filter(isLater).map((it) => (it.keeper === address ? it.amountWei : 0n)),
    )
  const gas = asset === 'native' ? above.filter((it) => it.ok && it.to === address) : []
  const deposits = rows.deposits.filter(
    (it) => isLater(it) && it.wallet === address && it.asset === asset,
  )
  return sum([...gas.map(({ valueWei }) => valueWei), ...deposits.map(amountOf)])
}

const amountOf = ({ amount }: { readonly amount: bigint }): bigint => amount
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)
