import type { ComponentChildren } from 'preact'
import type { FindingRow, MqttRow, TimelineRow } from '../../protocol.ts'
import type { ConsoleModel } from '../app/model.ts'
import { isAt, isMqtt } from '../store/stored-row.ts'
import { laneText, visible } from '../timeline/row-words.ts'

/** What a row is, decoded. */
export function RowFields({ row, model }: { row: TimelineRow; model: ConsoleModel }) {
  if (row.kind === 'finding') return <Finding finding={row} model={model} />
  if (isAt(row))
    return (
      <Fields
        fields={[
          ['Line', row.line],
          ['Part', parts[row.part]],
          ['Client', row.client],
        ]}
      />
    )
  if (isMqtt(row)) return <Fields fields={packetFields(row)} />
  if (row.kind === 'state') return <pre class="raw">{JSON.stringify(row.patch, null, 2)}</pre>
  return (
    <>
      <p>{laneText(row)}</p>
      {row.kind === 'act' && <Fields fields={[['Operation', row.op], ...Object.entries(row.data ?? {})]} />}
    </>
  )
}

const parts = {
  command: 'a command line of the host',
  echo: 'the echo of a command line',
  prompt: 'a prompt: data are to follow',
  data: 'data behind a prompt',
  information: 'a line of an answer',
  final: 'the result that ends an answer',
  result: 'the result of a command that was taken before',
  urc: 'unasked: a URC',
} as const

type FieldList = readonly (readonly [string, unknown])[]

function packetFields({ packet, connection, client }: MqttRow): FieldList {
  const where: FieldList = [
    ['Connection', connection],
    ['Client', client],
  ]
  return packet
    ? [['Packet', packet.type.toUpperCase()], ...where, ...fieldsOf(packet)]
    : [['Packet', 'none: no MQTT'], ...where]
}

const fieldsOf = ({ type: _, ...fields }: NonNullable<MqttRow['packet']>): FieldList => Object.entries(fields)

function Fields({ fields }: { fields: FieldList }) {
  return (
    <dl class="fields">
      {fields
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'string' ? visible(value) : JSON.stringify(value)}</dd>
          </div>
        ))}
    </dl>
  )
}

const percent = (share: number): string => `${Math.round(share * 100)} % sure`

const Finding = ({ finding, model }: { finding: FindingRow; model: ConsoleModel }) => (
  <div class="finding" data-severity={finding.severity}>
    <p>
      <strong>{finding.title}</strong> <span class="soft">{percent(finding.confidence)}</span>
    </p>
    <p>{finding.because}</p>
    <Fields
      fields={[
        ['Command', finding.command],
        ['Client', finding.client],
        ['Line', finding.line],
      ]}
    />
    {finding.rows && (
      <p class="rests-on">
        It rests on{' '}
        {finding.rows.map((seq) => (
          <button key={seq} type="button" onClick={() => model.reveal({ seq })}>
            row {seq}
          </button>
        ))}
      </p>
    )}
    <List title="What to do">
      {finding.do.map((what) => (
        <li key={what}>{what}</li>
      ))}
    </List>
  </div>
)

const List = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <>
    <h3>{title}</h3>
    <ul>{children}</ul>
  </>
)
