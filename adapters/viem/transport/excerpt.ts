import { withoutSecrets } from '../../../domain/errors.ts'

const excerptCharacters = 200

/**
 * Hides keys in a text of an endpoint: replaces each part of the endpoint's URL that may be a key,
 * wherever the part occurs in the text.
 */
export type Mask = (words: string) => string

export function createMask(url: string): Mask {
  const secrets = secretsOf(url)
  return (words) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '<key>'), words)
}

function secretsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return []
  const { username, password, pathname, searchParams } = new URL(url)
  const parts = [username, password, ...pathname.split('/'), ...searchParams.values()]
  const spelled = parts.flatMap((part) => [part, decode(part)])
  // Parts shorter than 8 characters are words, not keys: v3, mainnet.
  return [...new Set(spelled)].filter((part) => part.length >= 8)
}

/** Decodes percent encoding. Returns the part unchanged if its percent sign encodes nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * Returns the first 200 characters of a body that is not JSON-RPC, for an error message. URLs,
 * possible keys, and hex longer than a hash are removed. Returns `empty body` for an empty body.
 */
export function excerptOf(body: string, mask: Mask): string {
  const words = withoutSecrets(mask(body.slice(0, 4_096)))
    .replace(/\b(bearer|basic)\s+\S+/gi, '$1 <key>')
    .replace(
      /((?:api[-_ ]?key|token|secret|password|project[-_ ]?id)["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
      '$1<key>',
    )
    // A hash or an address is not a key.
    .replace(/(?<![\w-])(?!0x[0-9a-f]{40}(?![\w-])|0x[0-9a-f]{64}(?![\w-]))[\w-]{24,}/gi, (run) =>
      /\d/.test(run) ? '<key>' : run,
    )
    .slice(0, excerptCharacters)
  return words === '' ? 'empty body' : words
}
