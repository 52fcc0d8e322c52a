import { z } from 'zod'
import { accepted } from './probes.ts'
import {
  environmentNames,
  fileSchema,
  needSchemas,
  needSecrets,
  ownKeyNames,
  processSchema,
  secretNames,
} from './sources.ts'

/** Every word that a key of the yaml or a variable may accept. Extend this list with the schema. */
const words = [
  ...['latest', 'finalized', 'safe', 'eip1559', 'legacy'],
  ...['none', 'op-stack', 'scroll', 'arbitrum', 'trace', 'balance', 'off', 'tip', 'keep'],
  ...['debug', 'info', 'warn', 'error', 'fatal', 'silent'],
]

/**
 * JSON Schema of the input. The leaves of the schema are functions, so `accepts` lists the probes
 * that a leaf accepts.
 */
function jsonSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod
      if (def.type === 'pipe' && def.in._zod.def.type === 'unknown') {
        jsonSchema['accepts'] = accepted((value) => z.safeParse(zodSchema, value).success, words)
      }
      if (def.type === 'default' || def.type === 'prefault') {
        jsonSchema['defaultsTo'] = def.defaultValue
      }
    },
  })
}

export function readConfigSchema(): unknown {
  return jsonSchema(fileSchema)
}

export function readEnvironment(): unknown {
  return {
    names: [...environmentNames].sort(),
    everyProcess: jsonSchema(processSchema),
    needs: Object.fromEntries(
      Object.entries(needSchemas).map(([need, schema]) => [need, jsonSchema(schema)]),
    ),
    secretsOfNeeds: needSecrets,
    fromFiles: secretNames.map((name) => `${name}_FILE`).sort(),
    keysOfChains: ownKeyNames([
      'GAS_KEEPER_PRIVATE_KEY_56',
      'GAS_KEEPER_PRIVATE_KEY_1_FILE',
      'GAS_KEEPER_PRIVATE_KEY_BSC',
      'KEEPER_PRIVATE_KEY_56',
    ]),
  }
}
