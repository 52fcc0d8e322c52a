import type { Run } from '../run/run.ts'

export type ServiceName = 'postgres' | 'redis' | 'rabbitmq' | 'temporal'

/** A service that answers. */
export interface RunningService {
  name: ServiceName
  title: string
  /** Where it came from, for the first screen: `private, /usr/bin/redis-server 7.0.15`. */
  from: string
  /** What a client dials: a URL, or `host:port` for Temporal. */
  address: string
  /** Only a private instance may be flushed, killed or cut off. */
  isPrivate: boolean
  /** Its variables for the tests (TEST_…) beside the address. */
  env: Record<string, string>
}

export interface Surroundings {
  run: Run
  env: NodeJS.ProcessEnv
  /** Progress for people. */
  say(line: string): void
}

/**
 * How one service may be had. `resolveServices` walks the ways in the order of the fields; each way
 * gives undefined when it does not apply here, and throws when it applies but failed.
 */
export interface Service {
  name: ServiceName
  title: string
  /** The variables that name one's own instance, the first that is set wins. */
  urlVariables: string[]
  /** @throws when nothing answers there, or the login lacks a right that we need */
  useAddress(address: string): Promise<RunningService>
  startPrivate(surroundings: Surroundings): Promise<RunningService | undefined>
  /** What answers on the default port of this machine, if we may log in and create things there. */
  useDefaultPort(): Promise<RunningService | undefined>
  /** A way that brings its own binary, slower than the others. */
  startBundled?(surroundings: Surroundings): Promise<RunningService | undefined>
  /** Debian's package, where `startPrivate` can run what it brings. */
  debianPackage?: string
  /** What a person types or does to get it, one line a way. */
  howToInstall(platform: NodeJS.Platform): string[]
}
