import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findKnownChain, knownChainIds } from '../../config/file/known-chains.ts'
import { root } from './run-tool.ts'

const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8')
const rows = [...page.matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \| `([a-z-]+)` \|$/gm)].map(
  ([, id = '', finality = '', rollup = '']) => ({ id: Number(id), finality, rollup }),
)

test('docs/configuration.md lists the defaults of every known chain', () => {
  expect(rows.map(({ id }) => id)).toEqual([...knownChainIds].sort((a, b) => a - b))
})

test.each(rows)(
  'docs/configuration.md has the defaults of chain $id',
  ({ id, finality, rollup }) => {
    const known = findKnownChain(id)
    const { tag, depth } = known?.finality ?? {}
    const parts = [tag && `tag: ${tag}`, depth && `depth: ${depth}`].filter(Boolean)
    expect(finality).toBe(parts.length === 0 ? 'must be stated' : `\`{ ${parts.join(', ')} }\``)
    expect(rollup).toBe(known?.rollup)
  },
)
