import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'

export interface OwnNamespace {
  readonly address: string
  readonly namespace: string
  readonly client: Client
  drop(): Promise<void>
}

/**
 * Returns a unique namespace name on the server of TEST_TEMPORAL_ADDRESS. The test creates the
 * namespace; `drop` removes the namespace.
 */
export async function ownNamespace(): Promise<OwnNamespace> {
  const address = process.env['TEST_TEMPORAL_ADDRESS']
  if (!address) {
    throw new Error('TEST_TEMPORAL_ADDRESS is not set: run `npm test`, or see devstack/stack.ts')
  }
  const namespace = `test-${randomBytes(6).toString('hex')}`
  const connection = await Connection.connect({ address })
  return {
    address,
    namespace,
    client: new Client({ connection, namespace }),
    async drop() {
      // Ignores the error for a namespace that the test never created.
      await connection.operatorService.deleteNamespace({ namespace }).catch(() => {})
      await connection.close()
    },
  }
}
