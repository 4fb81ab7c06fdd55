import { SourceError } from '../../plan/errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'there is a file of that name',
  EFBIG: 'the file would become too large',
  EHOSTUNREACH: 'no route to the host',
  EISDIR: 'is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENETUNREACH: 'the network cannot be reached',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'is not a directory',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server does not answer',
  EROFS: 'the disk can only be read',
  ETIMEDOUT: 'timed out',
  Z_BUF_ERROR: 'the compressed file is cut short',
  Z_DATA_ERROR: 'is no gzip file, or is damaged',
}

/** Return the code of a system error such as `ENOENT`; undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Return why a system call failed, in words. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
}

/** Return the SourceError for a failed system call on `name`; a SourceError is returned as it is. */
export function sourceError(name: string, error: unknown, hint?: string): SourceError {
  return error instanceof SourceError ? error : new SourceError(`${name}: ${reasonOf(error)}`, hint)
}
