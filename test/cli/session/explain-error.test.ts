import { describe, expect, it } from 'vitest'
import { refused, unavailable, usageError } from '../../../cli/session/cli-error.ts'
import { explainError } from '../../../cli/session/explain-error.ts'
import { formatEnvelope } from '../../../cli/session/outcome.ts'
import { ConfigError } from '../../../config/schema/config-error.ts'
import {
  BusUnreachable,
  ChainUnreachable,
  DatabaseRefused,
  DatabaseUnreachable,
  RedisUnreachable,
  TemporalUnreachable,
} from '../../../domain/errors.ts'

describe('explainError', () => {
  it.each([
    [new DatabaseUnreachable('gone'), /PostgreSQL \(DATABASE_URL\)/],
    [new ChainUnreachable('gone'), /node/],
    [new TemporalUnreachable('gone'), /Temporal \(TEMPORAL_ADDRESS\)/],
    [new RedisUnreachable('gone'), /Redis \(REDIS_URL\)/],
    [new BusUnreachable('gone'), /RabbitMQ \(RABBITMQ_URL\)/],
  ])('exits 75 and names the dependency that is down: %s', (error, name) => {
    const { exitCode, errors } = explainError(error)
    expect(exitCode).toBe(75)
    expect(errors[0]).toMatchObject({ code: 'unavailable', message: 'gone' })
    expect(errors[0]?.hint).toMatch(name)
  })

  it('exits 2 with every configuration error', () => {
    const errors = [
      { path: 'chains[0].id', problem: 'is text', fix: 'write 56', line: 3 },
      { path: 'DATABASE_URL', problem: 'is missing', fix: 'set it' },
    ]
    const { exitCode, errors: told } = explainError(new ConfigError(errors, 'coldsweep.yaml'))
    expect(exitCode).toBe(2)
    expect(told).toEqual([
      { code: 'config', message: 'coldsweep.yaml:3 chains[0].id: is text', hint: 'write 56' },
      { code: 'config', message: 'DATABASE_URL: is missing', hint: 'set it' },
    ])
  })

  it('keeps the exit code of an error that a verb threw', () => {
    expect(explainError(usageError('a', 'b')).exitCode).toBe(2)
    expect(explainError(refused('a', 'b')).exitCode).toBe(3)
    expect(explainError(unavailable('a', 'b')).exitCode).toBe(75)
  })

  it('exits 1 for an unexpected error, with secrets redacted (MONEY 19)', () => {
    const error = new DatabaseRefused('no room at postgres://bob:pw@db/x', '53100')
    const { exitCode, errors } = explainError(error)
    expect(exitCode).toBe(1)
    expect(errors[0]?.message).toBe('no room at postgres://db/…')
  })

  it.each([
    ['3D000', 'database', 'fix DATABASE_URL'],
    ['28P01', 'database', 'fix DATABASE_URL'],
    ['42P01', 'not-migrated', 'coldsweep migrate'],
  ])(
    'exits 2 with a fix if the database rejects a query with the SQL state %s',
    (sqlState, code, hint) => {
      const { exitCode, errors } = explainError(new DatabaseRefused('no', sqlState))
      expect([exitCode, errors]).toEqual([
        2,
        [{ code, message: 'no', hint: expect.stringContaining(hint) }],
      ])
    },
  )
})

describe('the JSON envelope of an answer', () => {
  it('is one line, with bigints as digits and undefined as null', () => {
    expect(formatEnvelope(true, { wei: 10n ** 30n }, [])).toBe(
      '{"v":1,"ok":true,"data":{"wei":"1000000000000000000000000000000"},"errors":[]}',
    )
    expect(formatEnvelope(false, undefined, [])).toContain('"data":null')
  })
})
