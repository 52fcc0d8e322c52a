import type { OperatorOrder } from './contract.ts'

export function isOrder(order: OperatorOrder | undefined): order is OperatorOrder {
  return isText(order?.operator) && isText(order?.reason)
}

/** Validator of operators' updates: refused before anything is written to the history. */
export function checkOrder(order: OperatorOrder | undefined): void {
  if (!isOrder(order)) {
    throw new Error('an order names who gives it and why: {"operator":"<you>","reason":"<why>"}')
  }
}

function isText(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== ''
}
