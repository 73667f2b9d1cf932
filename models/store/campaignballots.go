package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
	"grassroots/models/judging"
)

// Ballot gives how people vote in a campaign. NotFound when they do not.
func (s *Store) Ballot(ctx context.Context, campaignID string) (judging.Ballot, error) {
	var list []judging.Ballot
	err := s.DB(ctx).Table("campaign_ballots").Where("campaign_id = ?", campaignID).Find(&list).Error
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "There is no vote in this campaign.")
	}
	if err != nil {
		return judging.Ballot{}, err
	}
	return list[0], nil
}

// SaveBallot sets how people vote in a campaign. b.Version is of what the change was
// made from, 0 for none. Conflict when it was changed meanwhile, or somebody has voted.
func (s *Store) SaveBallot(ctx context.Context, b *judging.Ballot) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if n, err := s.Turnout(ctx, b.CampaignID); err != nil {
			return err
		} else if n > 0 {
			return models.E(models.Conflict, "Somebody has voted already, so the rules stay as they are.")
		}
		Note(ctx, "campaign.ballot", b.CampaignID, nil, map[string]any{"rule": b.Rule, "have": b.Have, "secret": b.Secret, "counts": b.Counts, "stage": b.Stage})
		done := s.DB(ctx).Exec(`INSERT INTO campaign_ballots (campaign_id, rule, have, secret, counts, stage) SELECT ?, ?, ?, ?, ?, ? WHERE ? = 0 ON CONFLICT DO NOTHING`,
			b.CampaignID, b.Rule, b.Have, b.Secret, b.Counts, b.Stage, b.Version)
		if b.Version > 0 {
			done = s.DB(ctx).Exec("UPDATE campaign_ballots SET rule = ?, have = ?, secret = ?, counts = ?, stage = ?, version = version + 1 WHERE campaign_id = ? AND version = ?",
				b.Rule, b.Have, b.Secret, b.Counts, b.Stage, b.CampaignID, b.Version)
		}
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed the rules meanwhile. Look at them again.")
		}
		b.Version++
		return done.Error
	})
}

// RemoveBallot has a campaign go without a vote. Conflict when somebody has voted.
func (s *Store) RemoveBallot(ctx context.Context, campaignID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if n, err := s.Turnout(ctx, campaignID); err != nil {
			return err
		} else if n > 0 {
			return models.E(models.Conflict, "Somebody has voted already, so the vote stays.")
		}
		Note(ctx, "campaign.ballot", campaignID, nil, map[string]any{"rule": ""})
		return s.exec(ctx, "DELETE FROM campaign_ballots WHERE campaign_id = ?", campaignID)
	})
}

// Turnout counts who has voted in a campaign.
func (s *Store) Turnout(ctx context.Context, campaignID string) (int, error) {
	var n int64
	err := s.DB(ctx).Table("campaign_voters").Where("campaign_id = ?", campaignID).Count(&n).Error
	return int(n), err
}

// HasVoted tells whether a person has voted in a campaign.
func (s *Store) HasVoted(ctx context.Context, campaignID, personID string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("campaign_voters").Where("campaign_id = ? AND person_id = ?", campaignID, personID).Count(&n).Error
	return n > 0, err
}

// OwnVotes gives what a person voted in a campaign whose vote is not secret.
func (s *Store) OwnVotes(ctx context.Context, campaignID, personID string) (map[string]int, error) {
	var rows []judging.Tally
	err := s.DB(ctx).Table("campaign_votes").Where("campaign_id = ? AND person_id = ?", campaignID, personID).Find(&rows).Error
	votes := make(map[string]int, len(rows))
	for _, r := range rows {
		votes[r.CaseStudyID] = r.Votes
	}
	return votes, err
}

// votesAtOnce is how many votes of a ballot are written in one statement.
const votesAtOnce = 100

// CastBallot keeps what a person votes, by a ballot that was checked. entries are all
// that can be voted for. Where the vote is not secret it takes the place of what they
// voted before; a secret one is final, since nothing tells which it was: Conflict.
func (s *Store) CastBallot(ctx context.Context, b *judging.Ballot, personID string, votes map[string]int, entries []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.vote", b.CampaignID, nil, nil)
		done := s.DB(ctx).Exec("INSERT INTO campaign_voters (campaign_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", b.CampaignID, personID)
		if done.Error != nil {
			return done.Error
		}
		var named []string
		for id, n := range votes {
			if n > 0 {
				named = append(named, id)
			}
		}
		slices.Sort(named) // two who vote at once wait for each other's rows in the same order
		if b.Secret {
			if done.RowsAffected == 0 {
				return models.E(models.Conflict, "You have voted already. A secret vote cannot be changed, since nothing tells which one is yours.")
			}
			return s.addToTallies(ctx, b.CampaignID, votes, named, entries)
		}
		if err := s.exec(ctx, "DELETE FROM campaign_votes WHERE campaign_id = ? AND person_id = ?", b.CampaignID, personID); err != nil {
			return err
		}
		if len(named) == 0 {
			return s.exec(ctx, "DELETE FROM campaign_voters WHERE campaign_id = ? AND person_id = ?", b.CampaignID, personID)
		}
		rows := make([]map[string]any, len(named))
		for i, id := range named {
			rows[i] = map[string]any{"campaign_id": b.CampaignID, "person_id": personID, "case_study_id": id, "votes": votes[id], "cast_at": s.Now()}
		}
		return s.DB(ctx).Table("campaign_votes").CreateInBatches(rows, votesAtOnce).Error
	})
}

// addToTallies adds a secret ballot to the sums, in one statement that writes the row of
// every entry, whether it was voted for or not: were only some written, the place of the
// rows and the transaction that Postgres notes with each would tell what the last voter
// voted. The rules are held meanwhile, so that two who vote at once do not wait for each
// other's rows.
func (s *Store) addToTallies(ctx context.Context, campaignID string, votes map[string]int, named, entries []string) error {
	if err := s.exec(ctx, "UPDATE campaign_ballots SET version = version WHERE campaign_id = ?", campaignID); err != nil {
		return err
	}
	var there []string
	if err := s.DB(ctx).Table("campaign_tallies").Where("campaign_id = ?", campaignID).Pluck("case_study_id", &there).Error; err != nil {
		return err
	}
	for _, id := range slices.Sorted(slices.Values(entries)) {
		if slices.Contains(there, id) {
			continue
		}
		if err := s.exec(ctx, "INSERT INTO campaign_tallies (campaign_id, case_study_id) VALUES (?, ?)", campaignID, id); err != nil {
			return err
		}
	}
	alone := 0
	if len(named) == 1 {
		alone = 1
	}
	add, args := "CASE case_study_id", []any{}
	for _, id := range named {
		add, args = add+" WHEN ? THEN "+strconv.Itoa(votes[id]), append(args, id)
	}
	args = append(args, named, named, alone, campaignID)
	return s.exec(ctx, "UPDATE campaign_tallies SET votes = votes + "+add+" ELSE 0 END, ballots = ballots + CASE WHEN case_study_id IN ? THEN 1 ELSE 0 END, alone = alone + CASE WHEN case_study_id IN ? THEN ? ELSE 0 END WHERE campaign_id = ?", args...)
}

// Tallies counts the votes of a campaign by entry; those without any are left out.
func (s *Store) Tallies(ctx context.Context, b *judging.Ballot) ([]judging.Tally, error) {
	var out []judging.Tally
	if b.Secret {
		err := s.DB(ctx).Table("campaign_tallies").Where("campaign_id = ? AND ballots > 0", b.CampaignID).Order("case_study_id").Find(&out).Error
		return out, err
	}
	err := s.DB(ctx).Raw(`SELECT v.case_study_id, SUM(v.votes) AS votes, COUNT(*) AS ballots, SUM(CASE WHEN o.named = 1 THEN 1 ELSE 0 END) AS alone FROM campaign_votes v
		JOIN (SELECT person_id, COUNT(*) AS named FROM campaign_votes WHERE campaign_id = ? GROUP BY person_id) o ON o.person_id = v.person_id
		WHERE v.campaign_id = ? GROUP BY v.case_study_id ORDER BY v.case_study_id`, b.CampaignID, b.CampaignID).Scan(&out).Error
	return out, err
}

// Casts gives every vote of a campaign whose vote is not secret, with who gave it.
func (s *Store) Casts(ctx context.Context, campaignID string) ([]judging.Cast, error) {
	var out []judging.Cast
	err := s.DB(ctx).Raw(`SELECT v.person_id AS voter, v.case_study_id AS entry, p.organisation, p.created_at AS joined, v.cast_at AS at
		FROM campaign_votes v JOIN people p ON p.id = v.person_id WHERE v.campaign_id = ? ORDER BY v.person_id, v.case_study_id`, campaignID).Scan(&out).Error
	return out, err
}

// Prefer keeps which of two entries a person prefers, in place of what they said of
// these two before. Conflict when they have no pair left.
func (s *Store) Prefer(ctx context.Context, b *judging.Ballot, personID, winner, loser string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.vote", b.CampaignID, nil, nil)
		if err := s.exec(ctx, "INSERT INTO campaign_voters (campaign_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", b.CampaignID, personID); err != nil {
			return err
		}
		// Held while their pairs are counted, so that two tabs do not go over the limit.
		if err := s.DB(ctx).Exec("UPDATE campaign_voters SET person_id = person_id WHERE campaign_id = ? AND person_id = ?", b.CampaignID, personID).Error; err != nil {
			return err
		}
		first, second := min(winner, loser), max(winner, loser)
		var others int64
		if err := s.DB(ctx).Table("campaign_pairs").Where("campaign_id = ? AND person_id = ? AND NOT (first_id = ? AND second_id = ?)", b.CampaignID, personID, first, second).Count(&others).Error; err != nil {
			return err
		}
		if int(others) >= b.Have {
			return models.E(models.Conflict, "You have said which is better of as many pairs as there are for each person.")
		}
		return s.exec(ctx, `INSERT INTO campaign_pairs (campaign_id, person_id, first_id, second_id, winner_id, cast_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (campaign_id, person_id, first_id, second_id) DO UPDATE SET winner_id = excluded.winner_id, cast_at = excluded.cast_at`, b.CampaignID, personID, first, second, winner, s.Now())
	})
}

type pairRow struct {
	FirstID, SecondID, WinnerID string
	Times                       float64
	CastAt                      time.Time
}

func duelsOf(db *gorm.DB) ([]judging.Duel, error) {
	var rows []pairRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]judging.Duel, len(rows))
	for i, r := range rows {
		out[i] = judging.Duel{Winner: r.FirstID, Loser: r.SecondID, Times: r.Times}
		if r.WinnerID != r.FirstID {
			out[i].Winner, out[i].Loser = r.SecondID, r.FirstID
		}
	}
	return out, nil
}

// Duels counts how often each entry of a campaign was preferred to each other.
func (s *Store) Duels(ctx context.Context, campaignID string) ([]judging.Duel, error) {
	return duelsOf(s.DB(ctx).Table("campaign_pairs").Select("first_id, second_id, winner_id, COUNT(*) AS times").Where("campaign_id = ?", campaignID).
		Group("first_id, second_id, winner_id").Order("first_id, second_id, winner_id"))
}

// OwnDuels gives which of two a person preferred, each once.
func (s *Store) OwnDuels(ctx context.Context, campaignID, personID string) ([]judging.Duel, error) {
	return duelsOf(s.DB(ctx).Table("campaign_pairs").Select("first_id, second_id, winner_id, 1 AS times").Where("campaign_id = ? AND person_id = ?", campaignID, personID).Order("first_id, second_id"))
}
