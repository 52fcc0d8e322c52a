import type { Hex } from '../../../domain/address.ts'
import { ChainAnswerBad, withoutSecrets } from '../../../domain/errors.ts'
import { plainTransferGas } from '../../../domain/chains/transfer-gas.ts'
import { wrapMethods } from '../../../runtime/wrap-methods.ts'
import { quantity } from './fields.ts'

/** @throws ChainAnswerBad for anything but a number as `fields.ts` reads it */
export function numberIn(answer: unknown, what: string): bigint {
  try {
    return quantity(answer, what)
  } catch {
    throw new ChainAnswerBad(`${what} came back as no number`)
  }
}

/**
 * Bytes that a call returns, or an account's code, in lower case. @throws ChainAnswerBad for
 * anything else
 */
export function bytesIn(answer: unknown, what: string): Hex {
  if (typeof answer !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(answer))
    throw new ChainAnswerBad(`${what} came back as no bytes`)
  return answer.toLowerCase() as Hex
}

/**
 * An estimate. @throws ChainAnswerBad where it is less than any transaction takes: nodes answer 0
 * for what they can't tell
 */
export function gasIn(answer: unknown): bigint {
  const gas = numberIn(answer, 'eth_estimateGas')
  if (gas < plainTransferGas)
    throw new ChainAnswerBad(`eth_estimateGas came back as ${gas}, less than any transaction takes`)
  return gas
}

/**
 * A port to nodes whose every answer of another shape than the method's is `ChainAnswerBad`: one
 * broken node of several must abstain, not stop the others. What reading a field that is missing,
 * or no number, throws counts as that.
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
