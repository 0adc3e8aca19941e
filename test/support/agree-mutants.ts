/** Faults seeded into the generated hardware, one at a time, which the agreement check has to find. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type AgreeFailure, checkAgreement, failureText, generateSystem, type GeneratedSystem } from '#sim/cosim'
import { waveFolder } from './agree.ts'
import { pairSystem } from './pair.ts'

/** A replacement in the generated Verilog that must apply exactly once. */
export interface Mutant {
  readonly name: string
  /** What is wrong with it, as a sentence. */
  readonly fault: string
  /** The Verilog file: its name begins so. */
  readonly file: string
  readonly find: string
  readonly put: string
}

/** In the credit counting and in a bound check: `npm test` looks for these. */
export const requiredMutants: readonly Mutant[] = [
  {
    name: 'credit-not-taken',
    fault: 'SEND takes no credit',
    file: 'command_unit',
    find: "words_0[24:19] - 6'd1",
    put: 'words_0[24:19]',
  },
  {
    name: 'bound-one-more',
    fault: 'READ and WRITE may go one byte beyond their endpoint',
    file: 'command_unit',
    find: "{1'b0, arguments_arg1} + {1'b0, arguments_data_size} > {1'b0, ours_2}",
    put: "{1'b0, arguments_arg1} + {1'b0, arguments_data_size} > {1'b0, ours_2} + 65'd1",
  },
]

/** Others, for `npm run mutants`. */
const otherMutants: readonly Mutant[] = [
  {
    name: 'credit-beyond-maximum',
    fault: 'a reply gives a credit to an endpoint that has all of them',
    file: 'message_receiver',
    find: 'words_0[24:19] < words_0[30:25]',
    put: 'words_0[24:19] <= words_0[30:25]',
  },
  {
    name: 'early-credit-lost',
    fault: 'a credit that comes before the acknowledgement of its message is lost (R-ORDER-1)',
    file: 'command_unit',
    find: '!(deferred || defer_credit)',
    put: "1'b1",
  },
  {
    name: 'reply-endpoint-stays',
    fault: 'REPLY and ACK_MSG leave the reply endpoint valid',
    file: 'command_unit',
    find: "others_0 & 64'hffff_ffff_ffff_fff8",
    put: 'others_0',
  },
  {
    name: 'position-skips-a-slot',
    fault: 'a reception leaves the write position one slot too far',
    file: 'message_receiver',
    find: "{1'b0, slot} + 6'd1",
    put: "{1'b0, slot} + 6'd2",
  },
  {
    name: 'last-lane-short',
    fault: 'a burst announces one byte less than it carries',
    file: 'packet_sender',
    find: "segment[3:0] + source[3:0] - 4'd1",
    put: "segment[3:0] + source[3:0] - 4'd2",
  },
  {
    name: 'lanes-stay',
    fault: 'a register write keeps the lanes of its sender',
    file: 'request_receiver',
    find: " << {flit_payload[66:64], 3'd0}",
    put: '',
  },
  {
    name: 'index-truncated',
    fault: 'the slot of a REPLY or ACK_MSG is cut to six bits',
    file: 'command_unit',
    find: '= arguments_arg0 >> ours_0[46:41];',
    put: "= (arguments_arg0 >> ours_0[46:41]) & 32'h3f;",
  },
]

export const mutants: readonly Mutant[] = [...requiredMutants, ...otherMutants]

/**
 * The system with the fault in it.
 *
 * Rejects: an error when the text to replace is not there exactly once.
 */
const seeded = ({ name, file, find, put }: Mutant): GeneratedSystem =>
  generateSystem(pairSystem, (source) => {
    const places = source.files
      .filter((one) => one.name.startsWith(file))
      .reduce((sum, { text }) => sum + text.split(find).length - 1, 0)
    if (places !== 1)
      throw new Error(
        `mutant '${name}' replaces \`${find}\` in ${file}*, which is there ${places} times instead of once: ` +
          'the generated text has changed, and the mutant has to follow',
      )
    return {
      ...source,
      files: source.files.map((one) =>
        one.name.startsWith(file) ? { ...one, text: one.text.replace(find, () => put) } : one,
      ),
    }
  })

/** What became of a mutant. */
export interface MutantResult {
  readonly mutant: Mutant
  readonly failure: AgreeFailure | undefined
  /** The failure in words. */
  readonly text: string
  /** Size of the waveform of the shrunk program; 0 when there is none. */
  readonly waveBytes: number
  readonly seconds: number
}

const seed = 7
/** Programs after which a mutant counts as not found. */
export const mutantPrograms = 150
const operations = 40
const shrinkRuns = 800

/** Looks for a mutant with random programs; one simulator, with waveforms, is built for it. */
export const hunt = async (mutant: Mutant): Promise<MutantResult> => {
  const from = performance.now()
  const wave = join(waveFolder, `${mutant.name}.fst`)
  const { failure } = await checkAgreement(seeded(mutant), {
    seed,
    programs: mutantPrograms,
    operations,
    shrinkRuns,
    wave,
    tracing: 'from the start',
  })
  return {
    mutant,
    failure,
    text: failure === undefined ? '' : failureText(failure),
    waveBytes: failure === undefined ? 0 : (statSync(wave, { throwIfNoEntry: false })?.size ?? 0),
    seconds: (performance.now() - from) / 1000,
  }
}
