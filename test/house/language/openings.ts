import type { Text } from './texts-of.ts'

const opening = /^(What|Whatever|Who|Whoever|Whose)\b/i
const lead = /^[\s>*|-]*/

/**
 * Finds sentences that have a question word as the subject, and returns the position and the first
 * words of each. Questions that end in "?" are allowed.
 */
export function questionOpenings({ kind, text }: Text): readonly { at: number; words: string }[] {
  if (kind === 'string') return []
  const found: { at: number; words: string }[] = []
  for (const { 0: sentence, index } of text.matchAll(/[^.?!]+(?:[.?!](?!\s|$)[^.?!]*)*[.?!]?/g)) {
    const blank = lead.exec(sentence)?.[0].length ?? 0
    const words = sentence.slice(blank)
    if (words.endsWith('?') || !opening.test(words)) continue
    const first = index + blank === (lead.exec(text)?.[0].length ?? 0)
    if (!first && !/^[A-Z]/.test(words)) continue
    found.push({ at: index + blank, words: words.split(/\s+/).slice(0, 4).join(' ') })
  }
  // "Where a wallet is stored." names a place; "Where a node lags, …" is a condition.
  const place = kind === 'doc' && /^\s*Where\b[^,.]*(\.|$)/.exec(text)
  if (place) found.push({ at: place[0].search(/\S/), words: 'Where …' })
  return found
}
