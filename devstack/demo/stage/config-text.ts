import { type Address, getAddress } from 'viem'
import { NATIVE, TOKENS } from '../script/assets.ts'

interface ConfigFacts {
  chainId: number
  rpcUrl: string
  wsUrl: string
  coldWallet: Address
  keeper: Address
  /** In ETH. */
  alertBelow: string
  /** Addresses of `TOKENS`, in the same order. */
  tokens: readonly Address[]
}

/**
 * Returns the text of the demo's coldsweep.yaml. Its timers are short; coldsweep.example.yaml has
 * timers for an exchange.
 */
export function configText(facts: ConfigFacts): string {
  const listed = TOKENS.flatMap(({ symbol, decimals, min }, index) => {
    const address = facts.tokens[index]
    if (min === undefined || address === undefined) return []
    return `      - { address: "${getAddress(address)}", symbol: ${symbol}, decimals: ${decimals}, min: "${min}" }\n`
  })
  return `# Written by npm start, for this run alone.
chains:
  - id: ${facts.chainId}
    name: devnet
    rpc: ["${facts.rpcUrl}"]
    ws: ["${facts.wsUrl}"]
    startBlock: 1
    finality: { depth: 2 }
    blockTimeMs: 1000
    feeMode: eip1559
    coldWallet: "${getAddress(facts.coldWallet)}"
    gasKeeper: { address: "${getAddress(facts.keeper)}", alertBelow: "${facts.alertBelow}", maxInFlight: 16 }
    gas: { maxFeeGwei: 50, maxPriorityFeeGwei: 1 }
    native: { symbol: ${NATIVE.symbol}, min: "${NATIVE.min}" }
    tokens:
${listed.join('')}walletRefreshSeconds: 1
lateWalletBlocks: 1000
timers:
  gasWaitSeconds: 5
  waitRecheckSeconds: 5
  leaseSeconds: 20
  attentionAfterSeconds: 600
  adoptAfterSeconds: 30
  keeperWatchSeconds: 2
  gasSignalTtlSeconds: 600
`
}
