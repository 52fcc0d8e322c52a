import { getAddress } from 'viem/utils'
import { z } from 'zod'
import { isAddress } from '../../domain/address.ts'

/** An address in its EIP-55 spelling; viem's own check lets lower case pass. */
export const eip55Schema = z
  .string()
  .refine((text) => isAddress(text) && getAddress(text) === text, 'wanted an EIP-55 address')
