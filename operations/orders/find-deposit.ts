import type { DepositReference, DepositView } from '../../domain/deposits/deposit-view.ts'
import { parseDepositReference } from './deposit-reference.ts'

export type FoundDeposit =
  | { readonly kind: 'found'; readonly view: DepositView }
  /** The text is no reference of any form. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'several'; readonly hits: readonly DepositView[] }

/** Finds the one deposit that an operator's text names (see `parseDepositReference`). */
export async function findDeposit(
  text: string,
  find: (reference: DepositReference) => Promise<readonly DepositView[]>,
): Promise<FoundDeposit> {
  const reference = parseDepositReference(text)
  if (!reference) return { kind: 'invalid' }
  const hits = await find(reference)
  const [view] = hits
  if (!view) return { kind: 'unknown' }
  return hits.length === 1 ? { kind: 'found', view } : { kind: 'several', hits }
}
