import type { ProbedChain } from '../../adapters/viem/capabilities/probe.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'

export type ProbedConfig = Pick<
  ChainConfig,
  'tokens' | 'coldWallet' | 'gasKeeper' | 'finality' | 'internalTransfers'
>

export function probedChain(chain: ProbedConfig): ProbedChain {
  return {
    tokens: chain.tokens.map(({ id }) => id as Address),
    coldWallet: chain.coldWallet,
    keeper: chain.gasKeeper.address,
    finality: chain.finality,
    internalTransfers: chain.internalTransfers,
  }
}
