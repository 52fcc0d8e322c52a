import { expect, it } from 'vitest'
import { suggestedWidth } from '../../../scanner/detect/suggested-width.ts'

/** Error messages of RPC providers, word for word, and texts without a usable number of blocks. */
it.each<[string, number | undefined]>([
  ['query returned more than 10000 results. Try with this block range [0x10, 0x1f].', 16],
  [
    'Log response size exceeded. Based on your parameters, this block range should work: [0x0, 0x63]',
    100,
  ],
  ['block range is too wide (limit 2000)', 2_000],
  ['eth_getLogs is limited to a 10,000 range', 10_000],
  ['exceed maximum block range: 5000', 5_000],
  ['Block range limit exceeded: maximum 1000 blocks', 1_000],
  ['You can make eth_getLogs requests with up to a 2K block range', 2_000],
  ['Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range', 10],
  ['eth_getLogs and eth_newFilter are limited to a 500 blocks range', 500],
  ['ranges over 10000 blocks are not supported on freetier', 10_000],
  ['block range greater than 800 max', 800],
  ['query returned more than 10000 results', undefined],
  ['block range: logs limited to 10000 results', undefined],
  ['block range query timeout exceeded 10 s', undefined],
  ['too many requests, limit 25 requests', undefined],
  ['block range too large', undefined],
  ['block range is too wide (limit 200000)', undefined],
  ['Try with this block range [0x1f, 0x10]', undefined],
  ['limit 0 blocks', undefined],
  ['', undefined],
  [`range ${' '.repeat(1_000_000)}[`, undefined],
])('%.60s… suggests %s blocks', (words, width) => {
  expect(suggestedWidth(words, 50_000)).toBe(width)
})
