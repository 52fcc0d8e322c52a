const hash = `0x${'a3b1c5d7'.repeat(8)}`
const address = '0xf3f259cF7dEc3841789be7bA2693D3E7776096fd'

const numbers = [
  -1,
  0,
  0.001,
  0.5,
  1,
  2,
  64,
  65,
  77,
  78,
  100,
  101,
  255,
  256,
  555,
  556,
  10_000,
  10_001,
  100_000,
  100_001,
  2_000_000,
  2_000_001,
  3_600_000,
  3_600_001,
  Number.MAX_SAFE_INTEGER,
]

const texts: Readonly<Record<string, string>> = {
  address,
  'address without checksum': address.toLowerCase(),
  'zero address': `0x${'0'.repeat(40)}`,
  hash,
  'hash in capitals': `0x${hash.slice(2).toUpperCase()}`,
  'hash without 0x': hash.slice(2),
  'deposit id': `56:${hash}:3`,
  'native deposit id': `56:${hash}:native`,
  'internal deposit id': `56:${hash}:native-0.1`,
  uuid: '7f6c0a52-0000-4000-8000-000000000001',
  time: '2026-01-02T03:04:05.000Z',
  '78 digits': '9'.repeat(78),
  '79 digits': '9'.repeat(79),
  '32 letters': 'a'.repeat(32),
  '33 letters': 'a'.repeat(33),
  '64 letters': 'a'.repeat(64),
  '65 letters': 'a'.repeat(65),
}

const plainTexts = [
  '',
  'word',
  'two words',
  '0',
  '1',
  '-1',
  '1.5',
  '1e3',
  '65535',
  '65536',
  'host:1',
  '0.1%',
  '100%',
  ...[
    'http',
    'https',
    'ws',
    'wss',
    'postgres',
    'postgresql',
    'redis',
    'rediss',
    'amqp',
    'amqps',
  ].map((scheme) => `${scheme}://host`),
  'ftp://host',
]

/** A value to try on a schema, and its label in the snapshot. */
interface Probe {
  readonly label: string
  readonly value: unknown
}

const general: readonly Probe[] = [
  { label: 'null', value: null },
  { label: 'true', value: true },
  { label: 'list', value: [] },
  { label: 'map', value: {} },
  ...numbers.map((value) => ({ label: String(value), value })),
  ...plainTexts.map((value) => ({ label: JSON.stringify(value), value })),
  ...Object.entries(texts).map(([label, value]) => ({ label, value })),
]

/** Probes that are texts, for command lines. */
export const textProbes: readonly Probe[] = general.filter(({ value }) => typeof value === 'string')

/** Returns the labels of the values that `takes` accepts. @param words further values to try */
export function accepted(
  takes: (value: unknown) => boolean,
  words: readonly string[] = [],
  probes = general,
): string {
  const known = new Set(probes.map(({ value }) => value))
  const more = words
    .filter((word) => !known.has(word))
    .map((value) => ({ label: JSON.stringify(value), value }))
  return [...probes, ...more]
    .filter(({ value }) => takes(value))
    .map(({ label }) => label)
    .join(', ')
}
