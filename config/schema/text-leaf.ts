import { didYouMean } from './did-you-mean.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'
import { Secret } from './secret.ts'

/** A short name that people read: a chain's name, a coin's symbol. */
export function nameLeaf(example: string) {
  return leaf<string>((raw) => {
    if (typeof raw === 'string' && /^[\p{L}\p{N}][\p{L}\p{N}._+$₮-]{0,31}$/u.test(raw)) return raw
    return new Unreadable(
      typeof raw === 'string' && raw !== ''
        ? `"${raw.slice(0, 80)}" is not a name`
        : describeType(raw),
      `write a name without spaces, at most 32 characters, such as ${example}`,
    )
  })
}

/** One of a few words. */
export function wordLeaf<const W extends string>(words: readonly W[]) {
  return leaf<W>((raw) => {
    const word = words.find((candidate) => candidate === raw)
    if (word !== undefined) return word
    const problem =
      typeof raw === 'string' && raw !== ''
        ? `"${raw.slice(0, 80)}" is none of ${words.join(', ')}`
        : describeType(raw)
    return new Unreadable(problem, didYouMean(raw, words) ?? `write one of ${words.join(', ')}`)
  })
}

/** A URL of one of these schemes. A fault never repeats it: URLs carry passwords and API keys. */
export function urlLeaf(schemes: readonly string[], example: string) {
  return leaf<Secret>((raw) => {
    if (typeof raw !== 'string' || raw === '') {
      return new Unreadable(describeType(raw), `write a URL such as ${example}`)
    }
    if (!URL.canParse(raw)) {
      return new Unreadable(
        'is not a URL (not shown: it may hold a secret)',
        `write one such as ${example}`,
      )
    }
    const scheme = new URL(raw).protocol.slice(0, -1)
    if (schemes.includes(scheme)) return new Secret(raw)
    return new Unreadable(
      `has the scheme ${scheme}:`,
      `wants ${schemes.join(': or ')}:, as in ${example}`,
    )
  })
}
