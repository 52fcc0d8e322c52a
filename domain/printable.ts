/**
 * Makes text from outside (a node, a token, a message) safe to print and to store. Control and
 * format characters and lone surrogates become spaces, because PostgreSQL rejects NUL in text and a
 * terminal executes escape sequences.
 */
export function printable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
}
