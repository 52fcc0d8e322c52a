import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'
import { formatUnits } from '../../domain/amount.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type DepositState, formatState, isTerminal } from '../../domain/deposits/deposit-state.ts'
import type { AddressRows, ChainRows, KeyProof } from '../../domain/scan/explain-rows.ts'
import { type DepositJson, toDepositJson } from '../views/deposit-json.ts'
import type { ExplainedChain, Wording } from './answer.ts'
import type { ExplainPorts } from './explain-transaction.ts'
import { type Role, readOwnAddresses } from './own-addresses.ts'

/** One chain to ask about an address. */
export interface AskedState {
  readonly chain: ExplainedChain
  readonly state: Pick<
    ChainState,
    'head' | 'nativeBalance' | 'tokenBalance' | 'minedNonce' | 'code'
  >
}

export interface BalanceAnswer {
  readonly asset: string
  /** Smallest unit. */
  readonly amount: string
  readonly text: string
  readonly belowMinimum: boolean
}

/** The address on one chain. */
export interface AddressOnChain {
  readonly chainId: number
  readonly chain: string
  /** null: no address of the deployment. */
  readonly role: Role | null
  /** At the newest block; null while no node answers. Assets with a balance of 0 are left out. */
  readonly balances: readonly BalanceAnswer[] | null
  readonly hasCode: boolean | null
  readonly lane: {
    readonly nextNonce: number
    readonly chainNonce: number | null
    readonly heldBySweep: string | null
    readonly heldSince: string | null
    readonly closed: string | null
  } | null
  /** Transactions of the address that coldsweep did not sign. */
  readonly externalTransactions: number
  readonly depositCounts: readonly { readonly state: string; readonly deposits: number }[]
  /** Newest change first, at most 20. */
  readonly deposits: readonly DepositJson[]
  readonly notes: readonly string[]
  readonly commands: readonly string[]
}

export interface AddressAnswer {
  /** EIP-55 */
  readonly address: string
  /** null where the address is no user wallet. */
  readonly key: KeyProof | null
  readonly chains: readonly AddressOnChain[]
}

/** Explains an address on every given chain. Writes nothing and shows no key. */
export async function explainAddress(
  address: Address,
  asked: readonly AskedState[],
  ports: ExplainPorts,
  wording: Wording,
): Promise<AddressAnswer> {
  const chains = await Promise.all(asked.map((one) => onChain(address, one, ports, wording)))
  const isWallet = chains.some(
    ({ role, deposits }) => role === 'user wallet' || deposits.length > 0,
  )
  const listed = await ports.table.listed([address])
  const isListed = !('why' in listed) && listed.has(address)
  return {
    address: getAddress(address),
    key: isWallet || isListed ? await ports.table.proveKey(address) : null,
    chains,
  }
}

async function onChain(
  address: Address,
  { chain, state }: AskedState,
  ports: ExplainPorts,
  { names, commands }: Wording,
): Promise<AddressOnChain> {
  const rows = await ports.book.chain(chain.id)
  const [found, own] = await Promise.all([
    ports.book.address(chain.id, address),
    readOwnAddresses(chain, rows, [address], ports),
  ])
  const now = await readNow(address, chain, state).catch((error: unknown) => ({
    unread: ports.errorWords(error),
  }))
  const role = own.roleOf(address)
  const isListed = !('why' in own.listed) && own.listed.has(address)
  const read = 'unread' in now ? undefined : now
  const { lane } = found
  return {
    chainId: chain.id,
    chain: chain.name,
    role: role ?? null,
    balances: read?.balances.map((one) => toBalance(one)) ?? null,
    hasCode: read?.hasCode ?? null,
    lane: lane
      ? {
          nextNonce: Number(lane.nextNonce),
          chainNonce: read ? Number(read.nonce) : null,
          heldBySweep: lane.holderSweepId,
          heldSince: lane.heldSince?.toISOString() ?? null,
          closed: lane.closedReason,
        }
      : null,
    externalTransactions: found.external,
    depositCounts: found.counts.map(({ state: of, reason, deposits }) => ({
      state: formatState(of as DepositState, reason),
      deposits,
    })),
    deposits: found.deposits.map((view) => toDepositJson(view, names)),
    notes: [
      ...('unread' in now ? [`${chain.name} could not be asked: ${now.unread}`] : []),
      ...(role === undefined ? [strangerNote(address, chain, isListed, own.listed)] : []),
      ...notesOf(chain, rows, found, read?.balances ?? [], role),
    ],
    commands: commandsOf(chain, role, found, commands),
  }
}

interface Held {
  readonly asset: ListedAsset
  readonly amount: bigint
}

async function readNow(address: Address, chain: ExplainedChain, state: AskedState['state']) {
  const { hash } = await state.head()
  const [native, nonce, code, ...tokens] = await Promise.all([
    state.nativeBalance(address, hash),
    state.minedNonce(address),
    state.code(address),
    ...chain.tokens.map(({ id }) => state.tokenBalance(id as Address, address, hash)),
  ])
  const balances = [
    { asset: chain.native, amount: native },
    ...chain.tokens.map((asset, place) => ({ asset, amount: tokens[place] ?? 0n })),
  ]
  return { nonce, hasCode: code !== '0x', balances: balances.filter(({ amount }) => amount > 0n) }
}

function toBalance({ asset, amount }: Held): BalanceAnswer {
  return {
    asset: asset.symbol,
    amount: amount.toString(),
    text: `${formatUnits(amount, asset.decimals)} ${asset.symbol}`,
    belowMinimum: amount < asset.min,
  }
}

function strangerNote(
  address: Address,
  chain: ExplainedChain,
  isListed: boolean,
  listed: ReadonlySet<Address> | { readonly why: string },
): string {
  const who = getAddress(address)
  if (isListed) {
    return `${who} is in userwallet, and the scanner has not read its row yet: it does so within walletRefreshSeconds`
  }
  const asked = 'why' in listed ? `; userwallet was not asked now: ${listed.why}` : ''
  return `${who} is no user wallet, keeper, cold wallet or listed token of ${chain.name}${asked}: a payment to it is not credited until its row is in userwallet`
}

function notesOf(
  chain: ExplainedChain,
  rows: ChainRows,
  found: AddressRows,
  balances: readonly Held[],
  role: Role | undefined,
): readonly string[] {
  const notes: string[] = []
  if (role === 'cold wallet' && rows.coldWallet !== null && chain.coldWallet !== rows.coldWallet) {
    notes.push(
      `coldsweep.yaml and the database name different cold wallets for ${chain.name}; nothing is signed until they agree`,
    )
  }
  if (found.lane?.closedReason) notes.push(`its lane is closed: ${found.lane.closedReason}`)
  if (found.external > 0) {
    notes.push(`${found.external} of its transactions were not signed by coldsweep`)
  }
  if (role !== 'user wallet') return notes
  if (rows.pausedReason !== null) notes.push(`${chain.name} is paused: ${rows.pausedReason}`)
  for (const { asset, amount } of balances) {
    const open = found.deposits.some(
      ({ deposit }) => deposit.asset === asset.id && !isTerminal(deposit.state),
    )
    if (open || amount < asset.min) continue
    notes.push(
      `${formatUnits(amount, asset.decimals)} ${asset.symbol} lies in the wallet and no unfinished deposit explains it: explain the transaction that paid it`,
    )
  }
  return notes
}

function commandsOf(
  chain: ExplainedChain,
  role: Role | undefined,
  found: AddressRows,
  commands: Wording['commands'],
): readonly string[] {
  if (role === 'gas keeper' || role === 'retired gas keeper') return [commands.keeper(chain.id)]
  if (role === 'cold wallet') return [commands.coldWallet(chain.id)]
  const unfinished = found.deposits.filter(({ deposit }) => !isTerminal(deposit.state))
  return [
    ...(found.lane?.closedReason ? [commands.recover(chain.id, 'closed lane')] : []),
    ...unfinished.slice(0, 3).map(({ deposit }) => commands.explain(deposit.id)),
  ]
}
