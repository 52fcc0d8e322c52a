import type { Address, Hash } from '../../domain/address.ts'
import { explainExternal } from '../../domain/books/explain-external.ts'
import type {
  Adoption,
  ExplainedLane,
  LaneToRecover,
  RecoveryStore,
} from '../../domain/books/recovery-store.ts'
import { takenFromSender } from '../../domain/books/taken-from-sender.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { finalHeight } from '../../domain/chains/finality.ts'
import type { MinedTransaction } from '../../domain/chains/mined-transaction.ts'
import type { ChainHistory, ChainState } from '../../domain/chains/nodes/chain-state.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { unlessPruned } from './pruned-state.ts'

export interface RecoverDeps {
  readonly chain: Chain
  readonly state: ChainState
  readonly history: ChainHistory
  readonly recovery: RecoveryStore
  readonly cursors: CursorReader
}

const atOnce = 8

/**
 * MONEY 22: finds the on-chain transactions that explain nonces which the chain has used and no row
 * has. Read-only. A lane is explained if each of these nonces belongs to a final transaction that
 * the scanner has recorded.
 * @param accepted nonces of `only` that an operator accepts although no transaction with the nonce
 * can be found. A final block must have used them
 */
export async function explainLanes(
  deps: RecoverDeps,
  only?: Address,
  accepted: ReadonlySet<bigint> = new Set(),
): Promise<readonly ExplainedLane[]> {
  const { chain, state, recovery, cursors } = deps
  const lanes = await recovery.lanes(chain.id, only)
  if (lanes.length === 0) return []
  const { tag } = chain.finality
  const [tagged, head] = [tag && (await state.taggedHeight(tag)), await state.head()]
  const cursor = await cursors.cursor(chain.id)
  const final = finalHeight(chain.finality, head.number, tagged)
  const behind =
    cursor === undefined || head.number - cursor.height > chain.maxScanLag
      ? `the scanner is at block ${cursor?.height ?? 'none'}, the chain at ${head.number}: let it catch up first`
      : undefined
  const confirmed = cursor?.finalHeight ?? -1n
  const known = {
    accepted,
    keepers: await recovery.keepers(chain.id),
    retired: await recovery.retiredKeepers(chain.id),
    coldWallets: await recovery.coldWallets(chain.id),
    final,
    confirmed,
  }
  return await mapConcurrently(lanes, atOnce, async (lane) => {
    const explained = await explainLane(deps, lane, known)
    return behind ? { ...explained, obstacles: [behind, ...explained.obstacles] } : explained
  })
}

interface Known {
  readonly accepted: ReadonlySet<bigint>
  readonly keepers: ReadonlySet<Address>
  readonly retired: ReadonlySet<Address>
  readonly coldWallets: ReadonlySet<Address>
  readonly final: bigint | undefined
  readonly confirmed: bigint
}

async function explainLane(
  deps: RecoverDeps,
  lane: LaneToRecover,
  known: Known,
): Promise<ExplainedLane> {
  const { sender, nextNonce, closedReason } = lane
  const chainNonce = await deps.state.minedNonce(sender)
  const obstacles: string[] = lane.unread ? [unreadObstacle(lane.unread)] : []
  const adoptions: Adoption[] = []
  const noted = new Set([...lane.unexplained.map(({ nonce }) => nonce), ...lane.adopted])
  const unseen = lane.unexplained.filter(({ hash }) => hash === null).map(({ nonce }) => nonce)
  for (let nonce = nextNonce ?? chainNonce; nonce < chainNonce; nonce += 1n) {
    if (!noted.has(nonce)) unseen.push(nonce)
  }
  for (const { nonce, hash } of lane.unexplained) {
    if (hash === null) continue
    const mined = await deps.history.mined(hash)
    const obstacle = obstacleOf(nonce, hash, mined, known)
    if (obstacle || !mined) obstacles.push(obstacle ?? '')
    else adoptions.push(await explain(deps, mined, known))
  }
  const finalNonce = unseen.length === 0 ? 0n : await nonceAtFinal(deps, sender, known)
  for (const nonce of unseen) {
    if (!known.accepted.has(nonce)) obstacles.push(unseenNonce(sender, nonce))
    else if (nonce >= finalNonce) obstacles.push(`nonce ${nonce} is not used in a final block yet`)
    else adoptions.push(unseenAs(nonce))
  }
  return { sender, closedReason, nextNonce, chainNonce, adoptions, obstacles }
}

const unreadObstacle = (hash: string) =>
  `no node could show transaction ${hash} of this address yet: "coldsweep unread list" says why; it is read again by itself, or somebody answers for it with "coldsweep unread answer ${hash}"`

/** A nonce used by an authorisation (EIP-7702) has no transaction, so a rescan cannot find it. */
const unseenNonce = (sender: Address, nonce: bigint) =>
  `nonce ${nonce} is used, and the scanner has seen no transaction with it: "coldsweep rescan" the blocks in question; where there is none, as after an EIP-7702 authorisation, add "--lane ${sender} --accept-nonce ${nonce}"`

const unseenAs = (nonce: bigint): Adoption => ({
  nonce,
  hash: null,
  explanation: { kind: 'foreign' },
  emptied: false,
  taken: [],
})

async function nonceAtFinal(
  { state }: RecoverDeps,
  sender: Address,
  { final }: Known,
): Promise<bigint> {
  const hash = final === undefined ? undefined : await state.blockHash(final)
  return hash === undefined ? 0n : await state.nonceAt(sender, hash)
}

function obstacleOf(
  nonce: bigint,
  hash: string,
  mined: MinedTransaction | undefined,
  { final, confirmed }: Known,
): string | undefined {
  if (!mined)
    return `${hash} (nonce ${nonce}) is no longer in a block: retry after the scanner has followed`
  // Only final transactions are adopted, because a reorg may drop a transaction that is not final.
  // The scanner must have confirmed the block too, because coverage needs every deposit before the
  // sweep's place in the chain.
  if (final === undefined || mined.blockNumber > final || mined.blockNumber > confirmed)
    return `${hash} (nonce ${nonce}) is in block ${mined.blockNumber}, not final yet`
  return undefined
}

async function explain(
  { chain, state, recovery }: RecoverDeps,
  mined: MinedTransaction,
  { keepers, retired, coldWallets }: Known,
): Promise<Adoption> {
  const wallets = mined.to ? await recovery.wallets([mined.to]) : new Set<Address>()
  const explanation = explainExternal(chain, mined, {
    keepers,
    retired,
    coldWallets,
    isWallet: (address) => wallets.has(address),
  })
  const emptied = explanation.kind === 'sweep' && (await isEmptied(state, mined, explanation.asset))
  const taken = takenFromSender(mined)
  return { nonce: mined.nonce, hash: mined.hash, explanation, emptied, taken }
}

/**
 * Whether the wallet was empty after the sweep. Most nodes prune the state of the sweep's block
 * within hours, and some nodes then answer 0, so the balance at the head must be 0 too. Otherwise
 * the sums decide coverage (MONEY 11).
 */
async function isEmptied(
  state: ChainState,
  { from, blockHash, blockNumber }: MinedTransaction,
  asset: Address | 'native',
): Promise<boolean> {
  const balanceAt = (hash: Hash) =>
    asset === 'native' ? state.nativeBalance(from, hash) : state.tokenBalance(asset, from, hash)
  const left = await unlessPruned(state, blockNumber, () => balanceAt(blockHash))
  return left === 0n && (await balanceAt((await state.head()).hash)) === 0n
}

/**
 * Books the transactions that `explainLanes` explained, and opens the lanes, one by one.
 * Idempotent.
 */
export async function recoverLanes(
  { chain, recovery }: Pick<RecoverDeps, 'chain' | 'recovery'>,
  lanes: readonly ExplainedLane[],
  order: { readonly operator: string; readonly reason: string },
): Promise<{ readonly covered: number }> {
  let covered = 0
  for (const { sender, adoptions, chainNonce: nextNonce } of lanes) {
    const done = await recovery.recover({
      chainId: chain.id,
      sender,
      adoptions,
      nextNonce,
      ...order,
    })
    covered += done.covered
  }
  return { covered }
}
