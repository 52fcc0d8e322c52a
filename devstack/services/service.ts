import type { Run } from '../run/run.ts'

export type ServiceName = 'postgres' | 'redis' | 'rabbitmq' | 'temporal'

/** A service that answers, and how to reach it. */
export interface RunningService {
  name: ServiceName
  title: string
  /**
   * How the service was obtained, for the first screen: `private, /usr/bin/redis-server 7.0.15`.
   */
  from: string
  /** Address for clients: a URL, or `host:port` for Temporal. */
  address: string
  /**
   * Whether this run started the instance. Only a private instance may be flushed, killed or
   * disconnected.
   */
  isPrivate: boolean
  /** Variables for the tests and the demo, such as TEST_DATABASE_URL. */
  env: Record<string, string>
}

/** The run and the environment in which a service is obtained. */
export interface Surroundings {
  run: Run
  env: NodeJS.ProcessEnv
  /** Shows a line of progress to people. */
  say(line: string): void
}

/**
 * One service, and the ways to obtain it. `resolveServices` tries the ways. `startPrivate`,
 * `useDefaultPort` and `startBundled` return undefined when the way does not apply on this machine,
 * and throw when it applies but fails.
 */
export interface Service {
  name: ServiceName
  title: string
  /** Variables with the address of an existing instance. The first variable that is set is used. */
  urlVariables: string[]
  /** @throws when nothing answers at the address, or the login lacks a right that we need */
  useAddress(address: string): Promise<RunningService>
  startPrivate(surroundings: Surroundings): Promise<RunningService | undefined>
  /** Uses a server on this machine's default port, if the login may create what the run needs. */
  useDefaultPort(): Promise<RunningService | undefined>
  /** Starts a binary that coldsweep installs itself. Slower than the other ways. */
  startBundled?(surroundings: Surroundings): Promise<RunningService | undefined>
  /**
   * Name of the Debian package; absent if Debian has no package whose program `startPrivate` can
   * run.
   */
  debianPackage?: string
  /** Installation instructions, one line per way. */
  howToInstall(platform: NodeJS.Platform): string[]
}
