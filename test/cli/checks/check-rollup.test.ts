import { expect, it } from 'vitest'
import { checkRollup } from '../../../cli/checks/check-rollup.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad, ChainUnreachable } from '../../../domain/errors.ts'
import { aChain } from '../../harness/factories/a-chain.ts'

const chain = { ...aChain(), rollup: 'op-stack' } as unknown as ChainConfig
const oracleThat = (rollupFee: () => Promise<bigint>) =>
  ({ code: async () => '0x60', rollupFee }) as unknown as ChainState
const check = (rollupFee: () => Promise<bigint>) =>
  checkRollup(chain, oracleThat(rollupFee), 'chains[0]')

it('checkRollup reports ok for an L1 fee oracle that answers', async () => {
  expect(await check(async () => 7n)).toMatchObject([{ severity: 'ok' }])
})

it('checkRollup reports an L1 fee oracle that does not answer as an error with a fix, not as down', async () => {
  const found = await check(() => Promise.reject(new ChainAnswerBad('does not answer getL1Fee')))
  expect(found).toMatchObject([
    {
      severity: 'error',
      code: 'rollup',
      where: 'chains[0].rollup',
      what: 'does not answer getL1Fee',
    },
  ])
  expect(found[0]?.fix).toContain('rollup: none')
})

it('checkRollup throws when the node is unreachable, so that the caller reports the node', async () => {
  const away = new ChainUnreachable('node 1 does not answer')
  await expect(check(() => Promise.reject(away))).rejects.toBe(away)
})
