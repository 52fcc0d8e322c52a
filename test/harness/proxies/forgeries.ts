import type { Forgery } from './faults.ts'

type Raw = Readonly<Record<string, unknown>>
type ChangeOf = (honest: Raw) => Raw | null

/**
 * For `eth_getTransactionReceipt`: changes the receipt of the transaction `hash`. If no `hash` is
 * given, changes every receipt. A missing receipt stays null.
 */
export function forgedReceipt(change: ChangeOf, hash?: string): Forgery {
  return (honest, { params }) =>
    honest && (hash === undefined || same(params[0], hash)) ? change(honest as Raw) : honest
}

/** For `eth_getBalance`: replaces the balance of `holder`. */
export function forgedBalance(holder: string, wei: bigint): Forgery {
  return (honest, { params }) => (same(params[0], holder) ? `0x${wei.toString(16)}` : honest)
}

/** For `eth_call`: replaces the answer to the token's `balanceOf(holder)`. */
export function forgedTokenBalance(token: string, holder: string, amount: bigint): Forgery {
  const data = `0x70a08231${holder.slice(2).toLowerCase().padStart(64, '0')}`
  return (honest, { params }) => {
    const call = params[0] as { to?: string; data?: string; input?: string }
    return same(call.to, token) && same(call.data ?? call.input, data)
      ? `0x${amount.toString(16).padStart(64, '0')}`
      : honest
  }
}

/** For `eth_getLogs`: changes the list of logs. */
export function forgedLogs(change: (honest: readonly Raw[]) => readonly Raw[]): Forgery {
  return (honest) => change(honest as readonly Raw[])
}

/** For `eth_getBlockByNumber`: replaces the block hash at one height, as on another fork. */
export function forgedBlockHash(height: bigint, hash: string): Forgery {
  return (honest) => {
    const block = honest as Raw | null
    return block && BigInt(block['number'] as string) === height ? { ...block, hash } : honest
  }
}

function same(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.toLowerCase() === b.toLowerCase()
}
