/** The long campaigns: what runs again and again with other seeds. */
import type { Round, RoundDone } from './round-result.ts'

export interface Campaign {
  /** What its cases are called. */
  readonly cases: string
  readonly run: (round: Round) => Promise<RoundDone>
}

export const longCampaigns: Readonly<Record<string, Campaign>> = {
  engines: {
    cases: 'designs',
    run: async (round) => (await import('./engines.ts')).runEngines(round),
  },
  tcu: {
    cases: 'programs',
    run: async (round) => (await import('./tcu.ts')).runTcu(round),
  },
}
