export interface HttpTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * fetch refuses a URL with a user and password: they become the header for Basic authentication.
 */
export function splitUrl(text: string): HttpTarget {
  const headers = { 'content-type': 'application/json' }
  if (!URL.canParse(text)) return { url: text, headers }
  const url = new URL(text)
  if (url.username === '' && url.password === '') return { url: text, headers }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  return { url: url.toString(), headers: { ...headers, authorization } }
}
