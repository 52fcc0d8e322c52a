import { describe, expect, it } from 'vitest'
import { isOutsidePlan } from '../../../../adapters/viem/node-errors/is-outside-plan.ts'
import { isTransient } from '../../../../adapters/viem/node-errors/is-transient.ts'

type Row = readonly [code: number, message: string, status?: number | undefined]

const errorOf = ([code, message, status]: Row) => ({ code, message, status })

const passing: readonly Row[] = [
  [-32005, 'limit exceeded'],
  [-32005, 'project ID request rate exceeded'],
  [-32005, ''],
  [-32002, 'Requested resource not available'],
  [-32002, 'request timed out'],
  [-32002, 'method not supported: rate limit exceeded'],
  [-32005, 'archive requests are over your quota'],
  [429, 'no such method'],
  [-32000, 'method not supported', 503],
]

const lasting: readonly Row[] = [
  [-32002, 'Method not supported'],
  [-32005, 'the method eth_x does not exist/is not available'],
  [-32002, 'Archive, Debug and Trace requests are not available on your current plan.', 403],
  [-32005, 'Archive requests require a personal token. Get one at: <url>', 403],
  [-32000, 'execution reverted'],
]

describe('isTransient: is the error temporary, so that a retry may succeed?', () => {
  it.each(passing.map(errorOf))('$code $message: yes', (error) => {
    expect(isTransient(error)).toBe(true)
  })

  it.each(lasting.map(errorOf))('$code $message: no', (error) => {
    expect(isTransient(error)).toBe(false)
  })
})

describe('isOutsidePlan: does the provider’s plan exclude the request?', () => {
  it.each(
    (
      [
        [-32002, 'Archive, Debug and Trace requests are not available on your current plan.', 403],
        [-32602, 'Archive requests require a personal token. Get one at: <url>', 403],
        [-32000, 'historical state requires a paid plan', 402],
        [-32000, 'method debug_traceBlockByHash is not allowed', 401],
      ] as readonly Row[]
    ).map(errorOf),
  )('$code $message with HTTP $status: yes', (error) => {
    expect(isOutsidePlan(error)).toBe(true)
  })

  it.each(
    (
      [
        [-32000, 'invalid api key', 401],
        [-32000, 'must be authenticated!', 401],
        [-32000, 'payment required', 402],
        [-32005, 'method rate limit exceeded', 403],
        [-32000, 'Archive requests are not available', 429],
        [-32000, 'Archive requests are not available', 503],
        [-32000, 'Archive requests are not available'],
      ] as readonly Row[]
    ).map(errorOf),
  )('$code $message with HTTP $status: no', (error) => {
    expect(isOutsidePlan(error)).toBe(false)
  })
})
