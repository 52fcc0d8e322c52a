import { readFileSync, writeFileSync } from 'node:fs'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'
import { type ChaosNode, chaosNode } from './chaos-node.ts'
import { plainToken, type TokenSpec, type WorldSpec } from './world-spec.ts'

/**
 * A deployment of coldsweep on a node that answers by rules. Rows share the deployment, and each
 * row has its own wallet.
 */
export interface ChaosWorld {
  readonly d: OwnDeployment
  readonly node: ChaosNode
  readonly scanner: StartedProcess
  readonly worker: StartedProcess
  tokenOf(spec: TokenSpec): Token
  close(): Promise<void>
}

/** A shorter block time would load a busy machine too much and save little time. */
const blockTimeMs = 1_000

const quickTimers = {
  gasWaitSeconds: 1,
  waitRecheckSeconds: 1,
  leaseSeconds: 8,
  keeperWatchSeconds: 60,
  // Longer than a row takes: an adoption would start the workflow of a deposit whose work message
  // was lost, and would hide the loss.
  adoptAfterSeconds: 900,
}

/** Deploys the tokens, and starts scanner and worker on a node that answers by rules. */
export async function chaosWorld(
  spec: WorldSpec = {},
  tokens: readonly TokenSpec[] = [plainToken],
): Promise<ChaosWorld> {
  const { endpoints = 1, chain, timers, anvil } = spec
  const made = new Map<string, Token>()
  let node: ChaosNode | undefined
  const d = await ownDeployment({
    keeperEther: 100,
    anvil: { blockTimeSeconds: blockTimeMs / 1000, accounts: 1, ...anvil },
    chain: { blockTimeMs, ...chain },
    timers: { ...quickTimers, ...timers },
    rpc: async (anvilUrl) => {
      node = await chaosNode(anvilUrl, endpoints)
      return node.urls
    },
    tokens: async (devnet) => {
      for (const { contract, symbol, decimals = 18, more = [] } of tokens) {
        if (made.has(symbol)) continue
        made.set(symbol, await devnet.deployToken(contract, symbol, decimals, ...more))
      }
      return [...made.values()].map((token) => ({ ...token, min: '0.000001' }))
    },
  })
  const endpointsOf = node
  if (!endpointsOf) throw new Error('the deployment asked for no endpoints')
  return {
    d,
    node: endpointsOf,
    scanner: d.start('scanner', { COLDSWEEP_CONFIG: configFor('scanner', d, endpointsOf) }),
    worker: d.start('worker', { COLDSWEEP_CONFIG: configFor('worker', d, endpointsOf) }),
    tokenOf({ symbol }) {
      const token = made.get(symbol)
      if (!token) throw new Error(`${symbol} is not deployed in this world`)
      return token
    },
    async close() {
      await d.close()
      await endpointsOf.close()
    },
  }
}

/**
 * Number of blocks in the backfill of a new wallet, about 50 seconds. Each row adds a wallet, and a
 * backfill from the first block would take longer with every row.
 */
const lateWalletBlocks = 50

/** Copies coldsweep.yaml and adds a path to each URL, by which the proxies identify the process. */
function configFor(process: 'scanner' | 'worker', d: OwnDeployment, { urls }: ChaosNode): string {
  const file = d.env['COLDSWEEP_CONFIG'] ?? ''
  const text = readFileSync(file, 'utf8')
  const own = file.replace('.yaml', `-${process}.yaml`)
  const named = urls.reduce((config, url) => config.replaceAll(url, `${url}/${process}`), text)
  writeFileSync(own, `${named}lateWalletBlocks: ${lateWalletBlocks}\n`)
  return own
}
