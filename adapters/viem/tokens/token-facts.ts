import { hexToString } from 'viem/utils'
import type { Address, Hex } from '../../../domain/address.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'

/** Selectors of `decimals()` and `symbol()`. */
const decimalsCall: Hex = '0x313ce567'
const symbolCall: Hex = '0x95d89b41'

/**
 * Facts that a token's contract returns about itself. A fact is undefined if the contract lacks the
 * function or returns another type.
 */
export interface TokenFacts {
  readonly hasCode: boolean
  readonly decimals: number | undefined
  readonly symbol: string | undefined
}

/**
 * Reads a token's decimals and symbol from its contract. `symbol()` may return a string or, in old
 * tokens, bytes32. Throws like the port when no node answers.
 */
export async function readTokenFacts(state: ChainState, token: Address): Promise<TokenFacts> {
  if ((await state.code(token)) === '0x') {
    return { hasCode: false, decimals: undefined, symbol: undefined }
  }
  const ask = async (data: Hex) => {
    const answer = await state.simulate({ from: token, to: token, data })
    return answer.kind === 'returned' ? answer.data : '0x'
  }
  const [decimals, symbol] = await Promise.all([ask(decimalsCall), ask(symbolCall)])
  return { hasCode: true, decimals: readDecimals(decimals), symbol: readSymbol(symbol) }
}

function readDecimals(data: Hex): number | undefined {
  if (!/^0x[0-9a-f]{64}$/i.test(data)) return undefined
  const value = BigInt(data)
  return value <= 255n ? Number(value) : undefined
}

function readSymbol(data: Hex): string | undefined {
  const digits = data.slice(2)
  // One 32-byte word is a bytes32. A string is three parts: its offset (32), its length, its bytes.
  if (digits.length === 64) return textOf(digits)
  if (digits.length < 192) return undefined
  const length = Number(BigInt(`0x${digits.slice(64, 128)}`))
  return length > 64 ? undefined : textOf(digits.slice(128, 128 + length * 2))
}

function textOf(digits: string): string | undefined {
  const text = hexToString(`0x${digits}`).replaceAll('\u0000', '')
  return text === '' ? undefined : text
}
