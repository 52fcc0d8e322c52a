import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { root } from '../run-tool.ts'
import type { Compiler } from './compiler.ts'
import { accepted } from './probes.ts'
import { assertTopology, parseEventBody, parseWorkMessage } from './sources.ts'

type Body = Record<string, unknown>

/** Returns the keys and values that the parsers accept for each event type and work message. */
export function readEvents(compiler: Compiler): unknown {
  const bodies = exampleBodies()
  const types = compiler.union('EventType')
  const events = types.map((type) => {
    const body = bodies.find((candidate) => candidate['type'] === type)
    if (body === undefined) throw new Error(`docs/events.md has no example of ${type}`)
    return [type, keysOf(parseEventBody, body)]
  })
  const message = bodies.find((body) => !('type' in body) && 'depositId' in body)
  if (message === undefined) throw new Error('docs/events.md has no example of a work message')
  return { events: Object.fromEntries(events), workMessage: keysOf(parseWorkMessage, message) }
}

/** Returns the example bodies in docs/events.md. `keysOf` varies each key of a body. */
function exampleBodies(): readonly Body[] {
  const page = readFileSync(join(root, 'docs/events.md'), 'utf8')
  return [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, text = '']) => JSON.parse(text) as Body,
  )
}

/** Returns for each key of a body whether the parser requires the key, and the accepted values. */
function keysOf(parse: (body: unknown) => unknown, body: Body): unknown {
  parse(body)
  const takes = (candidate: unknown) => {
    try {
      parse(candidate)
      return true
    } catch {
      return false
    }
  }
  const { data } = body
  const rest = Object.keys(body).filter((key) => key !== 'data')
  const outer = describeKeys(rest, (change) => takes({ ...body, ...change }))
  if (typeof data !== 'object' || data === null) return outer
  const inner = describeKeys(readKeys(parse, body, data as Body), (change) =>
    takes({ ...body, data: { ...data, ...change } }),
  )
  return { ...outer, data: inner }
}

/** Returns the keys of `data` that the parser reads, including keys that the example lacks. */
function readKeys(parse: (body: unknown) => unknown, body: Body, data: Body): readonly string[] {
  const asked = new Set(Object.keys(data))
  const watched = new Proxy(data, {
    get(target, key, receiver) {
      if (typeof key === 'string' && key !== 'constructor') asked.add(key)
      return Reflect.get(target, key, receiver) as unknown
    },
  })
  parse({ ...body, data: watched })
  return [...asked].sort()
}

function describeKeys(keys: readonly string[], takes: (change: Body) => boolean): Body {
  return Object.fromEntries(
    keys.map((key) => [
      key,
      {
        required: !takes({ [key]: undefined }),
        accepts: accepted((value) => takes({ [key]: value }), ['token', 'native', 'reverted']),
      },
    ]),
  )
}

/** Returns the queues and exchanges that `coldsweep migrate` declares, with the prefix `p.`. */
export async function readQueues(): Promise<unknown> {
  const channel = { assertQueue: vi.fn(), assertExchange: vi.fn() }
  await assertTopology(channel as never, 'p.')
  const { assertQueue, assertExchange } = channel
  return {
    queues: Object.fromEntries(assertQueue.mock.calls),
    exchanges: Object.fromEntries(
      assertExchange.mock.calls.map(([name, type, options]) => [name, { type, options }]),
    ),
  }
}
