import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { english, generateMnemonic, mnemonicToAccount } from 'viem/accounts'
import type { Run } from '../run/run.ts'
import type { StartedProcess } from '../run/start-process.ts'
import { waitForService } from '../run/wait-for-service.ts'
import { checkNode } from './check-node.ts'

/** A running geth. */
export interface Geth {
  readonly url: string
  readonly wsUrl: string
  readonly chainId: number
  /** The first account of the mnemonic has a large balance. */
  readonly mnemonic: string
  readonly process: StartedProcess
}

interface Genesis {
  gasLimit: string
  config: Record<string, unknown>
  alloc: Record<string, { balance: string }>
}

/** Gas limit of every block. It is constant, so that a test can fill a block. */
export const blockGasLimit = 11_500_000n

/** Balance of the mnemonic's first account, in wei. */
const riches = `0x${(10n ** 22n).toString(16)}`

/**
 * Starts geth, a real node with one block a second, a transaction pool, traces, and a `finalized`
 * tag that moves every 32 blocks. The node ends with the run. `--dev` activates future forks, which
 * change gas costs; this genesis keeps only the forks of mainnet.
 */
export async function startGeth(run: Run, binary: string, name = 'geth'): Promise<Geth> {
  const chainId = randomInt(100_000_000, 2_000_000_000)
  const mnemonic = generateMnemonic(english)
  const folder = run.makeFolder(name)
  const dataFolder = join(folder, 'data')
  const genesisFile = join(folder, 'genesis.json')
  const genesis = await devGenesis(binary)
  genesis.config['chainId'] = chainId
  genesis.gasLimit = `0x${blockGasLimit.toString(16)}`
  genesis.alloc[mnemonicToAccount(mnemonic).address.slice(2).toLowerCase()] = { balance: riches }
  writeFileSync(genesisFile, JSON.stringify(genesis))
  await promisify(execFile)(binary, ['init', '--datadir', dataFolder, genesisFile])
  const port = await run.freePort()
  const url = `http://127.0.0.1:${port}`
  const process = run.start({
    name,
    command: binary,
    args: [
      ...['--dev', '--dev.period', '1', '--datadir', dataFolder],
      ...['--networkid', String(chainId), '--miner.gaslimit', String(blockGasLimit)],
      ...['--http', '--http.port', String(port), '--http.api', 'eth,net,web3,debug,txpool,miner'],
      ...['--ws', '--ws.port', String(port), '--ws.api', 'eth'],
      ...['--authrpc.port', String(await run.freePort())],
      ...['--ipcdisable', '--nodiscover', '--maxpeers', '0', '--port', '0'],
      // geth gets little memory, because the tests run on the same machine.
      ...['--cache', '64', '--verbosity', '2'],
    ],
    cwd: folder,
    stopSignal: 'SIGKILL',
  })
  await waitForService('geth', process, () => checkNode(url, chainId), 60_000)
  return { url, wsUrl: `ws://127.0.0.1:${port}`, chainId, mnemonic, process }
}

/** Returns geth's own development genesis with only those forks that have a date on mainnet. */
async function devGenesis(binary: string): Promise<Genesis> {
  const { stdout } = await promisify(execFile)(binary, ['--dev', 'dumpgenesis'])
  const genesis = JSON.parse(stdout) as Genesis & { slotNumber?: unknown }
  const live = ['shanghaiTime', 'cancunTime', 'pragueTime', 'osakaTime']
  for (const key of Object.keys(genesis.config)) {
    if (key.endsWith('Time') && !live.includes(key)) delete genesis.config[key]
  }
  // slotNumber is a header field of a later fork.
  delete genesis.slotNumber
  return genesis
}
