package notifications

import (
	"context"
	"strconv"
	"strings"

	"grassroots/models"
)

// InvitedToCampaign has people told that they are invited to a campaign, in the
// transaction that notes that they are; reminder is which reminder of it this is, 0 for
// none. Nobody is told of one twice.
func (f *Feature) InvitedToCampaign(ctx context.Context, c models.Campaign, by string, reminder int, people []string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	n := strconv.Itoa(reminder)
	return f.store.Notify(ctx, models.Notification{Event: "invitation:" + c.ID + ":" + n, Reason: models.NotifyInvitation, ActorID: by, Detail: c.ID + ":" + n}, toldOf(people))
}

// invitationURL is where somebody answers an invitation that they are told of.
func (f *Feature) invitationURL(n models.Notification) string {
	campaign, _, _ := strings.Cut(n.Detail, ":")
	return f.site.InvitationURL(campaign + n.PersonID)
}

// saidKey names what was said with an invitation, among what is known of notifications.
func saidKey(n models.Notification) string {
	campaign, _, _ := strings.Cut(n.Detail, ":")
	return "said:" + campaign
}

// said adds to what is known of notifications what organisers said with the invitations
// among them.
func (f *Feature) said(ctx context.Context, personID string, list []models.Notification, known map[string]string) error {
	var campaigns []string
	for _, n := range list {
		if campaign, _, _ := strings.Cut(n.Detail, ":"); n.Reason == models.NotifyInvitation {
			campaigns = append(campaigns, campaign)
		}
	}
	if len(campaigns) == 0 {
		return nil
	}
	words, err := f.store.InvitationWords(ctx, personID, campaigns)
	for campaign, said := range words {
		known["said:"+campaign] = said
	}
	return err
}

func reminds(n models.Notification) bool { return !strings.HasSuffix(n.Detail, ":0") }

// invitationDoes says what an invitation is, before the title of its campaign.
func invitationDoes(n models.Notification) string {
	if reminds(n) {
		return "reminds you of an invitation that you have not answered, to the campaign"
	}
	return "invites you to the campaign"
}

// invitationDid is invitationDoes under the title of the campaign.
func invitationDid(n models.Notification) string {
	if reminds(n) {
		return "reminds you that you are invited, and have not answered"
	}
	return "invites you"
}
