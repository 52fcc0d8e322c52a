import type { z } from 'zod'
import { BadInput } from '../../domain/money-errors.ts'

/** Far above any message of ours: what is larger was not meant for us. */
const largestBody = 65_536

/** Bytes of a message as JSON; throws `BadInput`. */
export function parseJson(content: Buffer): unknown {
  if (content.length > largestBody) {
    throw new BadInput(`the body has ${content.length} bytes, more than ${largestBody}`)
  }
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    throw new BadInput('the body is not JSON')
  }
}

/** The schema's value; throws `BadInput` naming every fault with its path. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  throw new BadInput(`not ${what}: ${faults.join('; ').slice(0, 400)}`)
}
