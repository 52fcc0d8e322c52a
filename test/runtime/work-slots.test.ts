import { describe, expect, it } from 'vitest'
import { createWorkSlots } from '../../runtime/work-slots.ts'

const never = new AbortController().signal

/** Whether the promise is settled after pending microtasks. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open')
  const tick = new Promise((resolve) => setImmediate(() => resolve(open)))
  return (await Promise.race([promise, tick])) !== open
}

/** Slots of which a task uses one. */
async function slotsAtWork(slots: number, mostResting = 10) {
  const made = createWorkSlots(slots, mostResting)
  await made.reserve()
  made.use()
  return made
}

describe('work slots', () => {
  it('gives at most so many slots, first come, first served', async () => {
    const slots = await slotsAtWork(1)
    expect(slots.tryReserve()).toBe(false)
    const [first, second] = [slots.reserve(), slots.reserve()]
    slots.release('task')
    expect(await isSettled(first)).toBe(true)
    expect(await isSettled(second)).toBe(false)
    slots.release('reservation')
    await second
  })

  it('frees the slot of a task that rests, and gives it back afterwards', async () => {
    const slots = await slotsAtWork(1)
    const rested = slots.rest(20, never)
    expect(slots.tryReserve()).toBe(true)
    slots.use()
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(await isSettled(rested)).toBe(false)
    slots.release('task')
    expect(await rested).toBe(true)
    expect(slots.tryReserve()).toBe(false)
  })

  it('continues a rested task although idle polls have reserved every slot', async () => {
    const slots = await slotsAtWork(1)
    const rested = slots.rest(5, never)
    await slots.reserve()
    expect(await rested).toBe(true)
  })

  it('gives a poll a slot although rested tasks wait for every free slot', async () => {
    const slots = await slotsAtWork(5)
    for (let task = 1; task < 5; task += 1) {
      await slots.reserve()
      slots.use()
    }
    const rested = slots.rest(5, never)
    await slots.reserve()
    slots.use()
    await new Promise((resolve) => setTimeout(resolve, 20))
    const poll = slots.reserve()
    slots.release('task')
    expect(await isSettled(poll)).toBe(true)
    expect(await isSettled(rested)).toBe(false)
    slots.release('task')
    expect(await rested).toBe(true)
  })

  it('refuses to rest when too many tasks rest, and keeps their slots', async () => {
    const slots = await slotsAtWork(2, 1)
    await slots.reserve()
    slots.use()
    const rested = slots.rest(20, never)
    expect(await slots.rest(20, never)).toBe(false)
    expect(await rested).toBe(true)
    expect(slots.tryReserve()).toBe(false)
  })

  it('ends a rest when the task is cancelled or the worker stops', async () => {
    const slots = await slotsAtWork(1)
    const cancelled = new AbortController()
    const first = slots.rest(60_000, cancelled.signal)
    cancelled.abort()
    expect(await first).toBe(false)
    const second = slots.rest(60_000, never)
    slots.close()
    expect(await second).toBe(false)
    expect(await slots.rest(1, never)).toBe(false)
  })

  it('ends the wait for a slot when its signal aborts, and loses no slot', async () => {
    const slots = await slotsAtWork(1)
    const stop = new AbortController()
    const waiting = slots.reserve(stop.signal)
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    slots.release('task')
    expect(slots.tryReserve()).toBe(true)
  })
})
