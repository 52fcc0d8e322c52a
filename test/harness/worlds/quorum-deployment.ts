import type { StartedProcess } from '../../../devstack/run/run.ts'
import { type ThreeProxies, threeProxies } from '../proxies/three-proxies.ts'
import { reaches, type SeenRow } from './follow.ts'
import { type DeploymentOptions, type OwnDeployment, ownDeployment } from './own-deployment.ts'

/** A full deployment on three endpoints. A test can make each endpoint fail or lie. */
export interface QuorumDeployment {
  readonly d: OwnDeployment
  readonly three: ThreeProxies
  readonly scanner: StartedProcess
  readonly worker: StartedProcess
  /** Makes a token deposit to a new wallet. */
  payToken(amount?: bigint): Promise<{ readonly hash: string; readonly wallet: `0x${string}` }>
  payCoin(): Promise<{ readonly hash: string; readonly wallet: `0x${string}` }>
  reaches(hash: string, state: string): Promise<SeenRow>
  /** Runs `coldsweep retry` for a deposit, as an operator who fixed the cause. */
  retry(depositId: string): Promise<void>
  close(): Promise<void>
}

export async function quorumDeployment(options: DeploymentOptions = {}): Promise<QuorumDeployment> {
  let three: ThreeProxies | undefined
  const d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    ...options,
    timers: { waitRecheckSeconds: 1, gasWaitSeconds: 2, ...options.timers },
    rpc: async (anvilUrl) => {
      three = await threeProxies(anvilUrl)
      return three.urls
    },
  })
  const proxies = three
  const [token] = d.tokens
  if (!proxies || !token) throw new Error('the deployment has neither proxies nor a token')
  const scanner = d.start('scanner')
  const worker = d.start('worker')
  const processes = [scanner, worker]
  return {
    d,
    three: proxies,
    scanner,
    worker,
    async payToken(amount = 5n * 10n ** 18n) {
      const { address } = await d.addWallet()
      return { hash: await d.devnet.payToken(token, address, amount), wallet: address }
    },
    async payCoin() {
      const { address } = await d.addWallet()
      return { hash: await d.devnet.pay(address, '0.7'), wallet: address }
    },
    reaches: (hash, state) => reaches(d, hash, state, { processes }),
    async retry(depositId) {
      const order = ['--operator', 'olga', '--reason', 'the liar is gone']
      const { exitCode, stderr } = await d.cli('retry', depositId, ...order)
      if (exitCode !== 0) throw new Error(`retry failed: ${stderr}`)
    },
    async close() {
      await d.close()
      await proxies.close()
    },
  }
}
