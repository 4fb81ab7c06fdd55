import { UsageError } from '../../engine/plan/errors.ts'
import type { Gauge } from './gauges.ts'
import type { MetricSink, MetricSource } from './metric-sink.ts'

/** Where a collector listens for OTLP over HTTP, by its own standard. */
const ENDPOINT = 'http://localhost:4318/v1/metrics'

type Values = ReadonlyMap<string, Gauge>

/**
 * Gauges to a collector of OpenTelemetry, by OTLP over HTTP. No row of Spark.
 *
 * @throws UsageError where the libraries are not there.
 */
export async function openTelemetrySink(
  options: ReadonlyMap<string, string>,
  { id, name }: MetricSource,
): Promise<MetricSink> {
  const { MeterProvider, MetricReader, OTLPMetricExporter, resourceFromAttributes } = await loadLibraries()
  const exporter = new OTLPMetricExporter({ url: options.get('endpoint') ?? ENDPOINT })
  // The pace is ours: a report is made when it is asked for.
  class AskedReader extends MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const reader = new AskedReader()
  const provider = new MeterProvider({
    readers: [reader],
    resource: resourceFromAttributes({ 'service.name': name, 'service.instance.id': id }),
  })
  const meter = provider.getMeter('dstream')
  let values: Values = new Map()
  const known = new Set<string>()
  const observe = ({ name: gauge, help }: Gauge): void => {
    if (known.has(gauge)) return
    known.add(gauge)
    meter
      .createObservableGauge(`streaming.${gauge}`, { description: help })
      .addCallback((result) => result.observe(values.get(gauge)?.value ?? 0))
  }
  return {
    report: async (gauges) => {
      values = new Map(gauges.map((gauge) => [gauge.name, gauge]))
      for (const gauge of gauges) observe(gauge)
      const { resourceMetrics, errors } = await reader.collect()
      if (errors.length > 0) throw errors[0]
      await new Promise<void>((resolve, reject) => {
        exporter.export(resourceMetrics, ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error('the collector refuses')),
        )
      })
    },
    close: async () => {
      await provider.shutdown()
      await exporter.shutdown()
    },
  }
}

async function loadLibraries() {
  try {
    const [{ MeterProvider, MetricReader }, { OTLPMetricExporter }, { resourceFromAttributes }] =
      await Promise.all([
        import('@opentelemetry/sdk-metrics'),
        import('@opentelemetry/exporter-metrics-otlp-http'),
        import('@opentelemetry/resources'),
      ])
    return { MeterProvider, MetricReader, OTLPMetricExporter, resourceFromAttributes }
  } catch {
    throw new UsageError(
      'metrics: opentelemetry needs packages that are not there',
      'Install them: npm install @opentelemetry/sdk-metrics @opentelemetry/exporter-metrics-otlp-http @opentelemetry/resources',
    )
  }
}
