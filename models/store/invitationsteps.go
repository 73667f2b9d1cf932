package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// EmailInvitation is the kind of an e-mail that invites somebody without an account. Its
// period names the invitation and which reminder it is, so that nobody gets one twice.
const EmailInvitation models.Delivery = "invitation"

// InvitationPeriod is the period of the e-mail of an invitation, with number 0, and of its
// reminders.
func InvitationPeriod(id string, number int) string { return id + ":" + strconv.Itoa(number) }

// OfInvitation gives which invitation an e-mail is, and which reminder of it.
func (e Email) OfInvitation() (id string, number int) {
	id, n, _ := strings.Cut(e.Period, ":")
	number, _ = strconv.Atoi(n)
	return id, number
}

// TellInvited tells people that somebody invited them.
type TellInvited func(ctx context.Context, by string, people []string) error

// SendInvitations takes some invitations to a campaign that wait to be sent, and notes that
// they are. Those of people who may be told are told in the same transaction, by tell; to
// addresses e-mails are made and given to deliver, unless quiet holds them back. done tells
// that there are no more. However many nodes call it, each is sent once.
func (s *Store) SendInvitations(ctx context.Context, campaignID string, limit int, quiet bool, tell TellInvited, deliver func(ctx context.Context, ids []string) error) (done bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		where := ""
		if quiet {
			where = " AND kind <> 'address'"
		}
		var rows []invitationRow
		err := s.DB(ctx).Raw(`UPDATE campaign_invitations SET state = 'sent', sent_at = ? WHERE state = 'waiting' AND id IN
			(SELECT id FROM campaign_invitations WHERE campaign_id = ? AND state = 'waiting'`+where+` ORDER BY id LIMIT ?) RETURNING *`, s.Now(), campaignID, limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		done = len(rows) < limit
		return s.tellInvited(ctx, campaignID, rows, 0, tell, deliver)
	})
	return done, err
}

// RemindInvited takes some of those who were invited to a campaign and have not answered,
// and were not reminded so often, and reminds them, as SendInvitations invites.
func (s *Store) RemindInvited(ctx context.Context, campaignID string, number, limit int, tell TellInvited, deliver func(ctx context.Context, ids []string) error) (done bool, err error) {
	now := s.Now()
	err = s.Tx(ctx, func(ctx context.Context) error {
		var rows []invitationRow
		err := s.DB(ctx).Raw(`UPDATE campaign_invitations SET reminders = ?, reminded_at = ? WHERE reminders < ? AND state IN ('sent', 'opened', 'accepted') AND id IN
			(SELECT id FROM campaign_invitations WHERE campaign_id = ? AND state IN ('sent', 'opened', 'accepted') AND kind <> 'organisation' AND reminders < ? AND sent_at <= ? ORDER BY id LIMIT ?) RETURNING *`,
			number, now, number, campaignID, number, now.Add(-models.RemindAfter), limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		// Fewer rows are the end only where none is left: another node may have taken these.
		var left int64
		err = s.DB(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM campaign_invitations WHERE campaign_id = ? AND state IN ('sent', 'opened', 'accepted') AND kind <> 'organisation' AND reminders < ? AND sent_at <= ? LIMIT 1) AS l",
			campaignID, number, now.Add(-models.RemindAfter)).Scan(&left).Error
		if err != nil {
			return err
		}
		if done = left == 0; done {
			Note(ctx, "campaign.remind", campaignID, nil, map[string]any{"number": number})
			if err := s.exec(ctx, "UPDATE campaign_reminders SET done_at = ? WHERE campaign_id = ? AND number = ?", now, campaignID, number); err != nil {
				return err
			}
		}
		return s.tellInvited(ctx, campaignID, rows, number, tell, deliver)
	})
	return done, err
}

// tellInvited tells the people of some invitations and makes the e-mails of the others. Who
// may not be told any more by now is said so.
func (s *Store) tellInvited(ctx context.Context, campaignID string, rows []invitationRow, number int, tell TellInvited, deliver func(ctx context.Context, ids []string) error) error {
	var people []string
	var emails []Email
	for _, r := range rows {
		switch {
		case r.PersonID != nil:
			people = append(people, *r.PersonID)
		case r.Address != "":
			emails = append(emails, Email{ID: s.NewID(), ToAddress: r.Address, State: EmailPending, CreatedAt: s.Now(), Kind: EmailInvitation, Period: InvitationPeriod(r.ID, number)})
		}
	}
	known, err := s.Invitees(ctx, campaignID, people, s.Now())
	if err != nil {
		return err
	}
	var told []string
	for _, id := range people {
		one, open := known[id]
		state, out := one.out()
		if !open {
			state, out = models.InvitationLeftOut, true
		}
		if !out {
			told = append(told, id)
			continue
		}
		if err := s.exec(ctx, "UPDATE campaign_invitations SET state = ? WHERE campaign_id = ? AND person_id = ?", state, campaignID, id); err != nil {
			return err
		}
	}
	if err := s.tellBy(ctx, rows, told, tell); err != nil {
		return err
	}
	if len(emails) == 0 {
		return nil
	}
	if err := s.DB(ctx).Create(&emails).Error; err != nil {
		return err
	}
	ids := make([]string, len(emails))
	for i, e := range emails {
		ids[i] = e.ID
	}
	return deliver(ctx, ids)
}

// tellBy tells people of their invitations, those of each who invited together.
func (s *Store) tellBy(ctx context.Context, rows []invitationRow, told []string, tell TellInvited) error {
	if len(told) == 0 {
		return nil
	}
	var batches []string
	batchOf := map[string]string{}
	for _, r := range rows {
		if r.PersonID != nil {
			batchOf[*r.PersonID] = r.BatchID
			batches = append(batches, r.BatchID)
		}
	}
	slices.Sort(batches)
	var made []struct{ ID, InvitedBy string }
	if err := s.DB(ctx).Table("campaign_invitation_batches").Where("id IN ?", slices.Compact(batches)).Find(&made).Error; err != nil {
		return err
	}
	by, people := map[string]string{}, map[string][]string{}
	for _, b := range made {
		by[b.ID] = b.InvitedBy
	}
	for _, id := range told {
		who := by[batchOf[id]]
		people[who] = append(people[who], id)
	}
	for _, who := range slices.Sorted(maps.Keys(people)) {
		if err := tell(ctx, who, people[who]); err != nil {
			return err
		}
	}
	return nil
}

// WaitingInvitations gives the ids of campaigns that have invitations to be sent.
func (s *Store) WaitingInvitations(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Table("campaign_invitations").Where("state = ?", models.InvitationWaiting).Distinct().Order("campaign_id").Pluck("campaign_id", &ids).Error
	return ids, err
}

// OpenInvitation notes that the link of an invitation was followed. Doing it again, or once
// it is answered, changes nothing.
func (s *Store) OpenInvitation(ctx context.Context, id string) error {
	return s.exec(ctx, "UPDATE campaign_invitations SET opened_at = COALESCE(opened_at, ?), state = 'opened' WHERE id = ? AND state IN ('waiting', 'sent')", s.Now(), id)
}

// AnswerInvitation notes what somebody answers to an invitation: that they take part, that
// they do not, or that they want none at all. One that has led to an entry stays so.
func (s *Store) AnswerInvitation(ctx context.Context, id string, state models.InvitationState) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.invitation-answer", id, nil, map[string]any{"state": state})
		return s.exec(ctx, "UPDATE campaign_invitations SET state = ?, answered_at = ?, opened_at = COALESCE(opened_at, ?) WHERE id = ? AND state <> 'entered' AND state <> ?", state, s.Now(), s.Now(), id, state)
	})
}

// InvitationEntered notes that people have entered a case study in a campaign: it answers
// the invitations of theirs, those to addresses that are theirs now, and those of its
// organisation.
func (s *Store) InvitationEntered(ctx context.Context, campaignID, caseStudyID string, people []string) error {
	for _, which := range []struct {
		where string
		arg   any
	}{{"person_id IN ?", people}, {"address <> '' AND address IN (SELECT email FROM people WHERE id IN ?)", people},
		{"organisation <> '' AND organisation = (SELECT organisation FROM case_studies WHERE id = ?)", caseStudyID}} {
		err := s.exec(ctx, "UPDATE campaign_invitations SET state = 'entered', answered_at = ? WHERE campaign_id = ? AND state <> 'entered' AND "+which.where, s.Now(), campaignID, which.arg)
		if err != nil {
			return err
		}
	}
	return nil
}

// StopInvitations has no invitation go to an address any more, whether there is an account
// with it or not.
func (s *Store) StopInvitations(ctx context.Context, address string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.invitation-stop", "", nil, nil)
		if err := s.exec(ctx, "INSERT INTO invitation_stops (address_hash, stopped_at) VALUES (?, ?) ON CONFLICT DO NOTHING", addressHash(address), s.Now()); err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE campaign_invitations SET state = 'unsubscribed', answered_at = ? WHERE address = ? AND address <> '' AND state NOT IN ('entered', 'declined', 'unsubscribed')", s.Now(), strings.ToLower(address))
	})
}

// StopInvitationsOf has no invitation go to a person any more, and their settings say so.
func (s *Store) StopInvitationsOf(ctx context.Context, personID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		set, err := s.NotifySettings(ctx, personID)
		if err != nil {
			return err
		}
		if set.Choice(models.NotifyInvitation) != models.NotAtAll {
			choices := map[models.NotifyReason]models.Delivery{models.NotifyInvitation: models.NotAtAll}
			for r, d := range set.Choices {
				if r != models.NotifyInvitation {
					choices[r] = d
				}
			}
			set.Choices = choices
			if err := s.SaveNotifySettings(ctx, set); err != nil {
				return err
			}
		}
		return s.exec(ctx, "UPDATE campaign_invitations SET state = 'unsubscribed', answered_at = ? WHERE person_id = ? AND state NOT IN ('entered', 'declined', 'unsubscribed')", s.Now(), personID)
	})
}

// invitationBounced notes of the invitations to somebody that nothing reaches them.
func (s *Store) invitationBounced(ctx context.Context, where string, whose any) error {
	return s.exec(ctx, "UPDATE campaign_invitations SET state = 'bounced' WHERE "+where+" AND state IN ('waiting', 'sent')", whose)
}

// ForgetInvited takes away the addresses of people without an account of campaigns whose
// results came before a time.
func (s *Store) ForgetInvited(ctx context.Context, before time.Time) error {
	return s.exec(ctx, `UPDATE campaign_invitations SET address = '' WHERE address <> '' AND campaign_id IN (SELECT id FROM campaigns WHERE COALESCE(results_at, closes_at, updated_at) <= ?)`, before)
}

// Reminders gives the reminders of a campaign, the first first.
func (s *Store) Reminders(ctx context.Context, campaignID string) ([]models.InvitationReminder, error) {
	var out []models.InvitationReminder
	err := s.DB(ctx).Table("campaign_reminders").Where("campaign_id = ?", campaignID).Order("number").Find(&out).Error
	return out, err
}

// SetReminders sets how many days before entries close those who have not answered are
// reminded. What was sent stays sent: Conflict when it is to be another day.
func (s *Store) SetReminders(ctx context.Context, campaignID string, days []int) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.Reminders(ctx, campaignID)
		if err != nil {
			return err
		}
		for i, r := range old {
			if r.DoneAt != nil && (i >= len(days) || days[i] != r.DaysBefore) {
				return models.E(models.Conflict, "A reminder that was sent stays as it is. Change only those to come.")
			}
		}
		Note(ctx, "campaign.reminders", campaignID, nil, map[string]any{"days": days})
		if err := s.exec(ctx, "DELETE FROM campaign_reminders WHERE campaign_id = ? AND done_at IS NULL", campaignID); err != nil {
			return err
		}
		for i, n := range days {
			if err := s.exec(ctx, "INSERT INTO campaign_reminders (campaign_id, number, days_before) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", campaignID, i+1, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// DueReminders gives what reminders are to be sent now: number is that of each, by the id
// of its campaign, which is open. Of two that are due the later is due.
func (s *Store) DueReminders(ctx context.Context) (map[string]int, error) {
	now := s.Now()
	var rows []struct {
		CampaignID         string
		Number, DaysBefore int
		ClosesAt           time.Time
	}
	err := s.DB(ctx).Raw(`SELECT r.campaign_id, r.number, r.days_before, c.closes_at FROM campaign_reminders r JOIN campaigns c ON c.id = r.campaign_id
		WHERE r.done_at IS NULL AND c.published_at IS NOT NULL AND c.closes_at > ? ORDER BY r.campaign_id, r.number`, now).Scan(&rows).Error
	out := map[string]int{}
	for _, r := range rows {
		if !r.ClosesAt.AddDate(0, 0, -r.DaysBefore).After(now) {
			out[r.CampaignID] = r.Number
		}
	}
	return out, err
}
