import type { Address, Hash } from '../../domain/address.ts'
import type { Tolerance } from '../../domain/chains/asset.ts'
import type { TokenState } from '../../domain/chains/nodes/chain-reader.ts'
import { type Backing, backedByDelta } from '../../domain/deposits/backing.ts'
import type { MeasuredDeposit, SeenDeposit } from '../../domain/deposits/deposit.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { loggedOut, readBalanceChange } from './balance-change.ts'
import type { BlockReading } from './find-hits.ts'

export interface Measuring {
  readonly state: TokenState
  readonly toleranceOf: (token: Address) => Tolerance
  /** Concurrent requests. */
  readonly width: number
}

/**
 * Maximum number of pairs of wallet and token in one block whose balances are read. Further pairs
 * are judged at confirmation only.
 */
export const measuredPerBlock = 200
/**
 * After this many failures in a row a token is not read again. A node that pruned the state of one
 * block has pruned older blocks too, and a token that reverts reverts again.
 */
const failuresOfAToken = 2

/** The credits of one wallet and token in one block, in chain order. */
interface Group {
  readonly token: Address
  readonly wallet: Address
  readonly block: BlockReading['block']
  readonly loggedOut: bigint
  readonly credits: readonly SeenDeposit[]
}

/**
 * Reads the balance change of each token credit while its block is new, because nodes prune the
 * state of older blocks (MONEY 24). A failed read gives no verdict, and the reading of the blocks
 * still succeeds. The order of the deposits is kept.
 */
export async function measureCredits(
  deposits: readonly SeenDeposit[],
  readings: readonly BlockReading[],
  measuring: Measuring,
): Promise<readonly MeasuredDeposit[]> {
  const groups = groupsOf(deposits, readings)
  if (groups.length === 0) return deposits
  const failures = new Map<Address, number>()
  const measured = new Map<string, MeasuredDeposit>()
  await mapConcurrently(groups, measuring.width, async ({ group, isOverLimit }) => {
    const skip = isOverLimit || (failures.get(group.token) ?? 0) >= failuresOfAToken
    const balanceChange = skip ? undefined : await changeOf(group, measuring.state, failures)
    for (const deposit of judge(group, balanceChange, measuring)) measured.set(deposit.id, deposit)
  })
  return deposits.map((deposit) => measured.get(deposit.id) ?? deposit)
}

/**
 * Groups the credits by block, token and wallet, newest block first. After failures of a token in a
 * newer block, the token is not read in older blocks.
 */
function groupsOf(deposits: readonly SeenDeposit[], readings: readonly BlockReading[]) {
  const readingOf = new Map(readings.map((reading) => [reading.block.hash, reading]))
  const outOf = new Map<Hash, ReturnType<typeof loggedOut>>()
  const groups = new Map<string, Group & { credits: SeenDeposit[] }>()
  for (const deposit of deposits) {
    const { asset: token, wallet, blockHash } = deposit
    const reading = readingOf.get(blockHash)
    if (token === 'native' || !reading) continue
    const { block, logs } = reading
    const out = outOf.get(blockHash) ?? loggedOut(logs)
    outOf.set(blockHash, out)
    const key = `${blockHash} ${token} ${wallet}`
    const group = groups.get(key) ?? {
      token,
      wallet,
      block,
      loggedOut: out(token, wallet),
      credits: [],
    }
    group.credits.push(deposit)
    groups.set(key, group)
  }
  const ofBlock = new Map<bigint, number>()
  return [...groups.values()].reverse().map((group) => {
    const { number } = group.block
    const place = ofBlock.get(number) ?? 0
    ofBlock.set(number, place + 1)
    return { group, isOverLimit: place >= measuredPerBlock }
  })
}

async function changeOf(
  { token, wallet, block: { hash, parentHash } }: Group,
  state: TokenState,
  failures: Map<Address, number>,
): Promise<bigint | undefined> {
  try {
    const question = { token, wallet, block: hash, parent: parentHash }
    const change = await readBalanceChange(state, question)
    failures.delete(token)
    return change
  } catch {
    failures.set(token, (failures.get(token) ?? 0) + 1)
    return undefined
  }
}

function judge(
  { token, credits, loggedOut: out }: Group,
  balanceChange: bigint | undefined,
  { toleranceOf }: Measuring,
): readonly MeasuredDeposit[] {
  if (balanceChange === undefined) {
    return credits.map((credit) => ({ ...credit, backing: 'unread', loggedOut: out }))
  }
  const backed = backedByDelta(credits, { balanceChange, loggedOut: out }, toleranceOf(token))
  const backingOf = (credit: SeenDeposit): Backing | null => {
    if (!backed.has(credit)) return 'short'
    // A logged outflow is only the token's claim. At confirmation the sweep's row decides about the
    // outflow.
    return out > 0n ? 'unread' : null
  }
  return credits.map((credit) => ({
    ...credit,
    backing: backingOf(credit),
    balanceChange,
    loggedOut: out,
  }))
}
