/**
 * The reason why this version of Node is not supported, or undefined. The same range as
 * package.json's engines: ^20.19 || ^22.12 || >=24.
 */
export function nodeComplaint(version) {
  const [major, minor] = version.split('.').map(Number)
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24
  if (isSupported) return undefined
  return `Node ${version} is not supported: coldsweep needs 20.19 or later, 22.12 or later, or 24 and up`
}
