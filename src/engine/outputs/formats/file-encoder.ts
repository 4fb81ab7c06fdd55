import type { Shape } from '../../plan/shape.ts'
import { createEncoder, type Encoder } from './encoder.ts'
import { separatedEncoder } from './separated.ts'
import { sparkText } from './spark.ts'

/** Formats of what is written to files and commands, in the order of the help. */
export const FILE_FORMATS = ['lines', 'json', 'csv', 'tsv', 'spark'] as const

/** A format of a file of text. */
export type FileFormat = (typeof FILE_FORMATS)[number]

/** Return the encoder of one input of a command: that of `emit`, or `spark`, an element a line as Spark's `saveAsTextFiles` writes it. */
export function createFileEncoder(format: FileFormat, shape?: Shape): Encoder {
  if (format !== 'spark') return createEncoder(format, 0)
  return textEncoder((element) => sparkText(element, shape), true)
}

/** Return the encoder of one file, in which `csv` and `tsv` begin with a header, whatever the elements are. */
export function savedEncoder(format: FileFormat, shape?: Shape): Encoder {
  if (format === 'csv') return separatedEncoder(',')
  return format === 'tsv' ? separatedEncoder('\t') : createFileEncoder(format, shape)
}

/**
 * Return an encoder that writes what `text` gives of each element, a line each.
 *
 * @param keepsText `text` leaves a text as it is.
 */
export function textEncoder(text: (element: unknown) => string, keepsText: boolean): Encoder {
  return {
    head: '',
    begin: () => '',
    element: (element) => `${text(element)}\n`,
    end: () => '',
    keepsText,
  }
}
