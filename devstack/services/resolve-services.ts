import type { RunningService, Service, Surroundings } from './service.ts'

/** Offers to install the missing packages. Resolves true once they are installed. */
export type InstallPackages = (packages: string[]) => Promise<boolean>

interface Missing {
  service: Service
  /** Error texts of the ways that failed. */
  failures: string[]
}

/**
 * Obtains all services in parallel, each by the first way that works: configured address → private
 * instance → default port → bundled → after `install`, a private instance again. A configured
 * address is the only way for its service.
 * @throws DependencyDown after all services have been tried. It lists every address that does not
 * answer and every missing service, each with the command that fixes it
 */
export async function resolveServices(
  services: Service[],
  surroundings: Surroundings,
  install: InstallPackages,
): Promise<RunningService[]> {
  const unreachable: string[] = []
  const missing: Missing[] = []
  const running: RunningService[] = []

  await Promise.all(
    services.map(async (service) => {
      const set = setAddress(service, surroundings.env)
      if (set !== undefined) {
        await service.useAddress(set.address).then(
          (one) => running.push(one),
          (error) => unreachable.push(describeUnreachable(service, set, error)),
        )
        return
      }
      const failures: string[] = []
      const found = await firstWay(waysOf(service, surroundings), failures)
      if (found) {
        running.push(found)
        // The service runs, but an earlier way failed. The failure is reported, because the
        // fallback to a server on the default port would otherwise hide a broken installation.
        for (const failure of failures) surroundings.say(`${service.title}: ${failure}`)
      } else missing.push({ service, failures })
    }),
  )

  const packages = missing.flatMap(({ service }) => service.debianPackage ?? [])
  if (unreachable.length === 0 && packages.length > 0 && (await install(packages))) {
    await Promise.all(
      [...missing].map(async (one) => {
        const found = await firstWay([() => one.service.startPrivate(surroundings)], one.failures)
        if (!found) return
        running.push(found)
        missing.splice(missing.indexOf(one), 1)
      }),
    )
  }
  if (unreachable.length > 0 || missing.length > 0) {
    throw new DependencyDown([...unreachable, ...missing.map(describeMissing)].join('\n'))
  }
  return services.flatMap(({ name }) => running.filter((one) => one.name === name))
}

type Way = () => Promise<RunningService | undefined>

function waysOf(service: Service, surroundings: Surroundings): Way[] {
  return [
    () => service.startPrivate(surroundings),
    () => service.useDefaultPort(),
    () => service.startBundled?.(surroundings) ?? Promise.resolve(undefined),
  ]
}

async function firstWay(ways: Way[], failures: string[]): Promise<RunningService | undefined> {
  for (const way of ways) {
    try {
      const found = await way()
      if (found) return found
    } catch (error) {
      failures.push(messageOf(error))
    }
  }
  return undefined
}

interface SetAddress {
  variable: string
  address: string
}

function setAddress(service: Service, env: NodeJS.ProcessEnv): SetAddress | undefined {
  for (const variable of service.urlVariables) {
    const address = env[variable]
    if (address) return { variable, address }
  }
  return undefined
}

function describeUnreachable(service: Service, { variable, address }: SetAddress, error: unknown) {
  const where = withoutPassword(address)
  return `${service.title}: ${variable}=${where} cannot be used: ${messageOf(error)}. Start it, correct ${variable}, or unset it to have a private one.`
}

function describeMissing({ service, failures }: Missing): string {
  return [
    `${service.title} is missing. To get it:`,
    ...service.howToInstall(process.platform).map((line) => `    ${line}`),
    ...failures.map((failure) => `  tried: ${failure.replaceAll('\n', '\n  ')}`),
  ].join('\n')
}

/**
 * Hides the password of an address that is shown to people or written to a log: everything from the
 * first colon after `://` to the last `@`. A password may contain `/`, `:` and `@` without escapes.
 * If a path contains an `@`, the rule hides too much instead of too little.
 */
export function withoutPassword(address: string): string {
  return address.replace(/(:\/\/[^:]*):.*@/s, '$1:***@')
}

// Node reports a refused connection to several addresses of one name as an AggregateError without a
// message.
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(messageOf).join(', ')
  const message =
    error instanceof Error ? error.message || (error as { code?: string }).code : undefined
  return message ?? String(error)
}

/**
 * A dependency is missing or unreachable, and this run cannot supply it: exit code 75. The message
 * says how to fix it.
 */
export class DependencyDown extends Error {
  readonly exitCode = 75
}
