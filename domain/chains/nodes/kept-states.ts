/** Full nodes keep the state of 128 blocks; some of them pass while we ask. */
export const keptStates = 96n
