import type { NotedGap } from '../../adapters/drizzle/scan/token-gaps.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { rescanCommand } from '../../domain/scan/rescan-command.ts'
import type { AssetNames } from '../../operations/views/asset-names.ts'

/** Blocks that were never searched for a token, and the command that searches them. */
export interface TokenGapJson {
  readonly token: string
  readonly symbol: string
  readonly from: number
  readonly to: number
  readonly since: string
  readonly command: string
}

export function toTokenGapJson(gap: NotedGap, names: AssetNames): TokenGapJson {
  const symbol = names.symbol(gap.chainId, gap.token)
  return {
    token: toEip55(gap.token),
    symbol,
    from: Number(gap.from),
    to: Number(gap.to),
    since: gap.notedAt.toISOString(),
    command: rescanCommand(gap.chainId, gap, `blocks before ${symbol} was listed`),
  }
}

export function describeGap({ token, symbol, from, to, command }: TokenGapJson): string {
  return `blocks ${from} to ${to} were never searched for ${symbol} (${token}); to search them:\n  ${command}`
}
