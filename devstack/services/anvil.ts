import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { english, generateMnemonic } from 'viem/accounts'
import type { Run } from '../run/run.ts'
import type { StartedProcess } from '../run/start-process.ts'
import { waitForService } from '../run/wait-for-service.ts'
import { checkNode } from './check-node.ts'

/** Settings of a devnet. All have defaults. */
export interface AnvilOptions {
  /** Name of the log. Default `anvil`. */
  name?: string
  /**
   * Default: a random id, so that transactions signed for this devnet are invalid on other chains.
   */
  chainId?: number
  mnemonic?: string
  /** Number of the mnemonic's accounts that get `balanceEther` at the start. Default 10. */
  accounts?: number
  /** Default 10,000. */
  balanceEther?: number
  /** Time between blocks. If it is undefined, anvil makes a block for each transaction. */
  blockTimeSeconds?: number
  /**
   * The tag `finalized` is twice this many blocks behind `latest`. Default 1. With anvil's default
   * of 32, `finalized` is block 0 on a short chain.
   */
  slotsInAnEpoch?: number
  /** Default prague, for EIP-7702. */
  hardfork?: string
  /** Further command-line flags of anvil. */
  args?: string[]
}

export interface Anvil {
  url: string
  wsUrl: string
  chainId: number
  mnemonic: string
  process: StartedProcess
}

/**
 * Starts a private anvil devnet with random mnemonic, chain id and port. The devnet ends with the
 * run.
 */
export async function startAnvil(run: Run, options: AnvilOptions = {}): Promise<Anvil> {
  const chainId = options.chainId ?? randomInt(100_000_000, 2_000_000_000)
  const mnemonic = options.mnemonic ?? generateMnemonic(english)
  const port = await run.freePort()
  const url = `http://127.0.0.1:${port}`
  const process = run.start({
    name: options.name ?? 'anvil',
    command: anvilBinary(),
    args: anvilArguments(port, chainId, mnemonic, options),
    cwd: run.makeFolder('anvil'),
    stopSignal: 'SIGKILL',
  })
  await waitForService('anvil', process, () => checkNode(url, chainId))
  return { url, wsUrl: `ws://127.0.0.1:${port}`, chainId, mnemonic, process }
}

/**
 * Returns the path of anvil's binary inside its npm package. The package's wrapper script is not
 * used, because a killed wrapper leaves the binary running.
 */
function anvilBinary(): string {
  const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const platform = `@foundry-rs/anvil-${process.platform}-${architecture}/package.json`
  return join(dirname(createRequire(wrapper).resolve(platform)), 'bin', 'anvil')
}

function anvilArguments(
  port: number,
  chainId: number,
  mnemonic: string,
  options: AnvilOptions,
): string[] {
  const { blockTimeSeconds } = options
  return [
    ...['--host', '127.0.0.1', '--port', String(port), '--silent'],
    ...['--chain-id', String(chainId), '--mnemonic', mnemonic],
    ...[
      '--accounts',
      String(options.accounts ?? 10),
      '--balance',
      String(options.balanceEther ?? 10_000),
    ],
    ...['--slots-in-an-epoch', String(options.slotsInAnEpoch ?? 1)],
    ...['--hardfork', options.hardfork ?? 'prague'],
    ...(blockTimeSeconds === undefined ? [] : ['--block-time', String(blockTimeSeconds)]),
    ...(options.args ?? []),
  ]
}
