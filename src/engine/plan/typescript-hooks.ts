/** What `module.register` loads in Node's loader thread. */
export { load } from './typescript.ts'
