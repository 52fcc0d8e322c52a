/** Returns the command that reads blocks again, to copy into a shell as it is. */
export function rescanCommand(
  chainId: number,
  { from, to }: { readonly from: bigint; readonly to: bigint },
  reason: string,
): string {
  return `coldsweep rescan --chain ${chainId} --from ${from} --to ${to} --operator "$(id -un)" --reason "${reason.replaceAll(/["$`\\!]/g, '')}"`
}
