/** Curves as SVG. */
import * as echarts from 'echarts'

/** One curve. */
export interface DrawnCurve {
  readonly name: string
  readonly points: readonly { readonly rate: number; readonly latency: number }[]
}

/** A chart of mean latency in cycles over offered rate in flits per module and cycle. */
export const curvesSvg = (title: string, curves: readonly DrawnCurve[]): string => {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 440 })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: { text: title, left: 'center' },
    legend: { bottom: 0 },
    grid: { left: 60, right: 30, bottom: 80 },
    xAxis: {
      type: 'value',
      name: 'offered, flits per module and cycle',
      nameLocation: 'middle',
      nameGap: 28,
      min: 0,
      max: 1,
    },
    yAxis: { type: 'value', name: 'mean latency, cycles', max: 100 },
    series: curves.map(({ name, points }) => ({
      ...{ type: 'line', name, symbolSize: 5 },
      data: points.map(({ rate, latency }) => [rate, latency]),
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
