// The stages of campaigns, in a test that does not wait: a campaign opens at a time to come, so the dates of its stages are moved in the
// database of its server, as if it had been made long ago.
import { execFileSync } from 'node:child_process'

const moves = `
import sqlite3, sys, glob, datetime
folder, slug, current, enter = sys.argv[1:]
for name in glob.glob(folder + '/*.db') + glob.glob(folder + '/*.sqlite'):
    db = sqlite3.connect(name, timeout=30)
    id = db.execute('SELECT id FROM campaigns WHERE slug = ?', (slug,)).fetchone()[0]
    stages = [s for (s,) in db.execute('SELECT stage FROM campaign_stages WHERE campaign_id = ? ORDER BY starts_at', (id,))]
    now = datetime.datetime.now(datetime.timezone.utc)
    for i, stage in enumerate(stages):
        at = now + datetime.timedelta(days=2 * (i - stages.index(current)), hours=-1)
        db.execute('UPDATE campaign_stages SET starts_at = ?, moved_at = NULL WHERE campaign_id = ? AND stage = ?', (at.strftime('%Y-%m-%d %H:%M:%S+00:00'), id, stage))
    db.execute("INSERT OR IGNORE INTO case_study_facets (facet, value, case_study_id) SELECT 'campaign', ?, id FROM case_studies WHERE status = 'published' ORDER BY id LIMIT ?", (slug, int(enter)))
    db.commit()
    db.close()
`

/** Moves a campaign of the server whose data is in a folder to a stage; some case studies of the demonstration enter it. */
export const moveTo = (folder, slug, stage, enter = 0) => execFileSync('python3', ['-c', moves, folder, slug, stage, String(enter)], { stdio: ['ignore', 'ignore', 'inherit'] })
