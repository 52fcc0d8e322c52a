import { z } from 'zod'
import { formatDepositId, parseDepositId } from '../../domain/deposits/deposit-id.ts'

/** A deposit id in the one form that rows have: another one would be an unknown deposit. */
export const depositIdSchema = z.string().superRefine((text, context) => {
  try {
    if (formatDepositId(parseDepositId(text)) === text) return
    context.addIssue({ code: 'custom', message: 'the transaction hash must be lower-case' })
  } catch (error) {
    // What is checked across keys would parse it again.
    const { message } = error as Error
    context.addIssue({ code: 'custom', message, continue: false })
  }
})
