/** One round of a campaign: tsx round.ts ROUND, a line of JSON. Says what it found in another one. */
import { longCampaigns } from './campaigns.ts'
import type { Round } from './round-result.ts'

const round = JSON.parse(process.argv[2] ?? '{}') as Round
const campaign = longCampaigns[round.campaign]
if (campaign === undefined) throw new Error(`there is no campaign ${round.campaign}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
process.stdout.write(`\n${JSON.stringify(await campaign.run(round))}\n`)
