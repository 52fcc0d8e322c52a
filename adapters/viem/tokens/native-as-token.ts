import { numberToHex } from 'viem'
import type { Address, Hash, Hex } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import { encodeBalanceOf } from '../../../domain/chains/erc20.ts'
import {
  type HeldBoth,
  judgeNativeAsToken,
  type NativeTokenVerdict,
} from '../../../domain/chains/native-as-token.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { createChainReader } from '../chain-reader.ts'
import type { ChainNodes } from '../client.ts'
import { toEip55 } from '../to-eip55.ts'

/** Number of newest blocks in which senders are searched, because senders hold native coin. */
const blocksOfSenders = 4n
const mostSenders = 6

interface TokenOfChain {
  readonly token: Address
  readonly decimals: number
  /** Addresses whose balances are compared first. They need not have a balance. */
  readonly addresses: readonly Address[]
}

/**
 * Finds out whether a token is the native coin as an ERC-20. Compares the token's balances with
 * native balances at the head until the verdict is clear. A token that returns no balance is
 * `different`. Throws like the reader when no node answers.
 */
export async function compareWithNative(
  chainId: number,
  nodes: ChainNodes,
  { token, decimals, addresses }: TokenOfChain,
): Promise<NativeTokenVerdict> {
  const reader = createChainReader(chainId, nodes)
  const { number, hash } = await reader.head()
  const held: HeldBoth[] = []
  let verdict: NativeTokenVerdict = 'unknown'
  const ask = async (address: Address) => {
    const both = await heldBoth(reader, token, address, hash)
    if (both) held.push(both)
    verdict = both ? judgeNativeAsToken(held, decimals) : 'different'
    return verdict === 'different' || verdict === 'proven'
  }
  for (const address of addresses) if (await ask(address)) return verdict
  for (const address of await recentSenders(reader, number)) if (await ask(address)) return verdict
  const shown = await balanceWithOverride(nodes, token, imaginedWei).catch(() => undefined)
  if (shown === undefined) return verdict
  return judgeNativeAsToken([{ native: imaginedWei, token: shown }], decimals)
}

const imaginedHolder: Address = '0xc01dc01dc01dc01dc01dc01dc01dc01dc01dc01d'
const imaginedWei = 1_234_567_890_123_456_789n

/**
 * Returns the token balance of an address to which an `eth_call` state override gives a native
 * balance. Rejects where nodes don't support overrides.
 */
async function balanceWithOverride(
  nodes: ChainNodes,
  token: Address,
  wei: bigint,
): Promise<bigint> {
  const call = { to: token, data: encodeBalanceOf(imaginedHolder) }
  const imagine = { [imaginedHolder]: { balance: numberToHex(wei) } }
  const request = { method: 'eth_call', params: [call, 'latest', imagine] }
  const data = await nodes.ask((client) => client.request(request as never) as Promise<Hex>)
  return BigInt(data)
}

/** Reads a holder's native balance and token balance; undefined if the token returns no balance. */
async function heldBoth(reader: ChainReader, token: Address, holder: Address, at: Hash) {
  try {
    const [native, held] = await Promise.all([
      reader.nativeBalance(holder, at),
      reader.tokenBalance(token, holder, at),
    ])
    return { native, token: held }
  } catch (error) {
    if (error instanceof ChainRefused || error instanceof ChainAnswerBad) return undefined
    throw error
  }
}

async function recentSenders(reader: ChainReader, head: bigint): Promise<readonly Address[]> {
  const senders = new Set<Address>()
  for (let height = head; height > 0n && height > head - blocksOfSenders; height -= 1n) {
    const block = await reader.block(height)
    for (const { from } of block?.transactions ?? []) senders.add(from)
    if (senders.size >= mostSenders) break
  }
  return [...senders].slice(0, mostSenders)
}

/**
 * Returns the errors that forbid a start (MONEY 13): one for each token that is proven to be the
 * native coin. A node that does not answer causes no such error; its error goes to `onError`.
 */
export async function nativeTokenProblems(
  chain: Pick<Chain, 'id' | 'tokens' | 'coldWallet' | 'gasKeeper'>,
  nodes: ChainNodes,
  onError: (error: unknown) => void,
): Promise<readonly string[]> {
  const addresses = [chain.gasKeeper.address, chain.coldWallet]
  const problems: string[] = []
  for (const { id, symbol, decimals } of chain.tokens) {
    const token = id as Address
    try {
      const verdict = await compareWithNative(chain.id, nodes, { token, decimals, addresses })
      if (verdict !== 'proven') continue
      problems.push(
        `chain ${chain.id}: token ${symbol}, ${toEip55(token)}, is the native coin as an ERC-20 (its balances are the native ones), so one payment would be two deposits: take it out of tokens`,
      )
    } catch (error) {
      onError(error)
      return problems
    }
  }
  return problems
}
