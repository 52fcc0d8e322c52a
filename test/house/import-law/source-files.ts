import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-tool.ts'

const noLayers = new Set(['bench', 'coverage', 'dist', 'node_modules', 'test'])

/** Returns the TypeScript files of all layers, as paths from the repository's root. */
export function sourceFiles(): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .filter(({ name }) => !noLayers.has(name))
    .flatMap(({ name }) =>
      readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${name}/${file}`),
    )
}
