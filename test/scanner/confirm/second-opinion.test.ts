import { describe, expect, it } from 'vitest'
import { createSecondOpinion } from '../../../scanner/confirm/second-opinion.ts'

describe('a second opinion', () => {
  it('is the answer of the other endpoint', async () => {
    expect(await createSecondOpinion().of(async () => 7)).toBe(7)
  })

  it.each<[string, () => Promise<number | undefined>]>([
    ['does not answer', async () => undefined],
    ['takes too long', () => new Promise(() => {})],
  ])('is undefined if the endpoint %s, and for a minute after that', async (_, question) => {
    let time = 0
    let asked = 0
    const opinion = createSecondOpinion({ waitMs: 10, now: () => time })
    const ask = (one: () => Promise<number | undefined>) =>
      opinion.of(() => {
        asked += 1
        return one()
      })
    expect(await ask(question)).toBeUndefined()
    time = 59_000
    expect(await ask(async () => 7)).toBeUndefined()
    time = 60_000
    expect(await ask(async () => 7)).toBe(7)
    expect(asked).toBe(2)
  })
})
