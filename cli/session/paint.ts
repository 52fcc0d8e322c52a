export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'grey' | 'bold'

/** Colours text for a terminal, or returns it unchanged. */
export type Paint = (colour: Colour, text: string) => string

const codes: Readonly<Record<Colour, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  grey: 90,
  bold: 1,
}

export function createPaint(on: boolean): Paint {
  return (colour, text) => (on && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text)
}

/** True on a terminal, unless the environment disables colour (https://no-color.org). */
export function wantsColour(isTty: boolean, env: Readonly<Record<string, string | undefined>>) {
  return isTty && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
