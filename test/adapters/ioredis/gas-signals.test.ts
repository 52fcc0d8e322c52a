import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGasSignals, type GasSignalsOfRedis } from '../../../adapters/ioredis/gas-signals.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { type OwnRedis, ownRedis } from '../../harness/services/own-redis.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

describe('gas signals, the hints in Redis that a gas transaction is mined', () => {
  const hash = `0x${'a'.repeat(64)}` as const
  const value = { blockNumber: 12n, blockHash: `0x${'b'.repeat(64)}` } as const
  let own: OwnRedis
  let signals: GasSignalsOfRedis
  beforeEach(async () => {
    own = await ownRedis()
    signals = await connected()
  })
  afterEach(async () => {
    signals.close()
    await own.drop()
  })

  /**
   * Connects to Redis. A command may take 30 s instead of the default 1 s, because the machine may
   * be slow.
   */
  async function connected(
    more: { readonly ttlSeconds?: number; readonly commandMs?: number } = {},
  ) {
    const { url, prefix } = own
    const options = { url, prefix, ttlSeconds: 60, commandMs: 30_000, log: recordingLog(), ...more }
    const made = createGasSignals(options)
    await eventually(
      () => made.problem(),
      (problem) => problem === undefined,
    )
    return made
  }

  it('are stored under chain and hash, with a time to live', async () => {
    expect(await signals.has(56, hash)).toBe(false)
    await signals.put(56, hash, value)
    expect(await signals.has(56, hash)).toBe(true)
    expect(await signals.has(1, hash)).toBe(false)
    const key = `${own.prefix}gas-tx:56:${hash}`
    expect(await own.direct.get(key)).toBe(`{"blockNumber":"12","blockHash":"${value.blockHash}"}`)
    expect(await own.direct.pttl(key)).toBeGreaterThan(50_000)
    expect(await own.direct.pttl(key)).toBeLessThanOrEqual(60_000)
  })

  it('can be stored twice', async () => {
    await signals.put(56, hash, value)
    await signals.put(56, hash, value)
    expect(await signals.has(56, hash)).toBe(true)
  })

  it('are missing after the end of their time to live and after a deletion, and can be stored again', async () => {
    const short = await connected({ ttlSeconds: 0.05 })
    await short.put(56, hash, value)
    await eventually(
      () => short.has(56, hash),
      (there) => !there,
    )
    short.close()
    await signals.put(56, hash, value)
    await own.direct.del(`${own.prefix}gas-tx:56:${hash}`)
    expect(await signals.has(56, hash)).toBe(false)
    await signals.put(56, hash, value)
    expect(await signals.has(56, hash)).toBe(true)
  })

  it('count as missing and cannot be stored while Redis is down, and work again afterwards', async () => {
    await signals.put(56, hash, value)
    own.line.cut()
    await eventually(
      () => signals.problem(),
      (problem) => problem !== undefined,
    )
    expect(await signals.has(56, hash)).toBe(false)
    await expect(signals.put(56, hash, value)).rejects.toMatchObject({ name: 'RedisUnreachable' })
    own.line.restore()
    await eventually(
      () => signals.has(56, hash),
      (there) => there,
    )
    expect(signals.problem()).toBeUndefined()
  })

  it('count as missing after about a second if Redis is silent, and work again afterwards', async () => {
    await signals.put(56, hash, value)
    signals.close()
    signals = await connected({ commandMs: 1_000 })
    own.line.freeze()
    expect(await signals.has(56, hash)).toBe(false)
    await expect(signals.put(56, hash, value)).rejects.toMatchObject({ name: 'RedisUnreachable' })
    await eventually(
      () => signals.problem(),
      (problem) => problem !== undefined,
    )
    own.line.restore()
    await eventually(
      () => signals.has(56, hash),
      (there) => there,
    )
  })

  it('are rejected, not queued for later, while Redis is down', async () => {
    own.line.cut()
    await eventually(
      () => signals.problem(),
      (problem) => problem !== undefined,
    )
    const puts = Array.from({ length: 1_000 }, (_, n) => signals.put(n, hash, value))
    const ends = await Promise.allSettled(puts)
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
    own.line.restore()
    await eventually(
      () => signals.problem(),
      (problem) => problem === undefined,
    )
    expect(await own.direct.keys(`${own.prefix}*`)).toEqual([])
  })

  it('show no password in logs and errors', async () => {
    const log = recordingLog()
    const url = Object.assign(new URL(own.serverUrl), { username: 'u', password: 'hunter2' }).href
    const locked = createGasSignals({ url, prefix: own.prefix, ttlSeconds: 60, log })
    const asked = await locked.put(56, hash, value).catch((error: unknown) => String(error))
    expect(JSON.stringify([asked, log.lines, locked.problem()])).not.toContain('hunter2')
    locked.close()
  })
})
