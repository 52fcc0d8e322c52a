import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { historyOf, reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { recordHistory } from '../harness/worlds/record-history.ts'

/** The scanner reaches neither Redis nor Temporal, so only its hints to the runs are lost. */
let d: OwnDeployment
let processes: StartedProcess[]
const token = () => d.tokens[0] as (typeof d.tokens)[number]

beforeAll(async () => {
  d = await ownDeployment({
    timers: { gasWaitSeconds: 3 },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  const nowhere = { REDIS_URL: 'redis://127.0.0.1:1', TEMPORAL_ADDRESS: '127.0.0.1:1' }
  processes = [d.start('scanner', nowhere), d.start('worker')]
})
afterAll(async () => await d?.close())

test('a run reads the gas receipt on a timer and continues if the gas signal is lost', async () => {
  const { address } = await d.addWallet()
  const hash = await d.devnet.payToken(token(), address, 5n * 10n ** 18n)
  const { id } = await reaches(d, hash, 'done', { processes })
  const history = await historyOf(d, id)
  const text = JSON.stringify(history)
  expect(text).toContain('checkGas')
  expect(text).not.toContain('gasMined')
  recordHistory('gas-signal-lost-0.1.0', history)
})
