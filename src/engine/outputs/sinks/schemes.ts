import type { OpenSink } from './sink.ts'

/** Where rows can go, by the scheme of the URL; loaded when it is used. */
const SCHEMES: Readonly<Record<string, () => Promise<OpenSink>>> = {
  sqlite: async () => (await import('./sqlite.ts')).openSqlite,
  duckdb: async () => (await import('./duckdb.ts')).openDuckdb,
  parquet: async () => (await import('./parquet.ts')).openParquet,
  file: async () => (await import('./file.ts')).openFile,
  postgres: async () => (await import('./postgres.ts')).openPostgres,
  postgresql: async () => (await import('./postgres.ts')).openPostgres,
  mysql: async () => (await import('./mysql.ts')).openMysql,
  mariadb: async () => (await import('./mysql.ts')).openMysql,
  redis: async () => (await import('./redis.ts')).openRedis,
  rediss: async () => (await import('./redis.ts')).openRedis,
  kafka: async () => (await import('./kafka.ts')).openKafka,
  http: async () => (await import('./http.ts')).openHttp,
  https: async () => (await import('./http.ts')).openHttp,
}

/** The schemes that are known, in the order in which they are named to people. */
export const SCHEME_NAMES: readonly string[] = Object.keys(SCHEMES)

/** True where rows become messages of a topic, and are no table's. */
export function isTopic(scheme: string): boolean {
  return scheme === 'kafka'
}

/** True where rows become files of their own, and are no table's. */
export function isFolder(scheme: string): boolean {
  return scheme === 'parquet' || scheme === 'file'
}

/** Return what connects to a URL of a scheme, `sqlite`; undefined where it is not known. */
export function sinkOf(scheme: string): (() => Promise<OpenSink>) | undefined {
  return Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined
}
