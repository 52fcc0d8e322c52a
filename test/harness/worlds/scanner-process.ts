// A scanner in a separate process, for tests that kill it: node --import tsx scanner-process.ts
// <options as JSON>

import { crashing } from '../processes/crashing.ts'
import { backingCrashPoints, unreadCrashPoints } from '../processes/store-crash-points.ts'
import { aDevChain, ownScanner } from './own-scanner.ts'

export interface ScannerProcessOptions {
  readonly chain: Omit<Parameters<typeof aDevChain>[0], 'startBlock'>
  readonly rpcUrls: readonly string[]
  readonly databaseUrl: string
  readonly centralUrl: string
  readonly firstRange: number
  /** Path of the file that orders the process to die at one of the crash points below. */
  readonly crashOrders?: string
}

const points = [...unreadCrashPoints, ...backingCrashPoints]
const { firstRange, chain, crashOrders, ...options } = JSON.parse(
  process.argv[2] ?? '',
) as ScannerProcessOptions
const scanner = ownScanner({
  ...options,
  chain: aDevChain(chain),
  ...(crashOrders === undefined
    ? {}
    : { aroundStore: (store) => crashing(crashOrders, points)('store', { ...store }) }),
  tuning: { firstRange, mostRange: firstRange },
})
process.once('SIGTERM', () => void scanner.stop())
