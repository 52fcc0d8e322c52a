import { law } from './law.ts'

export interface BiomeOverride {
  readonly includes: readonly string[]
  readonly linter: {
    readonly rules: { readonly style: { readonly noRestrictedImports: unknown } }
  }
}

/** Top-level folders of the layers. Biome checks `adapters/` as one layer. */
export const tops = [...new Set(Object.keys(law).map((layer) => layer.split('/')[0] ?? ''))]

/**
 * Returns the part of the import law that Biome's patterns can express. A pattern matches the text
 * of an import, not the file to which the import resolves. So import-law.test.ts checks the
 * resolved files, and the linter only shows most errors earlier, in the editor. A later pattern
 * overrides an earlier pattern.
 */
export function biomeOverrides(): readonly BiomeOverride[] {
  return tops.map((top) => ({
    includes: `${top}/main` in law ? [`${top}/**`, `!${top}/main*.ts`] : [`${top}/**`],
    linter: {
      rules: {
        style: {
          noRestrictedImports: {
            level: 'error',
            options: { patterns: [{ group: groupOf(top), message: messageOf(top) }] },
          },
        },
      },
    },
  }))
}

const membersOf = (top: string) =>
  Object.entries(law).filter(
    ([layer]) => layer === top || (top === 'adapters' && layer.startsWith(`${top}/`)),
  )

/** Returns the allowed imports of a top-level folder; for `adapters/`, the union of all drivers. */
export function allowedOf(top: string) {
  const members = membersOf(top).map(([, layer]) => layer)
  const sorted = (items: readonly string[]) => [...new Set(items)].sort()
  return {
    layers: sorted(members.flatMap(({ layers }) => layers).map((one) => one.split('/')[0] ?? '')),
    files: sorted(members.flatMap(({ files = [] }) => files)),
    packages: sorted(members.flatMap(({ packages = [] }) => packages)),
  }
}

function groupOf(top: string): readonly string[] {
  const { layers, files, packages } = allowedOf(top)
  const forbidden = tops.filter((one) => one !== top && !layers.includes(one))
  return [
    '**',
    '!./**',
    '!../**',
    ...forbidden.map((one) => `**/${one}/**`),
    // Allows `adapters/drizzle/`, which the forbidden pattern of the layer `drizzle/` matches too.
    ...layers.filter((one) => one === 'adapters').map((one) => `!**/${one}/**`),
    ...files.map((one) => `!**/${one}`),
    ...packages.flatMap((one) => (one.endsWith('*') ? [`!${one}`] : [`!${one}`, `!${one}/**`])),
  ]
}

function messageOf(top: string): string {
  const { layers, files, packages } = allowedOf(top)
  const named = [...layers.map((one) => `${one}/`), ...files, ...packages]
  return `${top}/ may import ${named.length === 0 ? 'nothing outside itself' : named.join(', ')} (test/house/import-law)`
}
