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

/**
 * Every word that a key of the yaml or a variable may accept. If the schema accepts a new word, add
 * the word to this list.
 */
const words = [
  ...['latest', 'finalized', 'safe', 'eip1559', 'legacy'],
  ...['none', 'op-stack', 'scroll', 'arbitrum', 'trace', 'balance', 'off', 'tip', 'keep'],
  ...['debug', 'info', 'warn', 'error', 'fatal', 'silent'],
]

/**
 * Returns the JSON Schema of a schema's input. The leaves of the schema are functions, which JSON
 * Schema cannot express, so `accepts` lists the probes that a leaf accepts.
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

/** Returns the JSON Schema of coldsweep.yaml. */
export function readConfigSchema(): unknown {
  return jsonSchema(fileSchema)
}

/** Returns the names of the environment variables and the values that they accept. */
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
