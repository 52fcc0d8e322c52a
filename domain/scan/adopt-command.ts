import type { Address } from '../address.ts'

/**
 * Returns the command that adopts the unexplained balance of one wallet, or of all wallets, to copy
 * into a shell as it is (MONEY 25).
 */
export function adoptCommand(chainId: number, wallet: Address | 'all', reason: string): string {
  const which = wallet === 'all' ? '--all' : `--wallet ${wallet}`
  return `coldsweep adopt-balance --chain ${chainId} ${which} --operator "$(id -un)" --reason "${reason}"`
}
