/** What an error says, for a line that people read; whatever else was thrown, as it prints. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
