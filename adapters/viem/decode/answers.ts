import type { Hex } from '../../../domain/address.ts'
import { plainTransferGas } from '../../../domain/chains/transfer-gas.ts'
import { ChainAnswerBad, withoutSecrets } from '../../../domain/errors.ts'
import { wrapMethods } from '../../../runtime/wrap-methods.ts'
import { quantity } from './fields.ts'

/** Reads a number. @throws ChainAnswerBad for anything that `quantity` can't read */
export function numberIn(answer: unknown, what: string): bigint {
  try {
    return quantity(answer, what)
  } catch {
    throw new ChainAnswerBad(`${what} came back as no number`)
  }
}

/**
 * Reads the bytes that a call returns, or an account's code, in lower case.
 * @throws ChainAnswerBad for anything else
 */
export function bytesIn(answer: unknown, what: string): Hex {
  if (typeof answer !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(answer))
    throw new ChainAnswerBad(`${what} came back as no bytes`)
  return answer.toLowerCase() as Hex
}

/**
 * Reads a gas estimate. @throws ChainAnswerBad if it is below the gas of a plain transfer, because
 * nodes answer 0 when they can't estimate
 */
export function gasIn(answer: unknown): bigint {
  const gas = numberIn(answer, 'eth_estimateGas')
  if (gas < plainTransferGas)
    throw new ChainAnswerBad(`eth_estimateGas came back as ${gas}, less than any transaction takes`)
  return gas
}

/**
 * Wraps a port so that a malformed answer becomes `ChainAnswerBad`. A quorum counts that error as
 * an abstention, so one broken node does not stop the others. A TypeError, SyntaxError or
 * RangeError while a field is read counts as a malformed answer.
 */
export function withReadableAnswers<T extends object>(port: T): T {
  return wrapMethods(port, (method) => (...args) => {
    const answer = method(...args)
    return answer instanceof Promise ? answer.catch(rethrow) : answer
  })
}

function rethrow(error: unknown): never {
  const unreadable =
    error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError
  if (!unreadable) throw error
  throw new ChainAnswerBad(`the node’s answer can’t be read: ${withoutSecrets(error.message)}`)
}
