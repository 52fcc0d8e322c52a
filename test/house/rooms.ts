/** A room of the house: what one of its files may import, and what it may not. */
export interface Room {
  readonly file: string
  /** What the linter says of a forbidden import. */
  readonly message: string
  readonly allowed: readonly string[]
  readonly forbidden: readonly string[]
}

export const rooms: readonly Room[] = [
  {
    file: 'domain/gas-plan.ts',
    message: 'domain/ imports nothing outside itself',
    allowed: ['./amount.ts', './ports/lanes.ts'],
    forbidden: [
      'node:crypto',
      'viem',
      'zod',
      '@temporalio/common',
      '../adapters/viem/client.ts',
      '../config/config.ts',
      '../transactions/run-lane.ts',
    ],
  },
  {
    file: 'domain/ports/lanes.ts',
    message: 'domain/ imports nothing outside itself',
    allowed: ['../amount.ts', './clock.ts'],
    forbidden: ['drizzle-orm', '../../adapters/drizzle/lanes.ts'],
  },
  {
    file: 'workflows/token-sweep.ts',
    message: 'workflows/ import domain/ and @temporalio/workflow',
    allowed: ['./contract.ts', '../domain/deposit-state.ts', '@temporalio/workflow'],
    forbidden: [
      'viem',
      'node:crypto',
      '@temporalio/activity',
      '@temporalio/client',
      '../activities/fund-gas.ts',
      '../transactions/run-lane.ts',
      '../config/config.ts',
    ],
  },
  {
    file: 'transactions/run-lane.ts',
    message: 'transactions/ import domain/ only; nodes, keys and rows come through its ports',
    allowed: ['./sign.ts', '../domain/ports/lanes.ts'],
    forbidden: [
      'viem',
      'postgres',
      'node:fs',
      '../adapters/viem/client.ts',
      '../config/secret.ts',
      '../activities/fund-gas.ts',
      '../workflows/contract.ts',
    ],
  },
  {
    file: 'activities/fund-gas.ts',
    message:
      'activities/ import domain/, transactions/, workflows/contract.ts and @temporalio/activity',
    allowed: [
      './sweep-funds.ts',
      '../domain/gas-plan.ts',
      '../transactions/open-transaction.ts',
      '../workflows/contract.ts',
      '@temporalio/activity',
    ],
    forbidden: [
      'viem',
      'ioredis',
      '@temporalio/workflow',
      '../workflows/token-sweep.ts',
      '../adapters/drizzle/lanes.ts',
      '../config/config.ts',
    ],
  },
  {
    file: 'scanner/follow-chain.ts',
    message: 'scanner/ sees the outside through domain/ports; only main.ts wires',
    allowed: ['./detect-deposits.ts', '../domain/ports/chain-reader.ts'],
    forbidden: [
      'viem',
      'amqplib',
      '../adapters/viem/client.ts',
      '../config/config.ts',
      '../transactions/run-lane.ts',
      '../workflows/contract.ts',
    ],
  },
  {
    file: 'workers/relay.ts',
    message: 'workers/ see the outside through domain/ports; only main.ts wires',
    allowed: ['./intake.ts', '../domain/ports/bus.ts', '../workflows/contract.ts'],
    forbidden: [
      'amqplib',
      '@temporalio/worker',
      '../adapters/amqplib/publisher.ts',
      '../config/config.ts',
      '../scanner/follow-chain.ts',
    ],
  },
  {
    file: 'drizzle/schema.ts',
    message: 'drizzle/ imports drizzle-orm and domain/',
    allowed: ['drizzle-orm/pg-core', 'drizzle-orm', '../domain/deposit-state.ts'],
    forbidden: ['postgres', 'viem', '../adapters/drizzle/lanes.ts', '../config/config.ts'],
  },
  {
    file: 'adapters/viem/client.ts',
    message: 'adapters/ import domain/, drizzle/schema.ts, workflows/contract.ts and their driver',
    allowed: [
      './errors.ts',
      'viem',
      'viem/accounts',
      'zod',
      'postgres',
      'ioredis',
      'amqplib',
      'pino',
      'node:timers',
      '@temporalio/client',
      '../../domain/ports/chain-reader.ts',
      '../../drizzle/schema.ts',
      '../../workflows/contract.ts',
    ],
    forbidden: [
      '@temporalio/workflow',
      'commander',
      '../drizzle/lanes.ts',
      '../../transactions/run-lane.ts',
      '../../config/secret.ts',
      '../../scanner/follow-chain.ts',
      '../../workflows/token-sweep.ts',
    ],
  },
  {
    file: 'config/load-config.ts',
    message: 'config/ imports domain/, zod, yaml, node:fs and viem/utils',
    allowed: ['./fault.ts', '../domain/chain.ts', 'zod', 'yaml', 'node:fs', 'viem/utils'],
    forbidden: [
      'viem',
      'node:http',
      'postgres',
      '../adapters/viem/client.ts',
      '../cli/config-check.ts',
    ],
  },
  {
    file: 'cli/config-check.ts',
    message: 'cli/ wires adapters and starts scanner/main.ts and workers/main.ts',
    allowed: [
      './envelope.ts',
      'commander',
      'node:util',
      '../config/load-config.ts',
      '../domain/deposit-id.ts',
      '../adapters/drizzle/database.ts',
      '../scanner/main.ts',
      '../workers/main.ts',
    ],
    forbidden: [
      'viem',
      'postgres',
      '@temporalio/client',
      '../scanner/follow-chain.ts',
      '../workers/relay.ts',
      '../transactions/run-lane.ts',
      '../activities/fund-gas.ts',
    ],
  },
  {
    file: 'devstack/demo.ts',
    message: 'devstack/ drives and judges the system from outside',
    allowed: ['./run.ts', 'viem', 'viem/accounts', 'postgres', 'amqplib', 'node:child_process'],
    forbidden: [
      '../adapters/viem/client.ts',
      '../scanner/main.ts',
      '../workers/main.ts',
      '../transactions/run-lane.ts',
      '../domain/amount.ts',
      'drizzle-orm',
    ],
  },
]
