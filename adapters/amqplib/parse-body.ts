import { getAddress } from 'viem/utils'
import { z } from 'zod'
import { isAddress } from '../../domain/address.ts'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { BadInput } from '../../domain/money-errors.ts'

/** Limit in bytes. Every message of coldsweep is far smaller. */
const largestBody = 65_536

/** Parses a message's bytes as JSON. @throws BadInput */
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

/**
 * Validates a message's body against a schema.
 * @throws BadInput with the path of every error
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const errors = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  throw new BadInput(`not ${what}: ${errors.join('; ').slice(0, 400)}`)
}

/**
 * A deposit id in the same form as in rows. An id in another form would name an unknown deposit.
 */
export const depositIdSchema = z.string().superRefine((text, context) => {
  try {
    if (formatDepositId(parseDepositId(text)) === text) return
    context.addIssue({ code: 'custom', message: 'the transaction hash must be lower-case' })
  } catch (error) {
    // `continue: false` skips later checks across keys, which would parse the invalid id again.
    const { message } = error as Error
    context.addIssue({ code: 'custom', message, continue: false })
  }
})

/** An address in its EIP-55 form; viem's own check accepts lower case. */
export const eip55Schema = z
  .string()
  .refine((text) => isAddress(text) && getAddress(text) === text, 'wanted an EIP-55 address')
