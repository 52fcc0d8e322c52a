// A scanner in a process of its own, for tests that kill it: node --import tsx scanner-process.ts <options as JSON>
import { aDevChain, ownScanner } from './own-scanner.ts'

export interface ScannerProcessOptions {
  readonly chain: Omit<Parameters<typeof aDevChain>[0], 'startBlock'>
  readonly rpcUrls: readonly string[]
  readonly databaseUrl: string
  readonly centralUrl: string
  readonly firstRange: number
}

const { firstRange, chain, ...options } = JSON.parse(process.argv[2] ?? '') as ScannerProcessOptions
const scanner = ownScanner({
  ...options,
  chain: aDevChain(chain),
  tuning: { firstRange, mostRange: firstRange },
})
process.once('SIGTERM', () => void scanner.stop())
