/** What a user's own library might hold: no engine can see through it. */
export function clean(line) {
  return line.trim().split(' ')
}
