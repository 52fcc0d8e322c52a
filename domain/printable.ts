/**
 * A stranger's words (a node's, a token's, a message's) as one line that a terminal shows and a
 * database takes: control and format characters and broken surrogates become spaces. PostgreSQL
 * refuses a text with a NUL; a terminal obeys escapes.
 */
export function printable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
}
