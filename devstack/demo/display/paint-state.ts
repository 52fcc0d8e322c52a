const COLOURS: readonly (readonly [RegExp, number])[] = [
  [/ needs-attention\([^)]*\)/, 31],
  [/ waiting\([^)]*\)/, 33],
  [/ ignored\([^)]*\)/, 90],
  [/ (confirming-sweep|confirming|detected|funding|sweeping)(?= |$)/, 36],
  [/ done(?= |$)/, 32],
]

/** Colours the first state of a line. Call it after cutting: colour codes have no width. */
export function paintState(line: string): string {
  for (const [state, colour] of COLOURS) {
    if (state.test(line)) return line.replace(state, (text) => `\u001b[${colour}m${text}\u001b[0m`)
  }
  return line
}
