import type { Run } from '../run/run.ts'

export type ServiceName = 'postgres' | 'redis' | 'rabbitmq' | 'temporal'

/** A service that answers. */
export interface RunningService {
  name: ServiceName
  title: string
  /** The source of the service, for the first screen: `private, /usr/bin/redis-server 7.0.15`. */
  from: string
  /** Address for clients: a URL, or `host:port` for Temporal. */
  address: string
  /**
   * Whether the instance is private: only a private instance may be flushed, killed or
   * disconnected.
   */
  isPrivate: boolean
  /** Further variables for the tests (TEST_…). */
  env: Record<string, string>
}

export interface Surroundings {
  run: Run
  env: NodeJS.ProcessEnv
  /** Progress for people. */
  say(line: string): void
}

/**
 * Ways to obtain one service. `resolveServices` tries them in the order of the fields. Each returns
 * undefined when it does not apply on this machine, and throws when it applies but failed.
 */
export interface Service {
  name: ServiceName
  title: string
  /** Variables that name an existing instance. The first variable that is set is used. */
  urlVariables: string[]
  /** @throws when nothing answers at the address, or the login lacks a right that we need */
  useAddress(address: string): Promise<RunningService>
  startPrivate(surroundings: Surroundings): Promise<RunningService | undefined>
  /** A server on this machine's default port, if the login may create what the run needs. */
  useDefaultPort(): Promise<RunningService | undefined>
  /** Starts a binary that coldsweep installs itself. Slower than the other ways. */
  startBundled?(surroundings: Surroundings): Promise<RunningService | undefined>
  /** Debian's package, if `startPrivate` can run the program that it installs. */
  debianPackage?: string
  /** Installation instructions, one line per way. */
  howToInstall(platform: NodeJS.Platform): string[]
}
