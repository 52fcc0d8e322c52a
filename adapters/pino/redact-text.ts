export const hidden = '[secret]'

const url = /\b(?!file:)([a-z][a-z0-9+.-]{1,15}):\/\/([^\s"'<>`\\)\]}]+)/gi
const longHex = /\b0x[0-9a-f]{65,}/gi
const namedKey =
  /((?:key|secret|seed)["']?\s{0,8}(?:[:=]|is|of)?\s{0,8}["']?)(?:0x)?[0-9a-f]{64}(?![0-9a-f])/gi
const bareKey = /(?<![0-9a-fx])[0-9a-f]{64}(?![0-9a-f])/gi

/**
 * Removes secrets from text (MONEY 19). A URL keeps scheme, host and port, because a path or query
 * may be an API key. Hex longer than a hash (a raw transaction) becomes its length. 64 hex digits
 * are hidden without `0x`, which hashes always have, and right after a word such as "key".
 */
export function redactText(text: string): string {
  return text
    .replace(url, (_whole, scheme: string, rest: string) => bareUrl(scheme, rest))
    .replace(longHex, (hex) => `[${Math.ceil((hex.length - 2) / 2)} bytes]`)
    .replace(namedKey, `$1${hidden}`)
    .replace(bareKey, hidden)
}

function bareUrl(scheme: string, rest: string): string {
  // The last @ ends the credentials: a password may contain / or @ unescaped.
  const place = rest.slice(rest.lastIndexOf('@') + 1)
  const host = /^[^/?#]*/.exec(place)?.[0] ?? ''
  const more = place.slice(host.length)
  return `${scheme}://${host}${more === '' || more === '/' ? '' : '/…'}`
}
