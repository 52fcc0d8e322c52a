import { printable } from '../domain/printable.ts'
import type { OperatorOrder } from './contract.ts'

const longest = 500

export function isOrder(order: OperatorOrder | undefined): order is OperatorOrder {
  return isText(order?.operator) && isText(order?.reason)
}

/** Validator of operators' updates: refused before anything is written to the history. */
export function checkOrder(order: OperatorOrder | undefined): void {
  if (!isOrder(order)) {
    throw new Error(
      'an order names who gives it and why: {"operator":"<you>","reason":"<why>"}, 500 printable characters at most',
    )
  }
}

/** It goes into the audit's rows: a text that PostgreSQL refuses would be tried again for ever. */
function isText(text: unknown): boolean {
  if (typeof text !== 'string' || text.length > longest) return false
  const line = text.replace(/\s+/g, ' ').trim()
  return line !== '' && printable(line) === line
}
