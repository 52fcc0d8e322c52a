/**
 * The headers that would tell the fork point are forgotten: no reorg was thought possible there. A
 * person has to look.
 */
export class ReorgTooDeep extends Error {
  override name = 'ReorgTooDeep'
}
