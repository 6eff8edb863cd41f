/** What a panel shows, and how. */
export interface Panel {
  readonly title: string;
  /** What to read from it; shown at the panel. */
  readonly about: string;
  readonly kind?: 'timeseries' | 'stat';
  /** Grafana's word for the unit. */
  readonly unit: string;
  /** Columns out of 24. */
  readonly width?: number;
  readonly queries: readonly Query[];
}

export interface Query {
  readonly expr: string;
  /** Names the series, with labels in `{{}}`. */
  readonly legend: string;
}

/** Something to choose at the top of a dashboard. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** The metric whose label has the choices. */
  readonly metric: string;
  readonly choiceLabel: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** All that Grafana's schemas ask for, so that no version fills in a default of its own. */
const OPTIONS = {
  stat: {
    reduceOptions: { calcs: ['lastNotNull'] },
    colorMode: 'value',
    graphMode: 'area',
    justifyMode: 'auto',
    orientation: 'auto',
    textMode: 'auto',
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: 'standard',
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
};
const HEIGHT = { timeseries: 8, stat: 4 };
const COLUMNS = 24;

/** The dashboard as Grafana imports it. */
export function toGrafana(dashboard: Dashboard): object {
  return {
    uid: dashboard.uid,
    title: dashboard.title,
    description: dashboard.about,
    tags: ['prometheus-proxy'],
    editable: true,
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'prometheus-proxy',
        tags: ['prometheus-proxy'],
        icon: 'external link',
        tooltip: '',
        targetBlank: false,
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    annotations: { list: [] },
    templating: { list: [datasourceVariable(), ...dashboard.variables.map(toVariable)] },
    panels: layOut(dashboard.rows),
  };
}

function datasourceVariable(): object {
  return { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
}

function toVariable({ name, label, metric, choiceLabel }: Variable): object {
  const query = `label_values(${metric}, ${choiceLabel})`;
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    definition: query,
    includeAll: true,
    multi: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
    refresh: 2,
    sort: 1,
  };
}

/** Rows from top to bottom, panels from left to right; a panel that does not fit begins a new line. */
function layOut(rows: readonly Row[]): object[] {
  const laid: object[] = [];
  let y = 0;
  const place = (panel: object, x: number, w: number, h: number): void => {
    laid.push({ id: laid.length + 1, gridPos: { x, y, w, h }, ...panel });
  };
  for (const { title, panels } of rows) {
    place({ type: 'row', title, collapsed: false, panels: [] }, 0, COLUMNS, 1);
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      const { kind = 'timeseries', width = 8 } = panel;
      if (x + width > COLUMNS) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      place(toPanel(panel), x, width, HEIGHT[kind]);
      x += width;
      lineHeight = Math.max(lineHeight, HEIGHT[kind]);
    }
    y += lineHeight;
  }
  return laid;
}

function toPanel({ title, about, kind = 'timeseries', unit, queries }: Panel): object {
  return {
    type: kind,
    title,
    description: about,
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(kind === 'timeseries' && { custom: { fillOpacity: 10, showPoints: 'never' } }),
      },
      overrides: [],
    },
    options: OPTIONS[kind],
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + at),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}
