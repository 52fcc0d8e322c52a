/**
 * Text from outside (a node, a token, a message) as one line that is safe to print and to store:
 * control and format characters and lone surrogates become spaces. PostgreSQL rejects NUL in text;
 * a terminal obeys escape sequences.
 */
export function printable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
}
