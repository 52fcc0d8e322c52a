import type { EndpointCapability } from '../checks/check-capabilities.ts'
import type { Colour, Paint } from '../session/paint.ts'
import { formatTable } from './table.ts'

const colours: Readonly<Record<EndpointCapability['supported'], Colour>> = {
  yes: 'green',
  no: 'red',
  unknown: 'yellow',
}

/** The methods that each endpoint supports, as a table; empty without endpoints. */
export function formatCapabilities(rows: readonly EndpointCapability[], paint: Paint): string {
  if (rows.length === 0) return ''
  return formatTable(
    ['endpoint', 'method', 'supported', 'used for', 'without it'],
    rows.map(({ endpoint, method, supported, usedFor, consequence }) => [
      endpoint,
      method,
      { text: supported, colour: colours[supported] },
      usedFor,
      consequence,
    ]),
    paint,
  )
}
