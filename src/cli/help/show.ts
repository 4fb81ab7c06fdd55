import { ReaderClosed, StandardOutput } from '../standard-output.ts'

/** Write text to standard output and wait until it is there; a reader that has seen enough (`| head`) is no error. */
export async function show(text: string): Promise<void> {
  const output = new StandardOutput()
  try {
    void output.write(text)
    await output.flush()
  } catch (error) {
    if (!(error instanceof ReaderClosed)) throw error
  }
}
