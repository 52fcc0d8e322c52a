import { z } from 'zod'
import type { EventBody } from '../../domain/outbox/event.ts'
import { eip55Schema as address, depositIdSchema, parseBody } from './parse-body.ts'

const hash = z.string().regex(/^0x[0-9a-f]{64}$/, 'wanted a lower-case hash')
const amount = z.string().regex(/^\d{1,78}$/, 'wanted a decimal string of the smallest unit')

const height = z.int().min(0)

const blockData = { number: height, hash, parentHash: hash, minedAt: z.iso.datetime() }
const depositData = {
  asset: z.union([z.literal('native'), address]),
  wallet: address,
  sender: address,
  amount,
  blockNumber: height,
  blockHash: hash,
}
const waitData = { reason: z.string(), detail: z.string() }
const keeperData = {
  keeper: address,
  balanceWei: amount,
  uncommittedWei: amount,
  alertBelowWei: amount,
}

const externalData = {
  sender: address,
  nonce: height,
  hash,
  to: z.union([address, z.null()]),
  valueWei: amount,
  feeWei: amount,
  outcome: z.enum(['succeeded', 'reverted']),
  blockNumber: height,
  blockHash: hash,
}

const unexplainedData = {
  wallet: address,
  amountWei: amount,
  afterBlock: height,
  blockNumber: height,
  blockHash: hash,
  origin: z.enum(['after-start', 'before-start', 'unknown']).optional(),
}

/** The event schema that docs/events.md describes; additional keys of `data` are passed through. */
const eventBodySchema = z.discriminatedUnion('type', [
  event('chain.block', blockData),
  depositEvent('deposit.detected', {}),
  depositEvent('deposit.confirmed', {}),
  depositEvent('deposit.orphaned', {}),
  depositEvent('deposit.rejected', { doubt: z.string(), operator: z.string(), detail: z.string() }),
  depositEvent('balance.adopted', { operator: z.string(), detail: z.string() }),
  depositEvent('sweep.waiting', waitData),
  depositEvent('sweep.needs-attention', waitData),
  depositEvent('sweep.ignored', waitData),
  depositEvent('sweep.done', { sweepId: z.uuid(), sweepTx: hash }),
  event('keeper.low', keeperData),
  event('keeper.empty', keeperData),
  event('keeper.recovered', keeperData),
  event('transaction.foreign', externalData),
  event('reconcile.difference', {
    blockNumber: height,
    blockHash: hash,
    differences: z.int().min(1),
    kinds: z.string(),
    first: z.string(),
  }),
  event('wallet.unexplained', unexplainedData),
])

/**
 * Validates the body of an event.
 * @throws BadInput that lists every error
 */
export function parseEventBody(body: unknown): EventBody {
  return parseBody(eventBodySchema, body, 'an event') as EventBody
}

function event<T extends EventBody['type'], D extends z.ZodRawShape>(type: T, data: D) {
  return z.object({
    v: z.literal(1),
    type: z.literal(type),
    seq: z.int().min(0),
    at: z.iso.datetime(),
    chainId: z.int().positive(),
    data: z.object(data).catchall(z.union([z.string(), z.number(), z.null()])),
  })
}

function depositEvent<T extends EventBody['type'], D extends z.ZodRawShape>(type: T, data: D) {
  return event(type, { ...depositData, ...data }).extend({ depositId: depositIdSchema })
}
