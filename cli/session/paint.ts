import { styleText } from 'node:util'

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'grey' | 'bold'

/** Colours text for a terminal, or returns it unchanged. */
export type Paint = (colour: Colour, text: string) => string

export function createPaint(on: boolean): Paint {
  // The caller has checked its own stream. `validateStream` would check stdout instead.
  return (colour, text) =>
    on && text !== '' ? styleText(colour, text, { validateStream: false }) : text
}

/** Whether to colour: on a terminal, unless the environment forbids it (https://no-color.org). */
export function wantsColour(isTty: boolean, env: Readonly<Record<string, string | undefined>>) {
  return isTty && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
