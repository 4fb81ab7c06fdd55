/**
 * What bundles get for `node:process`: importing the real module reads every property of `process`, standard input's
 * getter among them, which opens descriptor 0 a second time and costs start-up time.
 */
const { process } = globalThis
export default process
export const { argv, env, execArgv, platform, versions } = process
