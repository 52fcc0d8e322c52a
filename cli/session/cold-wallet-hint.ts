/** Shown when the configured cold wallet differs from the database's (MONEY 18). */
export const coldWalletHint =
  '"coldsweep cold-wallet list" shows whether an operator changed it: if so, put the new address into the file; if not, find out who changed the file and restore the old address. To change it, use "coldsweep cold-wallet propose"'
