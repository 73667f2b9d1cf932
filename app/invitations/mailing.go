package invitations

import (
	"bytes"
	"cmp"
	"context"
	"strings"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// compose writes the e-mail to somebody without an account, at each try to send it.
// mail.ErrNothing once they have answered or want none, or entries are closed.
func (f *Feature) compose(ctx context.Context, e store.Email) (mail.Message, error) {
	ctx = store.Fresh(ctx)
	id, number := e.OfInvitation()
	i, err := f.store.Invitation(ctx, id)
	if models.KindOf(err) == models.NotFound || err == nil && (!strings.EqualFold(i.Address, e.ToAddress) || i.State != models.InvitationSent && i.State != models.InvitationOpened && i.State != models.InvitationAccepted) {
		return mail.Message{}, mail.ErrNothing
	}
	if err != nil {
		return mail.Message{}, err
	}
	c, err := f.store.Campaign(ctx, i.CampaignID)
	if err == nil && f.open(&c) != nil {
		err = mail.ErrNothing
	}
	if err != nil {
		return mail.Message{}, err
	}
	language, err := f.store.LanguageOf(ctx, e.ToAddress)
	if err != nil {
		return mail.Message{}, err
	}
	say := f.site.Say(language)
	m := templates.InvitationMail{Title: c.Title, Sponsor: c.SponsorName, By: i.InvitedBy, Message: i.Message, Reminder: number > 0, URL: f.site.URL(f.site.InvitationURL(i.ID)), Host: f.site.Host()}
	m.DeclineURL, m.StopURL = m.URL+"#decline", f.site.URL(f.site.InvitationStopURL(i.ID))
	m.Closes, _ = c.EntriesClose()
	var html bytes.Buffer
	if err := templates.InvitationMailHTML(m).Render(ctx, &html); err != nil {
		return mail.Message{}, err
	}
	subject := say("You are invited:") + " " + c.Title
	if m.Reminder {
		subject = say("A reminder, you are invited:") + " " + c.Title
	}
	return mail.Message{Subject: models.Truncate(models.CleanLine(subject), 150), Text: m.Text(say), HTML: html.String(), StopURL: m.StopURL, Language: cmp.Or(language, models.English),
		ListName: "Grassroots invitations <invitations." + f.site.Host() + ">"}, nil
}

// invitation gives the invitation that a token carries, with its campaign.
func (f *Feature) invitation(ctx context.Context, token string) (models.Invitation, models.Campaign, error) {
	id, campaign, person, err := f.site.ReadInvitation(token)
	if err != nil {
		return models.Invitation{}, models.Campaign{}, err
	}
	var i models.Invitation
	if id != "" {
		i, err = f.store.Invitation(ctx, id)
	} else {
		i, err = f.store.InvitationOf(ctx, campaign, person)
	}
	if err != nil {
		return i, models.Campaign{}, err
	}
	c, err := f.store.Campaign(ctx, i.CampaignID)
	if models.KindOf(err) == models.NotFound || err == nil && c.PublishedAt == nil {
		err = models.ErrNoSuchInvitation
	}
	return i, c, err
}

// Answer notes what somebody answers to an invitation: models.InvitationAccepted or
// models.InvitationDeclined.
func (f *Feature) Answer(ctx context.Context, i models.Invitation, c *models.Campaign, state models.InvitationState) error {
	if err := f.open(c); err != nil && state == models.InvitationAccepted {
		return models.E(models.Conflict, "Entries to this campaign are closed. Thank you for wanting to take part.")
	}
	return f.store.AnswerInvitation(ctx, i.ID, state)
}

// Stop has whoever an invitation is to get none any more.
func (f *Feature) Stop(ctx context.Context, i models.Invitation) error {
	switch {
	case i.PersonID != "":
		return f.store.StopInvitationsOf(ctx, i.PersonID)
	case i.Address != "":
		return f.store.StopInvitations(ctx, i.Address)
	}
	return models.ErrNoSuchInvitation
}

// enterURL is where somebody who is invited takes part.
func enterURL(c *models.Campaign) string { return web.CampaignURL(c) + "/enter" }
