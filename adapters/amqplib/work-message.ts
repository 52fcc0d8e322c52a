import { z } from 'zod'
import { isNativePosition, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import { depositIdSchema, eip55Schema, parseBody } from './parse-body.ts'

/**
 * Schema of a work message, version 1. Unknown keys are accepted and dropped, so that a newer
 * scanner may add keys while an older intake runs. A change of meaning needs a new `v`, which is
 * refused here.
 */
const workMessageSchema: z.ZodType<WorkMessage> = z
  .object({
    v: z.literal(1),
    depositId: depositIdSchema,
    chainId: z.int().positive(),
    asset: z.string().min(1).max(64),
    kind: z.enum(['native', 'token']),
    wallet: eip55Schema,
    amount: z.string().regex(/^[1-9]\d{0,77}$/, 'wanted a decimal string above 0'),
    decimals: z.int().min(0).max(255),
  })
  .superRefine(({ depositId, chainId, kind }, context) => {
    const key = parseDepositId(depositId)
    const addError = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (key.chainId !== chainId) addError('chainId', `the deposit id says ${key.chainId}`)
    const idKind = isNativePosition(key.position) ? 'native' : 'token'
    if (idKind !== kind) addError('kind', `the deposit id says ${idKind}`)
  })

/**
 * Validates the body of a work message.
 * @throws BadInput that lists every error
 */
export function parseWorkMessage(body: unknown): WorkMessage {
  return parseBody(workMessageSchema, body, 'a work message')
}
