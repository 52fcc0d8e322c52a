import { fileURLToPath } from 'node:url'
import type { Run, StartedProcess } from '../../../devstack/run/run.ts'
import type { ScanWorld } from './scan-world.ts'
import type { ScannerProcessOptions } from './scanner-process.ts'

const script = fileURLToPath(new URL('./scanner-process.ts', import.meta.url))

/** Starts a scanner of the world in a separate process that dies at the ordered crash point. */
export function startMortalScanner(
  run: Run,
  { anvil, coldWallet, keeper, databaseUrl, centralUrl }: ScanWorld,
  name: string,
  options: Pick<ScannerProcessOptions, 'crashOrders'> & {
    readonly tokens?: ScannerProcessOptions['chain']['tokens']
    /** @default anvil */
    readonly rpcUrl?: string
  },
): StartedProcess {
  const { tokens, rpcUrl = anvil.url, ...more } = options
  const chain = { id: anvil.chainId, coldWallet, keeper, ...(tokens ? { tokens } : {}) }
  const all: ScannerProcessOptions = {
    ...{ chain, rpcUrls: [rpcUrl], databaseUrl, centralUrl, firstRange: 8 },
    ...more,
  }
  const args = ['--import', 'tsx', script, JSON.stringify(all)]
  return run.start({ name, command: process.execPath, args })
}
