/** What to do where the configured cold wallet is not the database's (MONEY 18). */
export const coldWalletHint =
  '"coldsweep cold-wallet list" says whether it was changed by order: then the file wants the new one; where it was not, find out who changed the file, and put the former one back. On purpose it is changed by "coldsweep cold-wallet propose"'
