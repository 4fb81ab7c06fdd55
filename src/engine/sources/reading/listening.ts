import { SourceError } from '../../plan/errors.ts'
import { addressOf } from './connection.ts'
import { codeOf, sourceError } from './errors.ts'

/** Return the SourceError for a port that cannot be listened on. */
export function explainListen(host: string, port: number, error: unknown): SourceError {
  const address = addressOf(host, port)
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new SourceError(
        `${address} is in use: another process listens on port ${port}`,
        `lsof -i :${port} shows which; stop it, or listen on another port`,
      )
    case 'EACCES':
      return new SourceError(
        `${address}: this user may not listen on port ${port}`,
        'take a port from 1024 on',
      )
    default:
      return sourceError(address, error)
  }
}
