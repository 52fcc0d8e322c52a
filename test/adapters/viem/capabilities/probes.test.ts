import { afterEach, expect, it } from 'vitest'
import { type FaultProxy, faultProxy } from '../../../harness/proxies/fault-proxy.ts'
import { questionShape } from '../../../harness/proxies/question-shape.ts'
import { eventually } from '../../../harness/waiting/eventually.ts'
import { type OwnDeployment, ownDeployment } from '../../../harness/worlds/own-deployment.ts'

let deployment: OwnDeployment | undefined
let proxy: FaultProxy | undefined

afterEach(async () => {
  await deployment?.close()
  await proxy?.close()
})

it.each([
  ['one endpoint', 1],
  ['two endpoints that vote', 2],
])(
  'config check sends each kind of request that scanner, worker and reconcile send, with %s',
  async (_what, endpoints) => {
    const seen = await faultProxyOf(endpoints)
    const { devnet, tokens, sql } = seen.deployment
    const [token] = tokens
    if (!token) throw new Error('the deployment has no token')
    seen.deployment.start('scanner')
    seen.deployment.start('worker')
    const native = await seen.deployment.addWallet()
    const holder = await seen.deployment.addWallet()
    const late = await seen.deployment.addWallet({ unlisted: true })
    await devnet.payToken(token, late.address, 10n ** 18n)
    await devnet.payWei(native.address, 10n ** 18n)
    await devnet.payToken(token, holder.address, 2n * 10n ** 18n)
    await late.list()
    await eventually(
      () => sql`select 1 from deposits where state = 'done'`,
      (rows) => rows.length === 3,
    )
    expect((await seen.deployment.cli('reconcile')).exitCode).toBe(0)
    const asked = new Set(seen.proxy.asked.map(questionShape))

    // `config check` samples a transaction that runs code from the newest blocks only. On a slow
    // machine the last such block may be too old, so the test sends another transaction.
    await devnet.payToken(token, `0x${'1'.repeat(40)}`, 10n ** 18n)
    const before = seen.proxy.asked.length
    const { exitCode, stdout } = await seen.deployment.cli('config', 'check')
    expect(stdout).toContain('eth_estimateGas (height)')
    expect(exitCode).toBe(0)
    const probed = new Set(seen.proxy.asked.slice(before).map(questionShape))

    expect(asked.size).toBeGreaterThan(10)
    expect([...asked].filter((shape) => !probed.has(shape))).toEqual([])
  },
)

/** Starts a deployment whose first endpoint is a proxy that records the requests. */
async function faultProxyOf(endpoints: number) {
  let recording: FaultProxy | undefined
  deployment = await ownDeployment({
    rpc: async (url) => {
      recording = await faultProxy(url)
      proxy = recording
      return [recording.url, ...Array.from({ length: endpoints - 1 }, () => url)]
    },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLAIN', 18)), min: '1' },
    ],
    chain: { internalTransfers: 'trace' },
  })
  if (!recording) throw new Error('no proxy was opened')
  return { deployment, proxy: recording }
}
