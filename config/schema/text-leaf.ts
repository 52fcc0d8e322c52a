import { didYouMean } from './did-you-mean.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'
import { Secret } from './secret.ts'

/** Creates the schema of a short name for people: a chain's name, an asset's symbol. */
export function nameLeaf(example: string) {
  return leaf<string>((raw) => {
    if (typeof raw === 'string' && /^[\p{L}\p{N}][\p{L}\p{N}._+$₮-]{0,31}$/u.test(raw)) return raw
    return new Unreadable(
      typeof raw === 'string' && raw !== ''
        ? `expected a name, got "${raw.slice(0, 80)}"`
        : describeType(raw),
      `use a name without spaces, at most 32 characters, such as ${example}`,
    )
  })
}

/** Creates the schema of one of a few allowed words. */
export function wordLeaf<const W extends string>(words: readonly W[]) {
  return leaf<W>((raw) => {
    const word = words.find((candidate) => candidate === raw)
    if (word !== undefined) return word
    const problem =
      typeof raw === 'string' && raw !== ''
        ? `expected one of ${words.join(', ')}; got "${raw.slice(0, 80)}"`
        : describeType(raw)
    return new Unreadable(problem, didYouMean(raw, words) ?? `use one of ${words.join(', ')}`)
  })
}

/**
 * Creates the schema of a URL with one of these schemes. Errors never repeat the URL, because it
 * may contain a password or an API key.
 */
export function urlLeaf(schemes: readonly string[], example: string) {
  return leaf<Secret>((raw) => {
    if (typeof raw !== 'string' || raw === '') {
      return new Unreadable(describeType(raw), `set a URL such as ${example}`)
    }
    if (!URL.canParse(raw)) {
      return new Unreadable(
        'invalid URL (hidden because it may hold a secret)',
        `set a URL such as ${example}`,
      )
    }
    const scheme = new URL(raw).protocol.slice(0, -1)
    if (schemes.includes(scheme)) return new Secret(raw)
    return new Unreadable(
      `unsupported scheme ${scheme}:`,
      `use ${schemes.join(': or ')}:, as in ${example}`,
    )
  })
}
